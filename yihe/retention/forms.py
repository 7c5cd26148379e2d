from django import forms

from yihe.retention.rules import MOST_MONTHS


class PeriodForm(forms.Form):
    months = forms.IntegerField(
        label="留几个月",
        min_value=1,
        max_value=MOST_MONTHS,
        help_text="12 个月是一年。",
        error_messages={
            "required": "请写留几个月。",
            "invalid": "请写一个整数。",
            "min_value": "至少写 1 个月。",
            "max_value": "最多写 1200 个月。要一直留着，就不要打开这一条。",
        },
    )
    on = forms.BooleanField(label="打开：到期自动删", required=False)
    sure = forms.BooleanField(label="我知道删了不能恢复", required=False)

    def clean(self) -> None:
        values = super().clean() or {}
        if values.get("on") and not values.get("sure"):
            self.add_error("sure", "要打开，请在这里打勾确认。")


class HoldForm(forms.Form):
    number = forms.RegexField(
        r"^\s*\d{4}-?\d{3,11}\s*$",
        label="呼叫编号",
        help_text="像 2611-0837。",
        error_messages={"required": "请写编号。", "invalid": "编号像 2611-0837，请核对。"},
    )
    reason = forms.CharField(
        label="为什么要留着",
        max_length=200,
        help_text="比如哪里在打官司、在复核。只有管理的人看得到，不写姓名。",
        error_messages={"required": "请写为什么要留着。", "max_length": "最多 200 个字。"},
    )
    look_on = forms.DateField(
        label="哪天再看要不要留",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请写日子。", "invalid": "日子像 2027-03-01。"},
    )

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip()
        return number if "-" in number else f"{number[:4]}-{number[4:]}"
