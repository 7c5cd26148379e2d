"""A mixed load over HTTP on a running house: people who try again until they are answered.

Each act carries its own key (`Idempotency-Key`, or `once` in a form) and is sent with it until the
house answers. What was answered is remembered: it has to be there afterwards, once.
"""

import http.client
import json
import random
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

WAIT = 20.0  # seconds for one answer
LONGEST = 180.0  # seconds until somebody gives up on one act
LETTERS = "bcdfghkmnpqrstvwxz"


class GaveUp(Exception):  # noqa: N818  not an error of the program
    """The house did not answer in all that time."""


class Refused(Exception):  # noqa: N818  an answer, but not the one that was due
    """An answer that says no."""


@dataclass
class Told:
    """What clients were told, together."""

    raised: dict[str, str] = field(default_factory=dict)  # marker → number
    acts: list[tuple[str, str, str]] = field(default_factory=list)  # number, act, marker
    refused: list[str] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)
    again: int = 0  # sent once more
    answered: int = 0
    unfit: int = 0  # an answer of 500: the house did not know what to say
    lock: threading.Lock = field(default_factory=threading.Lock)


def marker() -> str:
    """A word that stands in one text only, and that nothing takes for a number."""
    return "".join(secrets.choice(LETTERS) for _ in range(14))


class Client:
    """One person with a token or a session."""

    def __init__(self, port: int, told: Told, headers: dict[str, str]) -> None:
        self.port, self.told, self.headers = port, told, headers

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, bytes, Any]:
        """One request; an OSError or HTTPException when the answer did not come."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
        try:
            line.request(method, path, body.encode() or None, {**self.headers, **headers})
            answer = line.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            line.close()

    def until_answered(self, method: str, path: str, body: str = "", **headers: str) -> Any:
        """The same request again and again, until it is answered: (status, body, headers)."""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            try:
                status, text, more = self.ask(method, path, body, **headers)
            except (OSError, http.client.HTTPException):
                status = 0
            if status == 500:
                with self.told.lock:
                    self.told.unfit += 1
            if 0 < status < 500:
                with self.told.lock:
                    self.told.answered += 1
                return status, text, more
            with self.told.lock:
                self.told.again += 1
            time.sleep(random.uniform(0.05, 0.5))  # noqa: S311
        raise GaveUp(f"{method} {path}")

    def write(self, path: str, sent: dict[str, Any], key: str) -> dict[str, Any]:
        """One act through the API."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        status, text, _ = self.until_answered(
            "POST", path, json.dumps(sent, ensure_ascii=False), **headers
        )
        if status not in (200, 201):
            raise Refused(f"{status} {path} {text.decode(errors='replace')[:200]}")
        answer: dict[str, Any] = json.loads(text)
        return answer


def program(port: int, told: Told, token: str) -> Client:
    return Client(port, told, {"Authorization": f"Bearer {token}"})


def person(port: int, told: Told, role: int) -> Client:
    """Signed in by the demo's first page, as the person at that place of its list."""
    visitor = Client(port, told, {})
    _, page, headers = visitor.until_answered("GET", "/")
    forms = re.findall(r'action="/demo/sign-in/".*?</form>', page.decode(), re.DOTALL)
    values = dict(re.findall(r'name="(csrfmiddlewaretoken|person)" value="([^"]*)"', forms[role]))
    cookies = _cookies(headers)
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _cookie(cookies)}
    status, _, headers = visitor.until_answered("POST", "/demo/sign-in/", urlencode(values), **sent)
    if status != 302:
        raise Refused(f"{status} /demo/sign-in/")
    cookies |= _cookies(headers)
    return Client(port, told, {"Cookie": _cookie(cookies)})


def _cookies(headers: Any) -> dict[str, str]:
    return dict(one.split(";")[0].split("=", 1) for one in headers.get_all("Set-Cookie") or [])


def _cookie(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


class Load(threading.Thread):
    """Goes on until told to stop, and ends with the act that it is at."""

    def __init__(self, told: Told, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.told, self.stop = told, stop

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.turn()
            except GaveUp as error:
                with self.told.lock:
                    self.told.gave_up.append(str(error))
            except Refused as error:
                with self.told.lock:
                    self.told.refused.append(str(error))
            time.sleep(random.uniform(0.0, 0.2))  # noqa: S311

    def turn(self) -> None:
        raise NotImplementedError


class Calls(Load):
    """A call from end to end: raised, accepted, asked about, replied to, answered, confirmed, rated."""

    def __init__(
        self, told: Told, stop: threading.Event, *, reporter: Client, desk: Client, compound: str
    ) -> None:
        super().__init__(told, stop)
        self.reporter, self.desk, self.compound = reporter, desk, compound

    def turn(self) -> None:
        here = marker()
        sent = {"compound": self.compound, "text": f"楼道的灯不亮，请来看看。记号 {here}"}
        number = self.reporter.write("/api/v1/calls", sent, secrets.token_hex(12))["number"]
        with self.told.lock:
            self.told.raised[here] = number
        for who, act in (
            (self.desk, "accept"),
            (self.desk, "ask"),
            (self.reporter, "reply"),
            (self.desk, "note"),
            (self.desk, "answer"),
            (self.reporter, "confirm"),
            (self.reporter, "rate"),
        ):
            if self.stop.is_set():
                return
            word = marker()
            body: dict[str, Any] = {}
            if act in ("ask", "reply", "note", "answer"):
                body["text"] = f"情况是这样的，记号 {word}"
            if act == "answer":
                body["evidence"] = "到现场看过，换了灯泡。"
            if act == "rate":
                body["stars"] = 5
            who.write(f"/api/v1/calls/{number}/{act}", body, secrets.token_hex(12))
            with self.told.lock:
                self.told.acts.append((number, act, word if "text" in body else ""))


class Forms(Load):
    """Calls raised on the page, where `once` stands for the key."""

    def __init__(self, told: Told, stop: threading.Event, *, who: Client) -> None:
        super().__init__(told, stop)
        self.who = who

    def turn(self) -> None:
        _, page, headers = self.who.until_answered("GET", "/calls/new/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.decode())
        if found is None:
            raise Refused("/calls/new/ has no form")
        cookies = {"Cookie": self.who.headers["Cookie"]}
        if fresh := _cookies(headers):
            cookies["Cookie"] += "; " + _cookie(fresh)
        here = marker()
        sent = {
            "csrfmiddlewaretoken": found[1], "text": f"花坛要修一修。记号 {here}",
            "spot_kind": "compound", "spot": "东门", "visibility": "compound",
            "nature": "request", "once": secrets.token_hex(12),
        }  # fmt: skip
        status, text, headers = self.who.until_answered(
            "POST", "/calls/new/", urlencode(sent),
            **cookies, **{"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        to = re.fullmatch(r"/calls/([0-9-]+)/", headers.get("Location", ""))
        if status != 302 or to is None:
            raise Refused(f"{status} /calls/new/ {text.decode(errors='replace')[:80]}")
        with self.told.lock:
            self.told.raised[here] = to[1]


class Pages(Load):
    """Somebody who only reads."""

    def __init__(self, told: Told, stop: threading.Event, *, who: Client, paths: list[str]) -> None:
        super().__init__(told, stop)
        self.who, self.paths = who, paths

    def turn(self) -> None:
        path = random.choice(self.paths)  # noqa: S311
        status, _, _ = self.who.until_answered("GET", path)
        if status != 200:
            raise Refused(f"{status} {path}")
