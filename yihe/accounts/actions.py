import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from yihe.accounts.models import Consent, MessageChoice, Session, Token, User
from yihe.accounts.queries import token_digest
from yihe.accounts.rules import normalise_phone
from yihe.outbox.actions import forget, tell
from yihe.outbox.rules import YOURS
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.web.text import as_name


def as_oneself(user: User) -> Acting:
    """Somebody who acts on their own sign-in, whatever posts and homes they have."""
    return Acting(user.pk, "visitor", None, "本人", ())


@transaction.atomic
def register_person(*, phone: str, name: str, acting: Acting, at: datetime) -> User:
    """The person of that number, made if there is none yet."""
    phone = normalise_phone(phone)
    person, made = User.objects.get_or_create(
        phone=phone, defaults={"name": as_name(name)[:30], "joined_at": at, "password": "!"}
    )
    if made:
        record(acting=acting, act="person.register", on=("person", person.pk), at=at)
    return person


@transaction.atomic
def prove_number(*, phone: str, version: str, acting: Acting, at: datetime) -> User:
    """Whoever typed the code has the number: only now are they known here, and their consent kept."""
    person = register_person(phone=phone, name="", acting=acting, at=at)
    if person.phone_verified_at is None:
        person.phone_verified_at = at
        person.save(update_fields=["phone_verified_at"])
    give_consent(user=person, version=version, acting=as_oneself(person), at=at)
    return person


@transaction.atomic
def give_consent(*, user: User, version: str, acting: Acting, at: datetime) -> Consent:
    consent, made = Consent.objects.get_or_create(
        user=user, notice="privacy", version=version, withdrawn_at=None, defaults={"given_at": at}
    )
    if made:
        record(
            acting=acting,
            act="person.consent",
            on=("person", user.pk),
            at=at,
            kinds={"notice": "privacy", "version": version},
        )
    return consent


@transaction.atomic
def change_name(*, user: User, name: str, acting: Acting, at: datetime) -> User:
    name = as_name(name)
    if not 1 <= len(name) <= 30:
        raise Refusal("姓名写 1 到 30 个字。")
    user.name = name
    user.save(update_fields=["name"])
    record(acting=acting, act="person.rename", on=("person", user.pk), at=at)
    return user


@transaction.atomic
def issue_token(*, user: User, label: str, acting: Acting, at: datetime) -> tuple[Token, str]:
    """A token for the API; its text is given out once and only the digest kept."""
    label = as_name(label)[:60]
    if not label:
        raise Refusal("请写这个令牌给谁用。")
    raw = f"yihe_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        user=user, digest=token_digest(raw), hint=raw[:8], label=label, created_at=at
    )
    record(
        acting=acting, act="token.issue", on=("person", user.pk), at=at, numbers={"token": token.pk}
    )
    return token, raw


@transaction.atomic
def revoke_token(*, token: Token, acting: Acting, at: datetime) -> Token:
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record(
            acting=acting,
            act="token.revoke",
            on=("person", token.user_id),
            at=at,
            numbers={"token": token.pk},
        )
    return token


def touch_token(*, token: Token, at: datetime) -> None:
    """When it was last used, to the minute: not every request writes."""
    if token.used_at is None or at - token.used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(used_at=at)


@transaction.atomic
def note_sign_in(*, user: User, ways: Iterable[str], acting: Acting, at: datetime) -> None:
    """`ways`: what was proven, “code”, “password”, “mfa”; or “demo”."""
    kinds = {"way": "-".join(dict.fromkeys(ways))}
    record(acting=acting, act="person.sign_in", on=("person", user.pk), at=at, kinds=kinds)


@transaction.atomic
def note_sign_out(*, user: User, acting: Acting, at: datetime) -> None:
    record(acting=acting, act="person.sign_out", on=("person", user.pk), at=at)


def _end_sessions(user: User, keep: str | None) -> int:
    """All sessions of a person but the one with that key."""
    ended, _ = Session.objects.filter(person_id=user.pk).exclude(session_key=keep or "").delete()
    return ended


@transaction.atomic
def sign_out_elsewhere(*, user: User, keep: str | None, acting: Acting, at: datetime) -> int:
    """Every other device is signed out at once. `keep` is the session of this one."""
    ended = _end_sessions(user, keep)
    record(
        acting=acting,
        act="person.sign_out_elsewhere",
        on=("person", user.pk),
        at=at,
        numbers={"sessions": ended},
    )
    return ended


@transaction.atomic
def set_password(*, user: User, password: str, acting: Acting, at: datetime) -> User:
    user.set_password(password)
    user.save(update_fields=["password"])
    record(acting=acting, act="person.password", on=("person", user.pk), at=at)
    return user


@transaction.atomic
def note_second_factor(*, user: User, what: str, acting: Acting, at: datetime) -> None:
    """`what`: “on”, “off”, or “codes” for new recovery codes."""
    kinds = {"what": what}
    record(acting=acting, act="person.second_factor", on=("person", user.pk), at=at, kinds=kinds)


@transaction.atomic
def change_number(
    *, user: User, phone: str, keep: str | None, acting: Acting, at: datetime
) -> User:
    """To a number that was proven just now; whoever is signed in elsewhere is not any more."""
    phone = normalise_phone(phone)
    if phone == user.phone:
        raise Refusal("这就是现在的号码。")
    user.phone, user.phone_verified_at = phone, at
    try:
        with transaction.atomic():
            user.save(update_fields=["phone", "phone_verified_at"])
    except IntegrityError as error:
        raise Refusal("这个手机号在一核已经有人在用，换不了。") from error
    ended = _end_sessions(user, keep)
    tell(
        persons=[user.pk],
        title="您登录用的手机号换了",
        body="以后用新号码登录，别的设备上已经退出。不是您换的，请马上打社区电话。",
        link="/me/",
        on=("person", str(user.pk)),
        at=at,
        urgency=YOURS,
    )
    record(
        acting=acting,
        act="person.change_number",
        on=("person", user.pk),
        at=at,
        numbers={"sessions": ended},
    )
    return user


@transaction.atomic
def reset_sign_in(*, user: User, acting: Acting, at: datetime) -> User:
    """For who lost password or second factor: they sign in by code once more and set up both anew."""
    if user.erased_at is not None:
        raise Refusal("这个人已经删除了自己的信息。")
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    ended = _end_sessions(user, None)
    record(
        acting=acting,
        act="person.reset_sign_in",
        on=("person", user.pk),
        at=at,
        numbers={"sessions": ended},
    )
    return user


@transaction.atomic
def erase_person(
    *,
    user: User,
    acting: Acting,
    at: datetime,
    first: Iterable[Callable[[User, Acting, datetime], None]] = (),
) -> User:
    """Name and number go, sessions and tokens end; only the fact that somebody was here remains.

    `first`: what higher floors erase of theirs; one that refuses stops the whole.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.erased_at is not None:
        raise Refusal("已经删除过了。")
    for eraser in first:
        eraser(user, acting, at)
    forget(person_id=user.pk)
    user.phone, user.name, user.phone_verified_at = None, "", None
    user.is_active, user.works, user.erased_at = False, False, at
    user.set_unusable_password()
    user.save()
    user.consents.filter(withdrawn_at=None).update(withdrawn_at=at)
    for token in user.tokens.all():
        token.label, token.revoked_at = "", token.revoked_at or at
        token.save(update_fields=["label", "revoked_at"])
    Authenticator.objects.filter(user=user).delete()
    user.addresses.all().delete()
    MessageChoice.objects.filter(user=user).delete()
    _end_sessions(user, None)
    record(acting=acting, act="person.erase", on=("person", user.pk), at=at)
    return user
