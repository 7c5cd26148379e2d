"""Whose number it is: the words that say so, and those that say it is nobody's here."""

import re

_DEEMED = (
    r"视为(?:已?参与(?:表决|投票)?)?[并且、]*(?:投?(?:同意|赞成|反对|不同意|弃权)票?)?(?:已表决的?)?(?:多数)?(?:意见|票)?"
    r"|(?:(?<=含)|(?<=包括)|(?<=包含)|(?<=其中))已(?:通知|送达)[^，,、\d]{0,2}未(?:参与|参加)?(?:表决|投票)(?:的)?"
    r"|已(?:通知|送达)[^，,、\d]{0,2}未(?:参与|参加)?(?:表决|投票)(?=[^，,。]{0,12}计入)"
)
_SKIP = (
    r"没有?(?:参与|参加|投票|表决)|不(?:参与|参加)|应[收发]|发出|发放|送达|派发|印制|有效(?:表决|选)?票"
    r"|未(?:能)?(?:参与|参加|投票|表决|返回|交回|收回|领取|选)|没有投票|线上|线下|电子投票|书面投票|到场|上门|网上|电投|电话|短信|邮寄|微信"
)
_TOTAL = (
    r"应当?(?:参与|参加|投票|到)(?:表决|投票)?(?:户数|人数|面积)?|(?:享有|具有|有)(?:投票|表决)权(?:的业主)?"
    r"|(?:小区|物业管理区域|全体业主|建筑区划|建筑物|投票涉及|列支|本楼|本栋|本单元)[^，,、：:；\d]{0,12}?总(?:户数|人数|面积|建筑面积|专有部分面积)"
    r"|业主总(?:户数|人数|数)|全体业主|总投票权"
)
_CAME = (
    r"(?:实际|已)?(?:参与|参加)|参会|到会|出席|实到|收回|回收|实投|投票(?:的)?(?:业主|户数|人数|面积)"
    r"|已?投票(?=共?\s*\d)"
)
# Of several before a number the nearest counts; the longer form first.
ROLES = re.compile(
    rf"(?P<deem>{_DEEMED})|(?P<follow>(?:随|从|跟随|同)多数|从众)|(?P<skip>{_SKIP})|(?P<total>{_TOTAL})|(?P<came>{_CAME})"
    r"|(?P<no>不同意|反对|不赞成|不赞同|不支持)|(?P<abs>弃权)|(?P<bad>无效|废票|作废)|(?P<yes>同意|赞成|赞同)|(?P<won>得票(?![率数]))"
)
WEAK = re.compile(
    r"共有|共计|总共|合计|总户数|总人数|总面积|总建筑面积|建筑总面积|现有业主|业主共|住户共"
    r"|小区共|(?:小区|园区)(?:现有|的)?业主(?=\s*\d)|(?:小区|单元|大厦|本楼|本栋|栋|幢)共?(?=\s*\d+(?:\.\d+)?\s*(?:户|万?平方米))"
)
OF_THE_SENTENCE = re.compile(r"总面积|总建筑面积|建筑总面积")
BASE = re.compile(
    r"占[^，。；;（(%％\d]*|达到?[^，。；;（(%％\d]{1,30}(?=的\s*\d)"
)  # of whom a share is; none of the sentence's roles
BASE_TOTAL = re.compile("全体|总|应|小区|建筑")
BASE_CAME = re.compile("参与|参加|参会|到会|投票")
PARTS_OF_ALL = re.compile(
    r"其中|住宅|商铺|商业|店面|车位|车库|储藏|地下|公寓|办公|建设单位|开发商|未售"
)
_OTHERS = "(?:委员|监票人?|唱票人?|计票人?|候选人|工作人员|成员|代表|志愿者|党员)"
OTHERS_BEFORE = re.compile(
    rf"{_OTHERS}[^，,、：:]{{0,3}}$|(?:选出|产生|组成|推选|增选|补选|不超过|不少于|差额|等额|名额)[^，,、：:]{{0,6}}$"
)
OTHERS_AFTER = re.compile(rf"\s*{_OTHERS}")
# All that may stand between “同意411户，” and the next number of the same: names of measures.
PLAIN_LABEL = re.compile(
    r"[\s其为共计约有是分别均及和与户人数面积专部房屋建筑产权业主投票权套内总占比例/:：、，,的等其中]*"
)
LABELLED = re.compile(
    r"\s*[（(]?\d{0,2}[)）、.．]?\s*(?:(?P<no>不同意|反对|不赞成|不赞同)|(?P<yes>同意|赞成|赞同)|(?P<abs>弃权)|(?P<bad>无效|废))票?\s*[：:]"
)
COMMITTEE = re.compile(
    "(?:业主委员会|业委会)(?:全体)?会议|(?:应到|到会|出席)委员|委员(?:应到|实到|到会|出席)"
)
RATIO = re.compile(r"\d{2,}(?:\.\d+)?/\d{3,}")
DEFINES = re.compile(
    r"[（(][^（）()\d]*(?:指|下同|之和|投票权|以下|简称|专有部分)[^（）()\d]*[）)]"
)
SIDES = {"同意": "yes", "赞成": "yes", "赞同": "yes", "反对": "no", "不同意": "no", "弃权": "abs"}
CHOICES = frozenset({"yes", "no", "abs", "bad"})


def settled(roles: list[str]) -> str:
    """The role that some words in a row give: 参与表决的同意 is 同意; 反对和弃权 is neither."""
    for strong in ("deem", "follow", "skip"):
        if strong in roles:
            return strong
    if "won" in roles:  # 弃权得票16票 is 弃权
        others = [one for one in roles if one in CHOICES]
        roles = others or ["yes"]
    if len(set(roles) & CHOICES) > 1:
        return ""
    return "" if roles[-1] == "total" and len(set(roles)) > 1 else roles[-1]
