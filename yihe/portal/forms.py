import re
from datetime import date, timedelta
from typing import Any

from django import forms

from yihe.portal.tables import TABLES
from yihe.sheets.maps import shipped

DAY = r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
LINE = re.compile(rf"^{DAY}(?:\s*(?:至|到|—|~|–)\s*{DAY})?\s*(休|班|放假|上班)\s*(.{{0,40}})$")
MOST_DAYS = 40


class YearForm(forms.Form):
    year = forms.IntegerField(
        label="哪一年",
        min_value=2004,
        max_value=2100,
        error_messages={
            "required": "请写年份。",
            "invalid": "年份写成 2027 这样。",
            "min_value": "年份要在 2004 到 2100 之间。",
            "max_value": "年份要在 2004 到 2100 之间。",
        },
    )
    days = forms.CharField(
        label="放假和调休",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="每行一天或一段：1月1日至1月3日 休 元旦；2月7日 班 春节调休。",
        error_messages={"required": "请写放假和调休的日子。"},
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("year") and values.get("days"):
            try:
                values["odd_days"] = read_days(values["days"], values["year"])
            except ValueError as error:
                self.add_error("days", str(error))
        return values


def read_days(text: str, year: int) -> dict[date, tuple[bool, str]]:
    """Day → (worked, name of the holiday). ValueError in words when a line cannot be understood."""
    days: dict[date, tuple[bool, str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = LINE.match(line.strip())
        if found is None:
            raise ValueError(
                f"第 {number} 行看不懂：“{line.strip()[:20]}”。写成 1月1日 休 元旦 这样。"
            )
        y1, m1, d1, y2, m2, d2, kind, name = found.groups()
        try:
            first = date(int(y1 or year), int(m1), int(d1))
            last = date(int(y2 or y1 or year), int(m2), int(d2)) if m2 else first
        except ValueError as error:
            raise ValueError(f"第 {number} 行没有这个日子。") from error
        if not first <= last < first + timedelta(days=MOST_DAYS):
            raise ValueError(f"第 {number} 行的起止日子不对。")
        for step in range((last - first).days + 1):
            day = first + timedelta(days=step)
            if day.year != year:
                raise ValueError(f"第 {number} 行的 {day.isoformat()} 不在 {year} 年。")
            if day in days:
                raise ValueError(f"第 {number} 行的 {day.month}月{day.day}日 写了两次。")
            days[day] = (kind in ("班", "上班"), name.strip())
    return days


class TableForm(forms.Form):
    kind = forms.ChoiceField(
        label="哪一种表", choices=[(kind.name, kind.title) for kind in TABLES.values()]
    )
    file = forms.FileField(
        label="文件",
        help_text="CSV 或 Excel（.xlsx），最大 10 MB。",
        error_messages={"required": "请选一个文件。", "empty": "文件是空的。"},
    )
    map = forms.ChoiceField(
        label="对照表（表头和我们的不一样时）",
        required=False,
        choices=[
            ("", "不用"),
            *(
                (name, f"{name}（{kind.title}）")
                for kind in TABLES.values()
                for name in shipped(kind.maps)
            ),
        ],
    )
    keep_good = forms.BooleanField(label="有行不能导入时，仍导入其余各行", required=False)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 10_000_000:
            raise forms.ValidationError("文件超过 10 MB，请分成几个，或者用命令行导入。")
        return file
