import hashlib

from yihe.accounts.models import Consent, Token, User


def token_digest(raw: str) -> str:
    return hashlib.sha256(b"api-token:" + raw.encode()).hexdigest()


def token_for(raw: str) -> Token | None:
    """The standing token of that text, with its person. Looked up by digest: no timing to learn from."""
    return (
        Token.objects.select_related("user")
        .filter(digest=token_digest(raw), revoked_at=None, user__is_active=True)
        .first()
    )


def person_by_phone(phone: str) -> User | None:
    return User.objects.filter(phone=phone).first()


def has_consented(user: User, version: str) -> bool:
    return Consent.objects.filter(user=user, version=version, withdrawn_at=None).exists()
