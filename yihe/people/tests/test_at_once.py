"""Two things at the same moment: one holds, the other is refused in words, and nothing fails."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from yihe.people.actions import (
    ask_to_join,
    count_try,
    decide_join,
    leave_home,
    record_move_out,
    use_code,
    withdraw_join,
)
from yihe.people.models import HomeCode, JoinRequest, Residency
from yihe.people.tests.helpers import asked, at_home, browser, invited, make_person, own, settle
from yihe.places.models import Unit
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each said: "" when it was done, the refusal's words, or the name of a failure."""
    start = threading.Barrier(len(acts))
    said = [""] * len(acts)

    def run(number: int) -> None:
        try:
            start.wait()
            acts[number]()
        except Refusal as refusal:
            said[number] = str(refusal)
        except Exception as error:
            said[number] = f"FAILED {type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [words for words in said if words.startswith("FAILED")], said
    return said


def using(code: str, person) -> Callable[[], object]:
    return lambda: use_code(code=code, person=person, acting=own(person), at=timezone.now())


def confirming(request: JoinRequest) -> Callable[[], object]:
    return lambda: decide_join(
        request=request, confirm=True, reason="", acting=SYSTEM, at=timezone.now()
    )


def test_one_code_joins_one_of_many(place):
    _, plain = invited(place)
    said = at_once(*[using(plain, make_person(f"某{number}")) for number in range(6)])
    assert said.count("") == 1
    assert sum("这个码不对" in words for words in said) == 5
    assert len(at_home(place)) == 2


def test_two_codes_for_one_person_and_home_join_once_and_leave_the_other_code(place):
    codes = [invited(place)[1] for _ in range(2)]
    person = make_person("某人")
    said = at_once(*[using(plain, person) for plain in codes])
    assert sorted(said) == ["", "已经登记在这一户了。"]
    assert person.residencies.count() == 1
    assert HomeCode.objects.filter(used_at=None).count() == 1


def test_two_codes_sent_by_one_person_through_the_page_never_fail(place):
    codes = [invited(place)[1] for _ in range(2)]
    person = make_person("某人")
    clients = [browser(person) for _ in codes]
    answers: list[int] = []

    def send(client, plain):
        return lambda: answers.append(client.post("/home/join/", {"code": plain}).status_code)

    at_once(*[send(client, plain) for client, plain in zip(clients, codes, strict=True)])
    assert sorted(answers) == [200, 302]


def test_code_and_confirmation_meet(place):
    for _ in range(4):
        person = make_person("某人")
        request, (_, plain) = asked(place, person), invited(place)
        at_once(using(plain, person), confirming(request))
        assert person.residencies.count() == 1
        request.refresh_from_db()
        assert request.state in ("withdrawn", "confirmed")


def test_withdrawing_and_confirming_meet(place):
    person = make_person("某人")
    request = asked(place, person)
    said = at_once(
        lambda: withdraw_join(request=request, acting=own(person), at=timezone.now()),
        confirming(request),
    )
    assert sorted(said) == ["", "这个申请已经处理过了。"]
    request.refresh_from_db()
    assert person.residencies.exists() is (request.state == "confirmed")


def test_asked_for_twice_and_for_more_than_three(place):
    person = make_person("某人")
    units = list(Unit.objects.filter(compound=place.compound).order_by("pk"))[:6]

    def asking(unit):
        return lambda: ask_to_join(
            person=person, unit=unit, standing="tenant", words="", acting=own(person),
            at=timezone.now(),
        )  # fmt: skip

    assert at_once(*[asking(units[0])] * 2).count("") == 1
    at_once(*[asking(unit) for unit in units[1:]])
    assert JoinRequest.objects.filter(state="open").count() == 3


def test_leaving_and_being_written_down_meet(place):
    home = settle(place, "tenant", "田租客")
    said = at_once(
        lambda: leave_home(residency=home, acting=own(home.person), at=timezone.now()),
        lambda: record_move_out(residency=home, reason="退租", acting=SYSTEM, at=timezone.now()),
    )
    assert sorted(said) == ["", "已经不在这一户了。"]
    assert Residency.objects.get(pk=home.pk).until is not None


def test_tries_sent_at_once_are_all_counted(place):
    person = make_person("猜码人")
    said = at_once(*[lambda: count_try(person=person, at=timezone.now())] * 12)
    assert said.count("") == 8
