"""`yihe …` as it is typed: any order, help with examples, errors in one sentence, times and tokens."""

import argparse
import contextlib
import importlib
import json
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihe.calls.tests.builders import MONDAY, District, make_district
from yihe.refusal import Refusal
from yihe.web import demo_mode
from yihe.web.models import Mark
from yihe.worktime import SHANGHAI

cli: Any = importlib.import_module("yihe.cli")  # which stands on `server`
COMMANDS = sorted(cli.COMMANDS)


@pytest.fixture(autouse=True)
def _no_house(monkeypatch):
    """The commands run in the test's own database."""
    for part in ("house", "people", "tables"):
        monkeypatch.setattr(f"yihe.cli.{part}.Database", contextlib.nullcontext)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


class TestHelp:
    def test_names_every_command(self, capsys):
        with pytest.raises(SystemExit) as left:
            cli.main(["--help"])
        assert left.value.code == 0
        shown = capsys.readouterr().out
        assert [name for name in COMMANDS if name not in shown] == []

    @pytest.mark.parametrize("command", COMMANDS)
    @pytest.mark.parametrize("option", ["-h", "--help"])
    def test_of_every_command_has_an_example(self, capsys, command, option):
        with pytest.raises(SystemExit) as left:
            cli.main([command, option])
        assert left.value.code == 0
        shown = capsys.readouterr().out
        assert shown.startswith(f"写法：yihe {command} ")
        assert f"例：yihe {command}" in shown


class TestOrder:
    @pytest.mark.parametrize(
        "words", list(permutations(["compounds", "--template", "空表.csv"])), ids=" ".join
    )
    def test_of_a_kind_an_option_and_a_file_does_not_matter(
        self, tmp_path, monkeypatch, capsys, words
    ):
        monkeypatch.chdir(tmp_path)
        if words.index("空表.csv") < words.index("compounds"):  # two names: the kind comes first
            with pytest.raises(SystemExit):
                cli.main(["import", *words])
            assert "没有“空表.csv”" in said(capsys)
            return
        assert cli.main(["import", *words]) == 0
        assert Path("空表.csv").read_text("utf-8-sig").startswith("name,code")

    @pytest.mark.parametrize(
        "words",
        [
            ["compounds", "F.csv", "--dry-run", "--json"],
            ["compounds", "--dry-run", "F.csv", "--json"],
            ["--dry-run", "compounds", "--json", "F.csv"],
            ["--json", "--dry-run", "compounds", "F.csv"],
            ["compounds", "--json", "--dry-run", "--", "F.csv"],
        ],
        ids=" ".join,
    )
    def test_options_stand_before_between_or_after(self, monkeypatch, words):
        read: list[argparse.Namespace] = []

        def take(given: argparse.Namespace) -> int:
            read.append(given)
            return 0

        monkeypatch.setattr("yihe.server.taking.take_file", take)
        assert cli.main(["import", *words]) == 0
        assert (read[0].kind, read[0].file) == ("compounds", "F.csv")
        assert read[0].dry_run
        assert read[0].json


class TestErrors:
    @pytest.mark.parametrize(
        ("words", "part"),
        [
            ([], "少了命令"),
            (["nonsense"], "没有“nonsense”"),
            (["import"], "少了 KIND"),
            (["import", "people", "a.csv"], "divisions、desks、catalogue、compounds、units"),
            (["import", "desks", "a.csv", "b.csv"], "看不懂 b.csv"),
            (["import", "desks", "--quickly"], "看不懂 --quickly"),
            (["import", "desks", "--map"], "--map 后面少了一个词"),
            (["import", "desks", "a\nb", "c\n\x1b[31md"], "看不懂"),
            (["work", "--once=yes"], "--once 后面不能写 yes"),
            (["token", "--role", "king"], "resident、lead"),
            (["tally"], "少了 FILE.json"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else value,
    )
    def test_of_what_was_typed_are_one_sentence_and_2(self, capsys, words, part):
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        assert left.value.code == 2
        line = said(capsys)
        assert part in line
        assert line.endswith("--help。")
        assert "\x1b" not in line


@pytest.fixture
def demo(db: None) -> District:
    Mark.objects.create(pk="demo", value={"people": []}, at=MONDAY)
    demo_mode.forget()
    return make_district()


class TestWork:
    @pytest.mark.parametrize("at", ["2026-11-30T18:00+08:00", "2026-11-30T18:00", "2026-11-30"])
    def test_does_what_is_due_by_then(self, demo, capsys, at):
        call = demo.raised()
        assert cli.main(["work", "--once", "--at", at]) == 0
        told = json.loads(capsys.readouterr().out)
        moment = datetime(2026, 11, 30, 18 if "T" in at else 0, tzinfo=SHANGHAI)
        assert datetime.fromisoformat(told["at"]) == moment
        assert {"kind": "climb", "subject": call.number} in told["done"]
        assert told["failed"] == []
        call.refresh_from_db()
        assert call.level > 1

    def test_without_a_time_it_is_now(self, demo, capsys):
        assert cli.main(["work", "--once"]) == 0
        at = datetime.fromisoformat(json.loads(capsys.readouterr().out)["at"])
        assert abs(at - timezone.now()) < timedelta(minutes=1)

    def test_what_is_no_time_is_refused(self, demo, capsys):
        for at in ("tomorrow", "2026-13-01", ""):
            assert cli.main(["work", "--once", f"--at={at}"]) == 1
            assert "2026-11-30T18:00+08:00" in said(capsys)

    def test_another_time_is_refused_outside_the_demo(self, db, capsys):
        call = make_district().raised()
        assert cli.main(["work", "--once", "--at", "2026-11-30T18:00+08:00"]) == 1
        assert "只能在演示中用" in said(capsys)
        call.refresh_from_db()
        assert call.level == 1

    def test_a_time_without_once_is_refused(self, demo, capsys):
        assert cli.main(["work", "--at", "2026-11-30"]) == 1
        assert "--once" in said(capsys)


class TestToken:
    @pytest.mark.parametrize("role", cli.ROLES)
    def test_of_each_role_opens_the_api(self, demo, capsys, role):
        sits = {
            "resident": demo.resident, "secretary": demo.secretary, "company": demo.manager,
            "community": demo.community_clerk, "subdistrict": demo.subdistrict_clerk,
            "department": demo.department_clerk, "district": demo.district_clerk,
        }.get(role, demo.neighbour)  # fmt: skip
        person = {"role": role, "id": sits.pk, "words": role, "hint": ""}
        Mark.objects.filter(pk="demo").update(value={"people": [person]})
        assert cli.main(["token", "--role", role]) == 0
        raw = capsys.readouterr().out.strip()
        client = Client(headers={"Authorization": f"Bearer {raw}"})
        assert client.get("/api/v1/topics").status_code == 200

    def test_of_a_phone_number(self, demo, capsys):
        assert cli.main(["token", str(demo.resident.phone)]) == 0
        assert capsys.readouterr().out.strip()

    @pytest.mark.parametrize("words", [[], ["13900000001", "--role", "lead"], ["--role", "lead"]])
    def test_of_nobody_or_two_is_refused(self, demo, capsys, words):
        assert cli.main(["token", *words]) == 1
        assert said(capsys)

    def test_is_refused_outside_the_demo(self, db, capsys):
        assert cli.main(["token", str(make_district().resident.phone)]) == 1
        assert "只能在演示中用" in said(capsys)


def test_an_unforeseen_failure_is_one_sentence_and_no_traceback(monkeypatch, capsys):
    def fail(words: object) -> int:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.delenv("YIHE_DEBUG", raising=False)
    monkeypatch.setitem(cli.COMMANDS, "law", fail)
    assert cli.main(["law"]) == 1
    assert "first line" in said(capsys)


def test_a_refusal_is_said_as_it_is(monkeypatch, capsys):
    def refuse(words: object) -> int:
        raise Refusal("现在不行。")

    monkeypatch.setitem(cli.COMMANDS, "law", refuse)
    assert cli.main(["law"]) == 1
    assert said(capsys) == "现在不行。"
