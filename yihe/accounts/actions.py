import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction

from yihe.accounts.models import Consent, Token, User
from yihe.accounts.queries import token_digest
from yihe.accounts.rules import normalise_phone
from yihe.outbox.actions import forget
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.web.text import as_name

PRIVACY_VERSION = "2026-11"


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
def note_sign_in(*, user: User, way: str, acting: Acting, at: datetime) -> None:
    record(acting=acting, act=f"person.sign_{way}", on=("person", user.pk), at=at)


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
    for eraser in first:
        eraser(user, acting, at)
    user.phone, user.name, user.phone_verified_at = None, "", None
    user.is_active, user.works, user.erased_at = False, False, at
    user.set_unusable_password()
    user.save()
    user.consents.filter(withdrawn_at=None).update(withdrawn_at=at)
    user.tokens.filter(revoked_at=None).update(revoked_at=at)
    user.tokens.update(label="")
    Authenticator.objects.filter(user=user).delete()
    forget(person_id=user.pk)
    for session in Session.objects.filter(expire_date__gt=at):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
    record(acting=acting, act="person.erase", on=("person", user.pk), at=at)
    return user
