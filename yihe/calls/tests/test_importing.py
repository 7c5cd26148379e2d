"""Calls of another system: every row is taken or explained, and the same file twice changes nothing."""

import csv
import io
import random
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yihe.bodies.models import Alias, Body
from yihe.calls.actions.counting import fold
from yihe.calls.imports import TABLES
from yihe.calls.models import Call, Source, Status
from yihe.calls.tests.builders import District, make_seat
from yihe.people.tests.helpers import browser, queries
from yihe.refusal import Refusal
from yihe.sheets.importing import import_table
from yihe.sheets.maps import find_map, read_map
from yihe.sheets.reading import read_bytes
from yihe.sheets.report import Report
from yihe.topics.actions import add_topic
from yihe.topics.models import Topic
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry
from yihe.worktime import SHANGHAI

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
HEADS = (
    "REC_ID", "CREATE_TIME", "STREET_NAME", "street_code", "COMMUNITY_NAME", "community_code",
    "EVENT_SRC_NAME", "EVENT_PROPERTY_NAME", "EVENT_TYPE_ID", "EVENT_TYPE_NAME", "MAIN_TYPE_ID",
    "MAIN_TYPE_NAME", "SUB_TYPE_ID", "SUB_TYPE_NAME", "DISPOSE_UNIT_ID", "DISPOSE_UNIT_NAME",
    "UNIT_LEVEL", "OUTCOME",
)  # fmt: skip
Rows = list[dict[str, str]]


def row(key: object, **more: str) -> dict[str, str]:
    """A plain row; what is told differently stands under its heading."""
    values = (
        str(key), "2018-03-01 08:00:00", "龙田街道", "440310006000", "龙田社区", "440310006001",
        "@坪山", "投诉", "6", "市政设施", "186", "设施维护", "665", "道路破损", "1805", "龙田社区", "社区", "按期结办",
    )  # fmt: skip
    return {**dict(zip(HEADS, values, strict=True)), **more}


def as_csv(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    lines = csv.DictWriter(out, HEADS)
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode(encoding)


def take(rows: Rows, *, encoding: str = "utf-8-sig", **more: Any) -> Report:
    values = {"dry_run": False, "keep_good": True, **more}
    return import_table(
        TABLES[0],
        read_bytes(as_csv(rows, encoding)),
        mapping=find_map("pingshan-2018", TABLES[0].maps),
        acting=SYSTEM,
        at=AT,
        **values,
    )


class TestOneRow:
    def test_stays_as_it_was_and_starts_no_clock(self, district):
        report = take([row(1, OUTCOME="超期结办")])
        assert (report.created, report.refused) == (1, [])
        [call] = Call.objects.all()
        assert call.status == Status.CLOSED
        assert call.answered_in_time is False
        assert (call.due_at, call.wake_at, call.closed_how) == (None, None, "imported")
        assert call.raised_at == datetime(2018, 3, 1, 8, tzinfo=SHANGHAI)
        assert call.desk.code == "1805"
        assert not call.steps.exists()
        assert Entry.objects.filter(act="call.import").count() == 1

    def test_of_unknown_outcome_is_neither_open_nor_closed(self, district):
        take([row(1, OUTCOME="未知"), row(2, OUTCOME="-")])
        assert set(Call.objects.values_list("status", flat=True)) == {Status.PAST}
        assert not Call.objects.open().exists()

    def test_its_page_says_what_is_known(self, district):
        take([row(1, OUTCOME="未知")])
        call = Call.objects.get()
        for person in (district.community_clerk, district.district_clerk):
            shown = browser(person).get(f"/calls/{call.number}/")
            assert shown.status_code == 200
            page = shown.content.decode()
            assert "道路破损" in page
            assert "None" not in page
            assert "结果不明" in page
            assert "期限是" not in page
        for person in (district.resident, district.manager, district.outsider):
            assert browser(person).get(f"/calls/{call.number}/").status_code == 404

    def test_the_desk_where_it_lay_reads_it_and_can_do_nothing(self, district):
        take([row(1, DISPOSE_UNIT_ID="1583", DISPOSE_UNIT_NAME="城管局", UNIT_LEVEL="区部门")])
        call = Call.objects.get()
        clerk = browser(make_seat(call.desk, "clerk"))
        page = clerk.get(f"/calls/{call.number}/").content.decode()
        assert "按期办结" in page
        assert "市政设施 › 设施维护 › 道路破损" in page
        assert queries(lambda: clerk.get(f"/calls/{call.number}/")) <= 8
        for act in ("answer", "pass_up", "note", "reopen"):
            sent = {"text": "看过了", "reason": "看过了"}
            assert clerk.post(f"/calls/{call.number}/{act}/", sent).status_code in (404, 409)
        call.refresh_from_db()
        assert call.version == 1

    def test_a_list_says_how_it_ended_where_others_have_a_deadline(self, district):
        take([row(1, OUTCOME="超期结办"), row(2, OUTCOME="未知")])
        page = browser(district.district_clerk).get("/all/?state=any").content.decode()
        assert "超期办结" in page
        assert "结果不明" in page
        assert "道路破损（导入的旧呼叫）" in page


class TestDirt:
    def test_one_unit_in_several_spellings_is_one_desk(self, district):
        take([
            row(1, DISPOSE_UNIT_ID="1583", DISPOSE_UNIT_NAME="城市管理局", UNIT_LEVEL="区部门"),
            row(2, DISPOSE_UNIT_ID=" 1583 ", DISPOSE_UNIT_NAME="城管局", UNIT_LEVEL="区部门"),
            row(3, DISPOSE_UNIT_ID="1583.0", DISPOSE_UNIT_NAME="城市管理局", UNIT_LEVEL="区部门"),
        ])  # fmt: skip
        desk = Body.objects.get(code="1583")
        assert Call.objects.filter(desk=desk).count() == 3
        assert Alias.objects.filter(body=desk).exists()

    def test_entities_are_read_and_dashes_are_nothing(self, district):
        take([
            row(1, SUB_TYPE_NAME="路灯&#40;灯光&#41;井盖", SUB_TYPE_ID="633"),
            row(2, STREET_NAME="-", street_code="-", COMMUNITY_NAME="-", community_code="-",
                EVENT_SRC_NAME="-", EVENT_TYPE_ID="-", EVENT_TYPE_NAME="-", MAIN_TYPE_ID="-",
                MAIN_TYPE_NAME="-", SUB_TYPE_ID="-", SUB_TYPE_NAME="-", DISPOSE_UNIT_ID="-",
                DISPOSE_UNIT_NAME="-", UNIT_LEVEL="-"),
        ])  # fmt: skip
        assert Topic.objects.filter(name="路灯(灯光)井盖").exists()
        second = Source.objects.get(key="2")
        assert (second.subdistrict, second.community, second.topic, second.unit) == ("-",) * 4
        assert second.call.topic is None

    def test_what_is_refused_says_why_and_nothing_else_is_lost(self, district):
        report = take([
            row(1), row(1), row(1, OUTCOME="超期结办"), row("", OUTCOME="未知"),
            row(5, CREATE_TIME="2038-01-01 00:00:00"), row(6, CREATE_TIME="昨天"),
            row(7, CREATE_TIME="0018-03-01 08:00:00"), row(8),
        ])  # fmt: skip
        assert (report.created, report.unchanged) == (2, 1)
        said = dict(report.refused)
        assert sorted(said) == [4, 5, 6, 7, 8]
        assert "重复" in said[4]
        assert "还没有到" in said[6]

    def test_all_or_nothing_unless_told_otherwise(self, district):
        report = take([row(1), row(2, CREATE_TIME="昨天")], keep_good=False)
        assert report.refused
        assert not Call.objects.exists()
        assert not Topic.objects.filter(name="道路破损").exists()

    def test_in_gb18030_too(self, district):
        assert take([row(1)], encoding="gb18030").created == 1

    def test_what_is_missing_at_a_level_stops_there_and_names_do_for_ids(self, district):
        take([
            row(1, SUB_TYPE_ID="-", SUB_TYPE_NAME="-"),
            row(2, SUB_TYPE_ID="", SUB_TYPE_NAME="没有编号的细类"),
            row(3, SUB_TYPE_ID="", SUB_TYPE_NAME="没有编号的细类"),
            row(4, DISPOSE_UNIT_ID="", DISPOSE_UNIT_NAME="龙田社区"),
            row(5, DISPOSE_UNIT_ID="", DISPOSE_UNIT_NAME="没有编号的单位", UNIT_LEVEL="市直"),
        ])  # fmt: skip
        of = {
            one.key: one.call for one in Source.objects.select_related("call__topic", "call__desk")
        }
        assert str(of["1"].topic) == "设施维护"
        assert of["2"].topic == of["3"].topic
        assert of["4"].desk.code == "1805"
        assert (of["5"].desk.code, of["5"].desk.level) == (None, 3)

    def test_a_code_of_our_own_catalogue_that_means_something_else_there_is_another_topic(
        self, district
    ):
        ours = add_topic(code="11", name="邻里", acting=SYSTEM, at=AT)
        rows = [
            row(
                1,
                EVENT_TYPE_ID="11",
                EVENT_TYPE_NAME="教育卫生",
                MAIN_TYPE_ID="193",
                MAIN_TYPE_NAME="教育",
            )
        ]
        take(rows)
        assert Topic.objects.get(name="教育卫生").code == "x11"
        assert Call.objects.get(topic__parent__parent__code="x11").topic
        ours.refresh_from_db()
        assert not ours.aliases.exists()
        assert take(rows).unchanged == 1

    def test_names_longer_than_a_topic_or_desk_holds_are_cut_here_and_whole_in_the_source(
        self, district
    ):
        long = "很长的名称" * 30
        report = take(
            [
                row(
                    1,
                    EVENT_TYPE_ID="99",
                    EVENT_TYPE_NAME=long,
                    DISPOSE_UNIT_ID="99",
                    DISPOSE_UNIT_NAME=long,
                )
            ]
        )
        assert report.refused == []
        source = Source.objects.get()
        assert (source.topic, source.unit) == (long, long)
        assert source.call.desk.name.endswith("…")
        again = take(
            [
                row(
                    1,
                    EVENT_TYPE_ID="99",
                    EVENT_TYPE_NAME=long,
                    DISPOSE_UNIT_ID="99",
                    DISPOSE_UNIT_NAME=long,
                )
            ]
        )
        assert again.unchanged == 1

    def test_places_that_are_not_known_keep_their_words(self, district):
        report = take([row(1, COMMUNITY_NAME="牛角社区", community_code="-")])
        source = Source.objects.get()
        assert (source.subdistrict, source.community, source.place) == ("龙田街道", "-", "牛角社区")
        assert source.call.community.name == "龙田街道"
        assert any("牛角社区" in note for note in report.notes)

    def test_a_missing_column_is_told_in_words(self, district):
        data = as_csv([row(1)]).replace(b"CREATE_TIME", b"CREATED")
        with pytest.raises(Refusal, match="没有这一列"):
            import_table(
                TABLES[0],
                read_bytes(data),
                mapping=find_map("pingshan-2018", TABLES[0].maps),
                acting=SYSTEM,
                at=AT,
            )


class TestMaps:
    def test_the_one_that_is_shipped_is_found_from_anywhere(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for name in ("pingshan-2018", "pingshan-2018.toml", "maps/pingshan-2018.toml"):
            assert find_map(name, TABLES[0].maps).system == "pingshan-2018"
        with pytest.raises(Refusal, match="随软件附带的有：pingshan-2018"):
            find_map("maps/another.toml", TABLES[0].maps)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[columns]", "要有 \\[columns\\]"),
            ("[column]\nkey = 'A'", "column 看不懂"),
            ("[columns]\nkey = 'A'\n[values]\nnature = 3", "每行写成"),
            ("[columns]\nkey = 'A'\n[time]\nzone = 'Mars/Base'", "时区 Mars/Base 没有"),
            ("[columns]\nkey = 'A'\n[time]\nwhen = 'x'", "写 form"),
            ("system = 3\n[columns]\nkey = 'A'", "system"),
        ],
    )
    def test_what_is_wrong_in_one_is_told_in_words(self, text, words):
        with pytest.raises(Refusal, match=words):
            read_map(text, "x.toml")

    def test_times_are_read_as_it_says(self, district):
        said = (
            "[columns]\nkey = 'N'\nraised_at = 'T'\n[time]\nform = '%d.%m.%Y %H:%M'\nzone = 'UTC'"
        )
        import_table(
            TABLES[0],
            read_bytes(b"N,T\n1,01.03.2018 08:00\n"),
            mapping=read_map(said, "x.toml"),
            acting=SYSTEM,
            at=AT,
        )
        assert Call.objects.get().raised_at == datetime(2018, 3, 1, 16, tzinfo=SHANGHAI)


class TestAgain:
    def test_twice_changes_nothing_and_a_correction_is_taken(self, district):
        rows = [row(number) for number in range(30)]
        take(rows)
        numbers = list(Call.objects.order_by("pk").values_list("number", flat=True))
        again = take(rows)
        assert (again.created, again.updated, again.unchanged) == (0, 0, 30)
        rows[3]["OUTCOME"] = "超期结办"
        assert (report := take(rows)).updated == 1, report
        assert list(Call.objects.order_by("pk").values_list("number", flat=True)) == numbers

    def test_a_trial_writes_nothing(self, district):
        report = take([row(1)], dry_run=True)
        assert report.created == 1
        assert not Call.objects.exists()


def fuller(rows: int) -> Rows:
    """Like the file of 2018, but with places, topics and units that nobody knows here."""
    chance = random.Random(2018)
    made = []
    for key in range(rows):
        one = row(key, OUTCOME=chance.choice(("按期结办", "按期结办", "超期结办", "未知", "-")))
        one["CREATE_TIME"] = f"{chance.choice((2018, 2019))}-{chance.randint(1, 12):02d}-0{chance.randint(1, 9)} 0{chance.randint(0, 9)}:15:00"  # fmt: skip
        one["EVENT_SRC_NAME"] = chance.choice(("@坪山", "12345", "网格员", "-"))
        if chance.random() < 0.2:
            one |= {"COMMUNITY_NAME": "没听说过的社区", "community_code": "-", "STREET_NAME": "新街道", "street_code": "-"}  # fmt: skip
        if chance.random() < 0.3:
            kind = chance.randint(1, 40)
            one |= {"SUB_TYPE_ID": f"9{kind:03d}", "SUB_TYPE_NAME": f"新细类{kind}", "MAIN_TYPE_ID": f"8{kind % 7}", "MAIN_TYPE_NAME": f"新小类{kind % 7}"}  # fmt: skip
        if chance.random() < 0.3:
            unit = chance.randint(1, 30)
            one |= {"DISPOSE_UNIT_ID": f"77{unit:02d}", "DISPOSE_UNIT_NAME": f"新单位{unit}", "UNIT_LEVEL": chance.choice(("区部门", "街道"))}  # fmt: skip
        made.append(one)
    return made


def test_a_fuller_file_adds_up(district: District):
    from_file = fuller(1500)
    report = take(from_file)
    fold(at=AT, limit=10_000)
    assert (report.created, report.refused) == (1500, [])
    assert report.notes
    for heading, field in (("EVENT_SRC_NAME", "channel"), ("EVENT_TYPE_NAME", "topic")):
        told = Counter(Source.objects.values_list(field, flat=True))
        assert told == Counter(one[heading] for one in from_file)
    outcomes = Counter(Source.objects.values_list("outcome", flat=True))
    words = {"按期结办": "in_time", "超期结办": "late"}
    assert outcomes == Counter(words.get(one["OUTCOME"], "unknown") for one in from_file)
    desks = Counter(Call.objects.values_list("desk__code", flat=True))
    assert desks == Counter(one["DISPOSE_UNIT_ID"] for one in from_file)


def test_many_rows_ask_hardly_more(district: District):
    def asked(rows: Rows) -> int:
        with CaptureQueriesContext(connection) as seen:
            take(rows)
        return len(seen)

    few = asked([row(f"a{number}") for number in range(10)])
    many = asked([row(f"b{number}") for number in range(900)])
    assert many <= few + 5
