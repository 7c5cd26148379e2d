"""Boards, figures and exports read from a second database; all else, and what fails there, from the first."""

import copy
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection, connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from yihe.calls.tests.builders import make_seat
from yihe.people.tests.helpers import browser
from yihe.places.models import Compound
from yihe.server.tests.everyone import Everyone, routes
from yihe.settings import _standby
from yihe.trail.actions import on_disk
from yihe.web import elsewhere, replica
from yihe.web.elsewhere import WritesElsewhere, reads_elsewhere
from yihe.web.models import Mark
from yihe.web.replica import AWAY, BEHIND, GOOD, State

LISTS, FIGURES = "yihe.calls.views", "yihe.insight"
READ = {
    "all/calls.csv": f"{LISTS}.table._lines",
    "all/calls.xlsx": f"{LISTS}.table._lines",
    "api/v1/figures": f"{FIGURES}.api._counted",
    "compounds/<slug:code>/board/": f"{LISTS}.lists.board_page",
    "figures/": f"{FIGURES}.views.place_page",
    "figures/<slug:code>/": f"{FIGURES}.views.place_page",
    "figures/desk/": f"{FIGURES}.views.desk_page",
}


@pytest.fixture
def second(db: None, settings: Any) -> Iterator[Any]:
    """A second alias that shows the same rows; what is asked there is told apart."""
    settings.DATABASE_ROUTERS = ["yihe.web.elsewhere.Router"]
    connection.ensure_connection()
    twin: Any = copy.copy(connections["default"])
    twin.queries_log, twin.execute_wrappers = deque(maxlen=9000), []
    twin.close = lambda: None
    twin.force_debug_cursor = True
    connections.settings[replica.ALIAS] = connections.settings["default"]
    connections[replica.ALIAS] = twin
    stands()
    yield twin
    del connections[replica.ALIAS]
    del connections.settings[replica.ALIAS]
    replica.forget()


def stands(reached: int = 0) -> None:
    """It is believed to be good for the whole test."""
    replica._Known.state = State(GOOD, reached, 0.0, looked=float("inf"))


@contextmanager
def failing(twin: Any, error: Exception, after: int = 0) -> Iterator[list[str]]:
    """It answers so many questions, and then breaks off."""
    asked: list[str] = []

    def fail(execute: Any, sql: str, *more: Any) -> Any:
        asked.append(sql)
        if len(asked) > after:
            raise error
        return execute(sql, *more)

    with twin.execute_wrapper(fail):
        yield asked


def lost() -> OperationalError:
    error = OperationalError("server closed the connection unexpectedly")
    error.__cause__ = psycopg.OperationalError("server closed the connection unexpectedly")
    return error


def in_the_way() -> OperationalError:
    error = OperationalError("canceling statement due to conflict with recovery")
    error.__cause__ = psycopg.errors.SerializationFailure("conflict with recovery")
    return error


@pytest.mark.django_db
class TestWhichPages:
    def test_exactly_these_read_there_and_write_nothing(self, second):
        everyone = Everyone()
        inside: list[str] = []

        def watch(execute: Any, sql: str, *more: Any) -> Any:
            if elsewhere._alias.get() == replica.ALIAS:
                inside.append(sql)
            return execute(sql, *more)

        found = set()
        with connection.execute_wrapper(watch):
            for route in [one for one in routes() if "<path:rest>" not in one]:
                for role in "ca":
                    who = everyone.program if route.startswith("api/") else everyone.client
                    second.queries_log.clear()
                    answer = who(role).get(everyone.address(route))
                    assert answer.status_code not in (500, 503) or route == "readyz", route
                    found |= {route} if second.queries_log else set()
                    if answer.status_code == 200:
                        break
        assert found == set(READ)
        assert set(READ.values()) == elsewhere.MARKED
        assert inside == []  # not one question to the primary

    def test_without_one_nothing_is_asked_that_was_not_asked_before(self, district):
        board = f"/compounds/{district.compound.code}/board/"
        client = browser(district.resident)
        with CaptureQueriesContext(connection) as before:
            assert client.get(board).status_code == 200
        assert not [one for one in before.captured_queries if "pg_" in one["sql"]]

    def test_a_view_that_writes_is_refused(self, second):
        @reads_elsewhere
        def view(request: Any) -> None:
            Mark.objects.create(pk="there", at="2026-01-01T00:00:00Z")

        elsewhere.MARKED.discard(f"{view.__module__}.{view.__qualname__}")
        with pytest.raises(WritesElsewhere):
            view(RequestFactory().get("/api/"))

    def test_rows_from_there_are_read_again_and_saved_at_the_primary(self, second, district):
        @reads_elsewhere
        def view(request: Any) -> Compound:
            return Compound.objects.get(pk=district.compound.pk)

        elsewhere.MARKED.discard(f"{view.__module__}.{view.__qualname__}")
        found = view(RequestFactory().get("/api/"))
        assert found._state.db == replica.ALIAS
        second.queries_log.clear()
        assert found.community.name
        found.save()
        assert not second.queries_log


@pytest.mark.django_db
class TestLost:
    @pytest.mark.parametrize("after", [0, 1])
    def test_the_primary_answers_once_and_then_at_once(self, second, district, after, caplog):
        board = f"/compounds/{district.compound.code}/board/"
        call = district.raised()
        client = browser(district.resident)
        with caplog.at_level("WARNING"), failing(second, lost(), after) as asked:
            page = client.get(board)
            assert page.status_code == 200
            assert call.text in page.text
            assert len(asked) == after + 1
            assert client.get(board).status_code == 200
            assert len(asked) == after + 1  # not asked again
        assert caplog.text.count("replica.away") == 1

    @pytest.mark.parametrize("error", [in_the_way(), ProgrammingError("no such column")])
    def test_an_answer_given_up_is_given_by_the_primary_and_the_next_is_tried_there(
        self, second, district, error
    ):
        client = browser(district.community_clerk)
        with failing(second, error):
            assert client.get("/figures/").status_code == 200
        second.queries_log.clear()
        assert client.get("/figures/").status_code == 200
        assert second.queries_log

    def test_a_file_is_taken_once(self, second, district):
        district.raised()
        client = browser(district.community_clerk)
        with failing(second, lost(), 1), CaptureQueriesContext(connection) as asked:
            file = client.get("/all/calls.csv")
        assert file.status_code == 200
        assert len(file.content.splitlines()) == 2
        assert sum("INTO trail_entry" in one["sql"] for one in asked.captured_queries) == 1

    def test_what_is_wrong_in_both_is_not_hidden(self, second, district, monkeypatch):
        def wrong(*args: object, **more: object) -> None:
            raise ProgrammingError("a mistake of ours")

        monkeypatch.setattr("yihe.calls.views.lists.board_counts", wrong)
        client = Client(raise_request_exception=False)
        client.force_login(district.resident)
        assert client.get(f"/compounds/{district.compound.code}/board/").status_code == 500

    def test_a_primary_in_its_place_is_not_read(self, second, district):
        replica.forget()
        page = browser(district.resident).get(f"/compounds/{district.compound.code}/board/")
        assert page.status_code == 200
        assert replica._Known.state is not None
        assert replica._Known.state.name == replica.STRANGER


@pytest.mark.django_db
class TestWhoKeepsTheHouse:
    def test_reads_how_it_is(self, second, district):
        keeper = browser(make_seat(district.district_desk, "administrator"))
        assert "备用数据库：正常，落后 0 秒" in keeper.get("/house/").text
        replica._Known.state = State(BEHIND, 0, 35.2, looked=float("inf"))
        assert "没有跟上，落后 35 秒，暂时改读主数据库" in keeper.get("/house/").text

    def test_is_told_by_readyz_which_does_not_fail_for_it(self, second):
        assert Client().get("/readyz").json()["notes"] == []
        before = Client().get("/readyz").json()["missing"]
        replica._Known.state = State(AWAY, looked=float("inf"))
        told = Client().get("/readyz").json()
        assert told["notes"] == ["备用数据库：连不上，暂时改读主数据库"]
        assert told["missing"] == before

    def test_reads_nothing_of_it_where_there_is_none(self, district):
        keeper = browser(make_seat(district.district_desk, "administrator"))
        assert "备用数据库" not in keeper.get("/house/").text
        assert Client().get("/readyz").json()["notes"] == []


@pytest.mark.django_db(transaction=True)
class TestOnesOwnActs:
    def test_are_read_from_the_primary_until_they_arrived(self, second, district):
        client = browser(district.resident)
        call = district.raised()
        assert "y_seen" not in client.cookies
        sent = client.post(f"/calls/{call.number}/add/", {"text": "又响了。"})
        assert sent.status_code == 302
        cookie = client.cookies["y_seen"]
        seen = replica.position(cookie.value)
        assert seen > 0
        assert cookie["httponly"]
        assert 10 < cookie["max-age"] < 60
        board = f"/compounds/{district.compound.code}/board/"
        for reached, there in ((seen - 1, False), (seen, True)):
            stands(reached)
            second.queries_log.clear()
            assert client.get(board).status_code == 200
            asked = [one for one in second.queries_log if "pg_last_wal" not in one["sql"]]
            assert bool(asked) is there

    def test_cost_no_question_more(self, second, district):
        with CaptureQueriesContext(connection) as asked:
            on_disk()
        assert len(asked) == 1

    @pytest.mark.parametrize("told", ["", "x", "1/2/3", "F" * 3000, "é/1"])
    def test_a_cookie_of_somebody_elses_making_says_nothing(self, second, district, told):
        client = browser(district.resident)
        client.cookies["y_seen"] = told
        second.queries_log.clear()
        assert client.get(f"/compounds/{district.compound.code}/board/").status_code == 200
        assert second.queries_log

    def test_without_a_replica_there_is_no_cookie(self, district):
        client = browser(district.resident)
        call = district.raised()
        client.post(f"/calls/{call.number}/add/", {"text": "又响了。"})
        assert "y_seen" not in client.cookies


class TestTheSettings:
    def test_a_lost_one_is_noticed_soon_and_it_only_reads(self):
        found: Any = _standby("postgresql://yihe_app:x%40@db2:5433/yihe?sslmode=verify-full")
        assert (found["HOST"], found["PORT"], found["NAME"]) == ("db2", "5433", "yihe")
        assert found["PASSWORD"] == "x@"  # noqa: S105
        options = found["OPTIONS"]
        assert options["options"] == "-c default_transaction_read_only=on"
        assert options["sslmode"] == "verify-full"
        assert options["connect_timeout"] == "2"
        assert "pool" not in options

    def test_what_the_url_says_stands(self):
        found: Any = _standby("postgresql://a@b/c?connect_timeout=9&options=-c%20work_mem=9MB")
        assert found["OPTIONS"]["connect_timeout"] == "9"
        assert found["OPTIONS"]["options"] == "-c work_mem=9MB -c default_transaction_read_only=on"
