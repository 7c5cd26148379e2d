from django.db import models


class Year(models.Model):
    """工作日历的一年：由管理员录入，以后的期限按它推算。"""

    year = models.PositiveSmallIntegerField(primary_key=True)
    version = models.PositiveIntegerField(default=1)
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.year)


class OddDay(models.Model):
    """例外：周一到周五放假的一天，或者周末上班的一天。"""

    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="odd_days")
    day = models.DateField(unique=True)
    is_workday = models.BooleanField()
    holiday = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_workday else '放假'}"
