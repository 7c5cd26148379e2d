"""`yihe token`: in the demo, for a number or for any role that outsiders rely on."""

from contextlib import nullcontext

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from yihe.accounts.queries import token_for
from yihe.demo.actions import build_first
from yihe.demo.queries import person_for_role
from yihe.web import demo_mode

pytestmark = pytest.mark.django_db
ROLES = import_string("yihe.cli.ROLES")  # the command line stands above: by its name, not imported
main = import_string("yihe.cli.main")


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.setattr("yihe.cli.people.Database", nullcontext)


def test_gives_a_working_token_for_every_role_and_number(capsys):
    build_first(at=timezone.now())
    for role in ROLES:
        assert main(["token", "--role", role]) == 0
        raw = capsys.readouterr().out.strip()
        token, person = token_for(raw), person_for_role(role)
        assert token is not None
        assert person is not None
        assert token.user == person
        api = Client(headers={"Authorization": f"Bearer {raw}"})
        assert api.get("/api/v1/calls").status_code == 200, role
    assert person is not None
    for phone in (person.phone, f"+86 {person.phone}"):
        assert main(["token", str(phone)]) == 0
        found = token_for(capsys.readouterr().out.strip())
        assert found is not None
        assert found.user == person


def test_the_last_administrator_is_let_in_again(capsys):
    build_first(at=timezone.now())
    person = person_for_role("administrator")
    assert person is not None
    person.set_password("a long and good one")
    person.save()
    assert main(["reset-sign-in", str(person.phone)]) == 0
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert main(["reset-sign-in", "13999999999"]) != 0
    assert "没有这个人" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "手机号，或者用 --role"), (["13800000000"], "没有这个人"), (["12"], "少了 9 位")],
)
def test_says_in_one_sentence_what_is_missing(capsys, words, said):
    build_first(at=timezone.now())
    assert main(["token", *words]) != 0
    assert said in capsys.readouterr().err


def test_is_refused_where_people_are_real(capsys):
    demo_mode.forget()
    assert main(["token", "--role", "resident"]) != 0
    assert "只能在演示中用" in capsys.readouterr().err
