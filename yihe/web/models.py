from django.db import models


class Mark(models.Model):
    """记号：关于这套系统本身的一个事实，如“这里装的是演示数据”“工作进程刚刚还在”。"""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.JSONField(default=dict)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
