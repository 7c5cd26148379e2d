"""The few texts that go to phones. In China each has to be approved beforehand, as a template with holes."""

TEMPLATES = {
    "code": "{code} 是您登录一核的验证码，5 分钟内有效。谁问都不要告诉。",
    "new_number": "{code} 是您在一核换手机号的验证码，5 分钟内有效。谁问都不要告诉。",
    "password": "您在岗位上，请用密码和动态码登录一核。",
    "number_changed": "您登录一核的手机号刚刚换成了别的号码。不是您换的，请马上打社区电话。",
    "message": "您在一核有一条消息：{title}。请登录查看。",
}
LONGEST = 30  # characters that the providers take in one hole


class Text(str):
    """A text as it is read, which also knows its template and what stands in the holes."""

    template: str
    holes: dict[str, str]
    key: str = ""  # the same for every try


def text(template: str, **holes: str) -> Text:
    """What does not fit into its hole is cut short."""
    short = {
        name: value if len(value) <= LONGEST else value[: LONGEST - 2] + "……"
        for name, value in holes.items()
    }
    made = Text(TEMPLATES[template].format(**short))
    made.template, made.holes = template, short
    return made
