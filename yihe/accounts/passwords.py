"""Django's four rules for passwords, in our words."""

from django.contrib.auth import password_validation as rules


class NotLikeOneself(rules.UserAttributeSimilarityValidator):
    def __init__(self) -> None:
        super().__init__(user_attributes=("phone", "name"))

    def get_error_message(self) -> str:
        return "和您的%(verbose_name)s太像了，别人猜得到。"


class LongEnough(rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"太短了，至少 {self.min_length} 位。"


class NotCommon(rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return "用这个密码的人太多，别人猜得到，请换一个。"


class NotOnlyDigits(rules.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return "不能全是数字，请加几个字母。"
