from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yihe.accounts.models import Token, User
from yihe.accounts.queries import standing_consents, standing_tokens, token_digest
from yihe.bodies.models import Seat
from yihe.outbox.models import Message
from yihe.people.models import Residency
from yihe.web.prepared import prepared


@prepared
def signed_in(user_id: int) -> QuerySet[User]:
    """A person with what every page's frame needs, in one query: unread messages, seats, homes, consent."""
    mine = {"person_id": OuterRef("pk")}
    unread = Message.objects.filter(**mine, read_at=None).order_by().values("person_id")
    return User.objects.filter(pk=user_id, is_active=True).annotate(
        unread=Coalesce(
            Subquery(unread.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField()
        ),
        has_seat=Exists(Seat.objects.held().filter(**mine)),
        consented=Exists(standing_consents().filter(user=OuterRef("pk"))),
        has_home=Exists(Residency.objects.filter(**mine, until=None)),
    )


@prepared
def _by_token(digest: str) -> QuerySet[Token]:
    return standing_tokens(digest).annotate(
        has_seat=Exists(Seat.objects.held().filter(person_id=OuterRef("user_id"))),
        has_home=Exists(Residency.objects.filter(person_id=OuterRef("user_id"), until=None)),
    )


def by_token(raw: str) -> Token | None:
    """As `token_for`; its person comes with whether there are seats and homes to ask for."""
    found: Any = _by_token.first(token_digest(raw))
    if found is not None:
        found.user.has_seat, found.user.has_home = found.has_seat, found.has_home
    return found  # type: ignore[no-any-return]


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's sign-in; a request's person comes with what the frame of a page asks for."""

    def get_user(self, user_id: int) -> User | None:
        return signed_in.first(int(user_id))
