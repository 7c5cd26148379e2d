"""Keeping the house in the browser: tables in, the working calendar."""

import gzip
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from yihe.bodies.tests.builders import browser
from yihe.calendar.models import Year
from yihe.calendar.queries import calendar
from yihe.places.models import Compound
from yihe.portal.forms import read_days
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
COMPOUNDS = "名称,社区\n鹭鸣苑,龙田社区\n听松阁,老坑社区\n"


def upload(client, data: bytes, do: str, name: str = "小区.csv", **more: str):
    file = SimpleUploadedFile(name, data)
    return client.post("/house/tables/", {"kind": "compounds", "file": file, "do": do, **more})


class TestTables:
    def test_are_checked_first_and_then_taken(self, house):
        client = browser(house.administrator)
        assert "检查过了，都可以导入" in upload(client, COMPOUNDS.encode("gb18030"), "check").text
        assert Compound.objects.count() == 1
        assert "新增 2" in upload(client, COMPOUNDS.encode(), "take").text
        assert Compound.objects.count() == 3
        assert "没有变化 2" in upload(client, COMPOUNDS.encode(), "take").text

    def test_refused_rows_are_listed_and_stop_all_unless_told_otherwise(self, house):
        client = browser(house.administrator)
        wrong = (COMPOUNDS + "无名苑,没有社区\n").encode()
        page = upload(client, wrong, "take").text
        assert "1 行不能导入" in page
        assert "本区没有社区" in page
        assert Compound.objects.count() == 1
        upload(client, wrong, "take", keep_good="on")
        assert Compound.objects.count() == 3

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"\x00" * 50, "缺少列"),
            (b"PK\x03\x04zzzz", "打不开"),
            (gzip.compress(b"a", mtime=0)[:-4], "压缩文件坏了"),
            (b"<script>alert(1)</script>,x\n1,2\n", "缺少列"),
            (b"", "文件是空的"),
        ],
    )
    def test_what_is_no_table_is_refused_in_words(self, house, data, words):
        page = upload(browser(house.administrator), data, "take")
        assert page.status_code == 200
        assert words in page.text
        assert "<script>alert" not in page.text

    def test_a_map_that_is_shipped_reads_the_table_of_another_system(self, house):
        client = browser(house.administrator)
        heads = "REC_ID,CREATE_TIME,STREET_NAME,street_code,COMMUNITY_NAME,community_code,EVENT_SRC_NAME,EVENT_PROPERTY_NAME,EVENT_TYPE_ID,EVENT_TYPE_NAME,MAIN_TYPE_ID,MAIN_TYPE_NAME,SUB_TYPE_ID,SUB_TYPE_NAME,DISPOSE_UNIT_ID,DISPOSE_UNIT_NAME,UNIT_LEVEL,OUTCOME"  # noqa: E501
        place = "龙田街道,440310006000,龙田社区,440310006001"
        what = "12345,投诉,6,市政设施,186,设施,662,绿地"
        row = f"1,2018-02-08 15:34:40,{place},{what},1805,龙田社区,社区,按期结办"
        data = f"{heads}\n{row}\n".encode()
        assert "缺少列" in upload(client, data, "take", kind="calls").text
        more = {"kind": "calls", "map": "pingshan-2018"}
        assert "新增 1" in upload(client, data, "take", **more).text
        assert "没有变化 1" in upload(client, data, "take", **more).text

    def test_script_in_a_cell_is_shown_as_text(self, house):
        data = "名称,社区\n甲,<script>alert(1)</script>\n".encode()
        page = upload(browser(house.administrator), data, "check").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page

    def test_only_who_keeps_the_house_sees_it(self, house):
        for user in (house.clerk, house.head):
            client = browser(user)
            for path in ("/house/", "/house/tables/", "/house/tables/units.csv"):
                assert client.get(path).status_code == 404
            assert upload(client, COMPOUNDS.encode(), "take").status_code == 404
        assert Compound.objects.count() == 1

    def test_templates_come_as_csv_and_excel(self, house):
        client = browser(house.administrator)
        assert client.get("/house/tables/units.csv").content.startswith(b"\xef\xbb\xbfcompound,")
        assert client.get("/house/tables/units.xlsx").content.startswith(b"PK")
        assert client.get("/house/tables/none.csv").status_code == 404
        assert client.get("/house/tables/units.exe").status_code == 404


class TestCalendar:
    days = "1月1日至1月3日 休 元旦\n1月9日 班 元旦调休\n2027-02-08 休 春节"

    def test_a_year_is_shown_before_it_is_entered(self, house):
        client = browser(house.administrator)
        page = client.post("/calendar/", {"year": "2027", "days": self.days, "do": "check"}).text
        assert "请核对" in page
        assert "2027年1月9日 星期六" in page
        assert not Year.objects.exists()
        client.post("/calendar/", {"year": "2027", "days": self.days, "do": "save"})
        assert Year.objects.get().year == 2027
        assert calendar().holidays(2027) == [date(2027, 1, 1), date(2027, 2, 8)]
        assert Entry.objects.filter(act="calendar.year", subject_key="2027").exists()
        assert "本区录入" in client.get("/calendar/").text

    def test_who_keeps_the_house_is_told_in_time(self, house):
        client = browser(house.administrator)
        with time_machine.travel(date(2026, 8, 1)):
            assert "还没有录入" not in client.get("/house/").text
        with time_machine.travel(date(2026, 11, 24)):
            assert "2027 年的放假安排还没有录入" in client.get("/house/").text

    def test_everybody_in_a_post_reads_it_and_nobody_else_enters(self, house):
        client = browser(house.head)
        assert client.get("/calendar/").status_code == 200
        answer = client.post("/calendar/", {"year": "2027", "days": self.days, "do": "save"})
        assert answer.status_code == 404
        assert not Year.objects.exists()

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("元旦放假", "第 1 行看不懂"),
            ("2月30日 休", "没有这个日子"),
            ("1月3日至1月1日 休", "起止"),
            ("1月1日 休\n1月1日 班", "写了两次"),
            ("2026-12-31 休", "不在 2027 年"),
            ("1月1日至12月1日 休", "起止"),
        ],
    )
    def test_a_line_that_cannot_be_read_is_named(self, text, words):
        with pytest.raises(ValueError, match=words):
            read_days(text, 2027)

    def test_a_year_without_a_holiday_is_refused(self, house):
        form = {"year": "2027", "days": "2月6日 班 调休", "do": "save"}
        assert "至少要有一个放假" in browser(house.administrator).post("/calendar/", form).text
