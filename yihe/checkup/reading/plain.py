"""The text as it was copied, made plain: one sentence a piece, wrapped lines together again.

Copied notices have full-width digits, spaces inside of words, old characters, lines broken anywhere.
"""

import re
from collections.abc import Iterator
from html import unescape

_PLAIN = str.maketrans(
    {**{chr(0xFF10 + n): str(n) for n in range(10)}, "．": ".", "％": "%", "㎡": "平方米",
     "\u3000": " ", "\xa0": " ", "︰": "：", "﹪": "%"}
)  # fmt: skip
# Of the old characters those that the words of a notice are written with.
_OLD = str.maketrans(
    "業戶積數參與決總專棟區選員會對棄權無視為達過據規實際發廢贊應單樓議題結計鋪萬體項佔後維資籌續變約產營關於當統聯電線話場張舉補罷",
    "业户积数参与决总专栋区选员会对弃权无视为达过据规实际发废赞应单楼议题结计铺万体项占后维资筹续变约产营关于当统联电线话场张举补罢",
)
_HIDDEN = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]"
)
_WIDE_THOUSANDS = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_HAN = r"[\u4e00-\u9fff]"
_INSIDE_WORDS = re.compile(rf"(?<={_HAN}) +(?={_HAN})")
_YEAR = re.compile(r"(?<!\d)2 ?0 ?(\d) ?(\d) *(?=年)")
CUT = "┊"  # stands where a line broke inside of what may be one number
_WORDS = ("面积", "人数", "户数", "业主", "平方米", "平米", "参加", "参与", "表决", "同意", "反对", "弃权",
          "赞成", "赞同", "无效", "总户数", "总人数", "专有部分", "建筑面积", "实际", "投票", "通过", "占比",
          "不同意", "维修资金", "物业", "应参加", "视为", "总面积", "合计")  # fmt: skip
_STRADDLES = {(word[:at], word[at:]) for word in _WORDS for at in range(1, len(word))}
_UNIT = re.compile(r"(?:[户人位名票张]|平方米|平米|m2|%)(?=[，,、。；;（()）：:\s占其]|$)")
_A_LINE_OF_ITS_OWN = re.compile(
    r"\d{1,2} *[、.．）)] *\D|20\d\d *[年./-]|\d{1,3} *(?:栋|幢|单元|座|号)"
)
_GOES_ON = re.compile(r"[，,、：:和及与为占] *$")
_AN_ITEM = re.compile(r"议|[（(]? *(?:\d{1,2}|[一二三四五六七八九十]) *[)）、.．](?!\d)")
_ONLY_A_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)? *(?:[户人%]|平方米|平米)?")
_LABEL = re.compile(r"[^\d，,。；;：:]{2,16}[：:]?")
_ENDS = re.compile(r"[。；;！!\n]+")


def plain_lines(text: str) -> list[str]:
    """The lines, folded; tabs stay, for a table needs them."""
    text = _WIDE_THOUSANDS.sub(",", unescape(text).replace("\r\n", "\n"))
    text = _HIDDEN.sub("", text).translate(_PLAIN).translate(_OLD)
    return re.sub("[mM]²", "平方米", text).split("\n")


def sentences(lines: list[str]) -> Iterator[str]:
    """Sentences of lines that are no table."""
    whole, before = "", ""  # before: what the line before was
    for raw in lines:
        line = _YEAR.sub(r"20\1\2", _INSIDE_WORDS.sub("", raw.replace("\t", " "))).strip()
        if not line:
            continue
        kind = (
            "number"
            if _ONLY_A_NUMBER.fullmatch(line)
            else "label"
            if _LABEL.fullmatch(line)
            else ""
        )
        if kind == "number" and before == "label":
            whole, before = f"{whole.rstrip('：: ')}：{line}", "pair"
            continue
        # A column of numbers, or one that begins with a number: which label is whose is not certain.
        before = "unsure" if kind and (kind == "number" or before == "unsure") else kind
        whole = f"{whole}{_between(whole, line)}{line}" if whole else line
    yield from (one.strip() for one in _ENDS.split(whole) if one.strip())


def _between(whole: str, line: str) -> str:
    """What stands between two lines: nothing where a word goes on, CUT where a number may."""
    if _GOES_ON.search(whole):
        return "\n" if _AN_ITEM.match(line) else ""
    if whole[-1].isdecimal() or (whole[-1] == "." and whole[-2:-1].isdecimal()):
        if _UNIT.match(line):
            return ""
        if line[0].isdecimal() and not _A_LINE_OF_ITS_OWN.match(line):
            return CUT
        return "\n"
    straddles = any(
        (whole[-left:], line[:right]) in _STRADDLES for left in range(1, 4) for right in range(1, 4)
    )
    return "" if straddles else "\n"
