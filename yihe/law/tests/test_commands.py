"""`yihe tally` and `yihe law`: text, JSON, exit codes; no Django."""

import io
import json
import subprocess
import sys

import pytest

from yihe.cli import main
from yihe.law.tests.builders import count, document


@pytest.fixture
def notice(tmp_path):
    def write(content):
        path = tmp_path / "公告.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


class TestTally:
    def test_decided_is_0_and_open_is_3(self, notice, capsys):
        assert main(["tally", notice(document())]) == 0
        assert main(["tally", notice(document(agree=count(400, None), against=None))]) == 3
        assert "结果：通过" in capsys.readouterr().out

    def test_one_open_motion_is_enough_for_3(self, notice):
        two = document()
        two["motions"].append({"id": "2", "matter": "other"})
        assert main(["tally", notice(two)]) == 3

    def test_json_is_one_object(self, notice, capsys):
        main(["tally", notice(document()), "--json"])
        assert json.loads(capsys.readouterr().out)["motions"][0]["outcome"] == "passed"

    @pytest.mark.parametrize("content", ["{", "[]", '{"notice_on": 1}', '{"notice_on": NaN}'])
    def test_bad_input_is_2_and_one_sentence(self, notice, capsys, content):
        assert main(["tally", notice(content), "--json"]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert len(said.err.splitlines()) == 1

    def test_a_file_that_is_not_there_is_2(self, capsys, tmp_path):
        assert main(["tally", str(tmp_path / "no.json")]) == 2
        assert main(["tally", str(tmp_path)]) == 2
        assert "没有这个文件" in capsys.readouterr().err

    def test_reads_standard_input(self, monkeypatch, capsys):
        content = io.TextIOWrapper(io.BytesIO(json.dumps(document()).encode()))
        monkeypatch.setattr("sys.stdin", content)
        assert main(["tally", "-"]) == 0

    def test_needs_no_django(self, notice):
        code = (
            "import sys; from yihe.cli import main; main(['tally', sys.argv[1]]);"
            "sys.exit(any(n.split('.')[0] in ('django', 'psycopg', 'socket') for n in sys.modules))"
        )
        run = subprocess.run([sys.executable, "-c", code, notice(document())], check=False)
        assert run.returncode == 0


class TestLaw:
    def test_lists_the_shelf(self, capsys):
        assert main(["law"]) == 0
        assert "cn-property-law-2007" in capsys.readouterr().out

    def test_prints_a_book(self, capsys):
        assert main(["law", "cn-civil-code-2021"]) == 0
        assert "民法典第二百七十八条第二款" in capsys.readouterr().out

    def test_prints_what_applies(self, capsys):
        assert main(["law", "--at", "2020-12-31", "--place", "440310", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["rule_book"] == "cn-property-law-2007"

    def test_says_where_nothing_applies(self, capsys):
        assert main(["law", "--at", "2000-01-01"]) == 0
        assert "没有收录" in capsys.readouterr().out

    @pytest.mark.parametrize(
        "words",
        [["nowhere"], ["--at", "昨天"], ["--at", "2024-01-01", "--place", "深圳"],
         ["cn-civil-code-2021", "--at", "2024-01-01"]],
    )  # fmt: skip
    def test_refuses_in_words(self, words, capsys):
        assert main(["law", *words]) == 1
        assert capsys.readouterr().err
