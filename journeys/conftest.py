import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from journeys.house import House, start_house, stop_house
from journeys.session import session_cookie
from yihe.accounts.models import User
from yihe.calls.tests.builders import District, make_district

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A phone."""
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "locale": "zh-CN"}


@pytest.fixture
def place(transactional_db: None) -> District:
    return make_district()


@pytest.fixture
def sign_in(context: Any, live_server: Any) -> Callable[[User], None]:
    """Put a person's session into the browser."""

    def sign_in(user: User) -> None:
        context.clear_cookies()
        context.add_cookies([session_cookie(user, live_server.url)])

    return sign_in


@pytest.fixture
def clock() -> Iterator[Any]:
    """The house's clock, to be moved on."""
    with time_machine.travel(0) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def one_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The whole house with its demo, one for all journeys that do it harm."""
    running = start_house(tmp_path_factory.mktemp("house"))
    try:
        running.wait_until_ready()
        yield running
    finally:
        stop_house(running)


@pytest.fixture
def house(one_house: House) -> House:
    """The same house, recovered from what the last journey did to it."""
    one_house.wait_until_ready(60)
    return one_house
