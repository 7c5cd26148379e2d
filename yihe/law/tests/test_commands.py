"""`yihe tally` and `yihe law` as programs: text, JSON, exit codes, and nothing heavy loaded."""

import json
import subprocess
import sys
from typing import Any

import pytest

from yihe.law.tests.builders import count, document


def yihe(*words: str, stdin: bytes = b"") -> Any:
    command = [sys.executable, "-m", "yihe.cli", *words]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


def said(run: Any) -> str:
    return str(run.stdout, "utf-8")


@pytest.fixture
def notice(tmp_path):
    def write(content):
        path = tmp_path / "公告.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


class TestTally:
    def test_decided_is_0_and_in_words(self, notice):
        run = yihe("tally", notice(document()))
        assert run.returncode == 0
        assert "结果：通过" in said(run)

    def test_one_open_motion_is_enough_for_3(self, notice):
        two = document()
        two["motions"].append({"id": "2", "matter": "other", "agree": count(400, None)})
        run = yihe("tally", notice(two), "--json")
        assert run.returncode == 3
        outcomes = [motion["outcome"] for motion in json.loads(said(run))["motions"]]
        assert outcomes == ["passed", "undetermined"]

    @pytest.mark.parametrize(
        "content",
        ["{", "[]", '{"notice_on": 1}', '{"notice_on": NaN}', '{"a\\nb": 1, "a\\nb": 2}'],
    )
    def test_bad_input_is_2_and_one_sentence(self, notice, content):
        run = yihe("tally", notice(content), "--json")
        assert run.returncode == 2
        assert run.stdout == b""
        assert len(run.stderr.decode().splitlines()) == 1

    def test_a_file_that_is_not_there_is_2(self, tmp_path):
        for path in (tmp_path / "no.json", tmp_path):
            run = yihe("tally", str(path))
            assert run.returncode == 2
            assert len(run.stderr.decode().splitlines()) == 1

    def test_reads_standard_input(self):
        assert yihe("tally", "-", stdin=json.dumps(document()).encode()).returncode == 0

    def test_needs_no_django_and_no_network(self, notice):
        code = (
            "import sys; from yihe.cli import main; main(['tally', sys.argv[1]]);"
            "sys.exit(any(n.split('.')[0] in ('django', 'psycopg', 'socket') for n in sys.modules))"
        )
        run = subprocess.run([sys.executable, "-c", code, notice(document())], check=False)
        assert run.returncode == 0


class TestLaw:
    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ((), "cn-property-law-2007"),
            (("cn-civil-code-2021",), "民法典第二百七十八条第二款"),
            (("--at", "2020-12-31", "--place", "440310"), "表决按：物权法"),
            (("--at", "2000-01-01"), "没有收录"),
        ],
    )
    def test_prints_for_a_lawyer(self, words, found):
        run = yihe("law", *words)
        assert run.returncode == 0
        assert found in said(run)

    def test_prints_for_a_program(self):
        run = yihe("law", "--at", "2020-12-31", "--place", "440310", "--json")
        assert json.loads(said(run))["rule_book"] == "cn-property-law-2007"

    @pytest.mark.parametrize(
        "words",
        [
            ["nowhere"],
            ["--at", "昨天"],
            ["--at", "2024-01-01", "--place", "深圳"],
            ["cn-civil-code-2021", "--at", "2024-01-01"],
            ["--place", "440310"],
        ],
    )
    def test_refuses_in_words(self, words):
        run = yihe("law", *words)
        assert run.returncode == 1
        assert len(run.stderr.decode().splitlines()) == 1
