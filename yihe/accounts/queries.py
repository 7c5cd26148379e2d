import hashlib

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from yihe.accounts.models import Consent, MessageChoice, Token, User
from yihe.accounts.parts import Part
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.outbox.queries import inbox, sent_to
from yihe.trail.models import Entry
from yihe.trail.queries import acts_of


def token_digest(raw: str) -> str:
    return hashlib.sha256(b"api-token:" + raw.encode()).hexdigest()


def standing_tokens(digest: str) -> QuerySet[Token]:
    """The one of that digest, with its person."""
    standing = Token.objects.filter(digest=digest, revoked_at=None, user__is_active=True)
    return standing.select_related("user")


def token_for(raw: str) -> Token | None:
    """The standing token of that text, with its person. Looked up by digest: no timing to learn from."""
    return standing_tokens(token_digest(raw)).first()


def person_by_phone(phone: str) -> User | None:
    return User.objects.filter(phone=phone).first()


def standing_consents() -> QuerySet[Consent]:
    """Consents to the notice as it reads today."""
    return Consent.objects.filter(notice="privacy", version=PRIVACY_VERSION, withdrawn_at=None)


def has_consented(user: User) -> bool:
    return standing_consents().filter(user=user).exists()


def has_second_factor(user: User) -> bool:
    totp = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return bool(totp.exists())


def signs_in_by_password(user: User) -> bool:
    """Who sits in an office and has set a password gets no code any more."""
    return user.works and user.has_usable_password()


WAYS = {
    "code": "短信验证码",
    "wechat": "微信",
    "password": "密码",
    "mfa": "动态码",
    "demo": "演示的一键登录",
}
ACTS = {
    "person.sign_in": "登录",
    "person.sign_out": "退出",
    "person.sign_out_elsewhere": "别的设备上退出",
    "person.change_number": "换手机号",
    "person.password": "设密码",
    "person.second_factor": "改动态码",
    "person.reset_sign_in": "重设登录",
}


def sign_ins(user: User) -> QuerySet[Entry]:
    """How and when somebody came and went, newest first."""
    return acts_of(user.pk).filter(act__in=ACTS)


def ways_in_words(entry: Entry) -> str:
    ways = [WAYS.get(way, way) for way in entry.kinds.get("way", "").split("-") if way]
    return "、".join(ways)


def kept(user: User) -> list[Part]:
    """What this folder keeps about a person; the person's own row stands above all parts."""
    return [
        Part(
            "consents",
            "同意过的告知",
            (("version", "哪一版"), ("given_at", "同意"), ("withdrawn_at", "收回")),
            list(user.consents.order_by("given_at").values("version", "given_at", "withdrawn_at")),
        ),
        Part(
            "sign_ins",
            "登录和退出",
            (("what", "做了什么"), ("way", "凭什么"), ("at", "什么时候")),
            [
                {"what": ACTS[entry.act], "way": ways_in_words(entry), "at": entry.at}
                for entry in sign_ins(user).order_by("id")
            ],
        ),
        Part(
            "second_factors",
            "动态码和恢复码",
            (("kind", "是什么"), ("created_at", "设的"), ("last_used_at", "最近用过")),
            [
                {
                    "kind": "动态码" if one.type == Authenticator.Type.TOTP else "恢复码",
                    "created_at": one.created_at,
                    "last_used_at": one.last_used_at,
                }
                for one in Authenticator.objects.filter(user=user).order_by("created_at")
            ],
        ),
        Part(
            "tokens",
            "接口令牌",
            (
                ("label", "给谁用"),
                ("hint", "开头"),
                ("created_at", "发出"),
                ("used_at", "最近用过"),
                ("revoked_at", "停用"),
            ),
            list(
                user.tokens.order_by("created_at").values(
                    "label", "hint", "created_at", "used_at", "revoked_at"
                )
            ),
        ),
        Part(
            "messages",
            "收到的消息",
            (("title", "标题"), ("body", "内容"), ("at", "什么时候"), ("read_at", "看过")),
            list(inbox(user.pk).order_by("at").values("title", "body", "at", "read_at")),
            link="/inbox/",
        ),
        *reached_by(user),
    ]


def reached_by(user: User) -> list[Part]:
    """Where and how somebody is told outside the app, and what was sent there."""
    choice = MessageChoice.objects.filter(user=user)
    return [
        Part(
            "addresses",
            "应用之外怎么告诉我",
            (("channel", "经哪里"), ("value", "地址"), ("label", "名称"), ("added_at", "加的")),
            [
                {
                    "channel": one.get_channel_display(),
                    "value": one.value,
                    "label": one.label,
                    "added_at": one.added_at,
                }
                for one in user.addresses.order_by("pk")
            ],
            link="/me/messages/",
        ),
        Part(
            "message_choice",
            "消息设置",
            (("what", "哪些消息"), ("quiet_from", "安静从"), ("quiet_until", "安静到")),
            [
                {
                    "what": one.get_what_display(),
                    "quiet_from": f"{one.quiet_from:%H:%M}",
                    "quiet_until": f"{one.quiet_until:%H:%M}",
                }
                for one in choice
            ],
            link="/me/messages/",
        ),
        Part(
            "deliveries",
            "发到应用之外的消息",
            (("title", "标题"), ("channel", "经哪里"), ("state", "结果"), ("at", "什么时候")),
            sent_to(user.pk),
        ),
    ]
