"""What people type, number by number."""

import pytest

from yihe.checkup import typed


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("817", "817"), ("８１７", "817"), ("817户", "817"), (" 1,360 人", "1360"),
        ("１，３６０", "1360"), ("646名", "646"), ("0", "0"), ("007", "7"), ("", ""), ("  ", ""),
    ],
)  # fmt: skip
def test_heads(text, number):
    assert typed.heads(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "3.5",
        "十",
        "-1",
        "1e9",
        "1,36",
        "58平方米",
        "9" * 13,
        "9" * 10_000,
        "１２<script>",
        "NaN",
        "1 或 2",
    ],
)
def test_what_is_no_number_of_heads(text):
    with pytest.raises(typed.Wrong):
        typed.heads(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("115344.34", "115344.34"), ("115,344.34㎡", "115344.34"), ("１１５３４４．３４平方米", "115344.34"),
        ("92508.760", "92508.760"), ("11.53万平方米", "115300"), ("11.5344万㎡", "115344"), ("600 m²", "600"),
        ("226421.0857", "226421.0857"), ("1\u202e2", "12"), ("", ""),
    ],
)  # fmt: skip
def test_area(text, number):
    assert typed.area(text) == number


@pytest.mark.parametrize(
    "text", ["817户", "12.3.4", ".5", "5.", "-3", "1,23", "9" * 13, "0." + "1" * 13, "约六万", "∞"]
)
def test_what_is_no_area(text):
    with pytest.raises(typed.Wrong):
        typed.area(text)


@pytest.mark.parametrize(
    ("text", "number"), [("63.62%", "63.62"), ("63.40％", "63.40"), ("100", "100")]
)
def test_percent(text, number):
    assert typed.percent(text) == number


@pytest.mark.parametrize("text", ["六成多", "63,62", "5000", "-1"])
def test_what_is_no_percentage(text):
    with pytest.raises(typed.Wrong):
        typed.percent(text)


@pytest.mark.parametrize(
    "text", ["2024-07-29", "2024年7月29日", "2024.7.29", "２０２４／７／２９", "2024-7-29"]
)
def test_day(text):
    assert typed.day(text) == "2024-07-29"


@pytest.mark.parametrize(
    "text", ["2024-13-01", "2024-02-30", "7月29日", "0000-01-01", "24-7-29", "今天"]
)
def test_what_is_no_day(text):
    with pytest.raises(typed.Wrong):
        typed.day(text)


def test_words_lose_what_turns_or_hides_text():
    assert typed.words("续聘\u202e 物业\x00\u200b公司\n一年", 40) == "续聘 物业公司一年"
    with pytest.raises(typed.Wrong):
        typed.words("字" * 41, 40)
