"""How a door is written, and which doors look alike."""

import pytest

from yihe.people.rules import alike, parts, ways_to_write

DOORS = [
    f"{house}栋{door}单元{floor}02" for house in (1, 3) for door in (1, 2) for floor in (9, 15)
]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("3栋2单元1502", "3栋2单元1502"),
        (" 3栋 2单元 1502 ", "3栋2单元1502"),  # blanks
        ("３栋２单元１５０２", "3栋2单元1502"),  # full-width digits
        ("3栋2单元1502室", "3栋2单元1502"),  # what people add
        ("3栋2单元1502房", "3栋2单元1502"),
        ("", ""),
    ],
)
def test_a_door_is_found_as_people_write_it(words, meant):
    assert meant in ways_to_write(words)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("3栋1502", "3栋2单元1502"),  # the entrance forgotten: not 3栋1单元502
        ("3栋2单元1520", "3栋2单元1502"),  # two digits changed
        ("3幢2单元1502", "3栋2单元1502"),  # another word for 栋
    ],
)
def test_doors_that_look_alike_are_named_and_at_most_three(words, first):
    found = alike(words, DOORS)
    assert found[0] == first
    assert len(found) <= 3


@pytest.mark.parametrize("words", ["", "锅炉房", "字" * 60_000])
def test_nothing_looks_like_nonsense(words):
    assert alike(words, DOORS) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3-2-1502", "3栋2单元1502"),
        ("3－2－1502", "3栋2单元1502"),  # full-width dashes
        ("3 栋 2 单元 1502 室", "3栋2单元1502"),
        ("3号楼2门1502", "3栋2单元1502"),
        ("A座1502", "A座1502"),
        ("3-1502", "3栋1502"),
    ],
)
def test_a_door_is_understood_as_people_write_it(written, meant):
    assert meant in ways_to_write(written)


@pytest.mark.parametrize("written", ["", "1502", "三栋", "3-2-1-1502", "-" * 500, "3" * 500])
def test_what_is_no_door_stays_as_it_is(written):
    assert parts(written) == ([], [], "")
