"""Fields that several forms here have."""

from django import forms


def day(label: str, hint: str = "", *, required: bool = False) -> forms.DateField:
    """A day, chosen in the browser's own calendar."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"请写{label}。", "invalid": "日期像这样：2026-03-01。"},
    )
