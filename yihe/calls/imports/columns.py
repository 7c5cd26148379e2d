"""The columns of a table of calls, and how a cell is read."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from yihe.bodies.imports import desk_id
from yihe.calls.models import Nature, Outcome
from yihe.sheets.columns import Column, Moment, Words, text
from yihe.topics.imports import topic_id

NOTHING = frozenset({"-", "--", "—", "——", "/", "无", "空", "null", "NULL", "None", "N/A", "n/a"})


def _id(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """A number of another system: without the blanks and the “.0” that tables add; None for “-”."""

    def read(cell: str) -> Any:
        if cell in NOTHING:
            return None
        tidy = re.sub(r"\s", "", unicodedata.normalize("NFKC", cell))
        return parse(re.sub(r"^(\d+)\.0+$", r"\1", tidy))

    return read


def _said(most: int) -> Callable[[str], str | None]:
    parse = text(most)
    return lambda cell: None if cell in NOTHING else parse(cell)


NATURES = {**{label: value for value, label in Nature.choices}, **{one: one for one in Nature.values}}  # fmt: skip
OUTCOMES = {**{label: value for value, label in Outcome.choices}, **{one: one for one in Outcome.values}}  # fmt: skip
CALLS = (
    Column("key", "编号", _id(text(60)), required=True, note="在原来系统里的编号，每件不同。", example="9148"),
    Column("raised_at", "时间", Moment(), required=True, note="发出的时间。", example="2018-02-08 15:34:40"),
    Column("subdistrict_code", "街道代码", _id(text(12)), note="统一代码，没有就不写。", example="440310006000"),
    Column("subdistrict", "街道", _said(60), example="龙田街道"),
    Column("community_code", "社区代码", _id(text(12)), example="440310006004"),
    Column("community", "社区", _said(60), example="老坑社区"),
    Column("compound", "小区", _said(60), note="名称或代码。", example=""),
    Column("channel", "来源渠道", _said(60), example="12345"),
    Column("nature", "性质", Words(NATURES), note="投诉、咨询、建议、求助、感谢；别的说法照写。", example="投诉"),
    Column("topic1_code", "大类编号", _id(topic_id), example="6"),
    Column("topic1", "大类", _said(200), example="市政设施"),
    Column("topic2_code", "小类编号", _id(topic_id), example="185"),
    Column("topic2", "小类", _said(200), example="公用部件"),
    Column("topic3_code", "细类编号", _id(topic_id), example="633"),
    Column("topic3", "细类", _said(200), example="路灯(灯光)井盖"),
    Column("unit_code", "办理单位编号", _id(desk_id), note="编号相同就是同一个受理台。", example="1805"),
    Column("unit", "办理单位", _said(200), example="老坑社区"),
    Column("unit_level", "办理单位级别", _said(60), note="社区、街道、区部门、驻区或市属机构、公用企业。", example="社区"),
    Column("outcome", "结果", Words(OUTCOMES), note="按期办结、超期办结，别的算结果不明。", example="按期办结"),
)  # fmt: skip
