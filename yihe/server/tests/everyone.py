"""Somebody in every role, and something good to send to every address."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.choices import add_address
from yihe.accounts.models import User
from yihe.bodies.actions import after, begin_handover, begin_term, cover_compound, seat_person
from yihe.bodies.capacities import capacities
from yihe.bodies.models import Body
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import acting_as, make_district, make_person, make_seat
from yihe.files.actions import receive
from yihe.files.tests.pictures import picture
from yihe.ledger.models import Ledger
from yihe.ledger.work import make_checkpoints
from yihe.party.actions import branch_of, give_mandate
from yihe.party.ledger.actions import enter_oneself, give_duty, read
from yihe.people.actions import ask_to_join, make_code
from yihe.places.actions import add_compound
from yihe.places.models import Division
from yihe.retention.actions import hold
from yihe.topics.models import Route
from yihe.trail.acting import SYSTEM
from yihe.web import demo_mode
from yihe.web.models import Mark

# Who: v nobody signed in, x signed in without home or post, r reporter, n neighbour, o of another compound,
# l lead, s secretary, m the service company's manager, c the call's community desk, h its head,
# f another community's clerk, t subdistrict, p department, d district's clerk, a administrator, k conference.
EVERYBODY = "vxrnolsmchftpdak"
# What only a body of a compound has is asked of the branch.
OF_THE_BRANCH = re.compile("/(cover|second|substitute|terms|handovers|extend)/")


class Everyone:
    """The demo's mark, a district with calls in every state, and somebody in every role."""

    def __init__(self) -> None:
        self.place = place = make_district()
        self.at = timezone.now()
        Division.objects.filter(level=3).update(here=True)
        far = Body.objects.create(
            kind="community", name="老坑社区党委", scope="440310/006/002", level=1,
            division=place.community, since=timezone.localdate(),
        )  # fmt: skip
        self.lead = make_seat(place.branch, "lead")
        self.head = make_seat(place.community_desk, "head")
        self.people: dict[str, User | None] = {
            "v": None,
            "x": make_person("某人"),
            "r": place.resident,
            "n": place.neighbour,
            "o": place.outsider,
            "l": self.lead,
            "s": place.secretary,
            "m": place.manager,
            "c": place.community_clerk,
            "h": self.head,
            "f": make_seat(far, "clerk"),
            "t": place.subdistrict_clerk,
            "p": place.department_clerk,
            "d": place.district_clerk,
            "a": make_seat(place.district_desk, "administrator"),
            "k": place.convener,
        }
        people = [{"role": "resident", "id": place.resident.pk, "words": "居民", "hint": "发呼叫"}]
        Mark.objects.create(pk="demo", value={"people": people}, at=self.at)
        demo_mode.forget()
        self.sessions = {role: self._session(user) for role, user in self.people.items() if user}
        self._calls()
        self._samples()

    def _session(self, user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def client(self, role: str) -> Client:
        """A browser of their own, signed in; what another one did does not sign it out."""
        client = Client(raise_request_exception=False)
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def program(self, role: str) -> Client:
        """The same person's program."""
        user = self.people[role]
        if user is None:
            return Client(raise_request_exception=False)
        _, raw = issue_token(user=user, label="program", acting=SYSTEM, at=self.at)
        return Client(headers={"Authorization": f"Bearer {raw}"}, raise_request_exception=False)

    def _calls(self) -> None:
        """One in each state that an act needs."""
        place, at = self.place, self.at
        clerk, street = acting_as(place.community_clerk), acting_as(place.subdistrict_clerk)
        department = acting_as(place.department_clerk)

        def raised(**more: Any) -> Call:
            return place.raised(at=at, **more)

        def up(*hands: Any) -> Call:
            call = raised()
            for acting in hands:
                actions.pass_up(call=call, reason="这里办不了。", acting=acting, at=at)
                call.refresh_from_db()
            return call

        self.call = raised()
        actions.accept(call=self.call, acting=clerk, at=at)
        asked, answered, listed = raised(), raised(), up(clerk, street, department)
        actions.ask(call=asked, text="哪一层？", acting=clerk, at=at)
        actions.answer(call=answered, text="修好了。", evidence="看过。", acting=clerk, at=at)
        actions.list_for_conference(
            call=listed, sitting_on=timezone.localdate(at) + timedelta(days=3),
            departments=[place.housing], acting=acting_as(place.convener), at=at,
        )  # fmt: skip
        met = raised()
        actions.first_contact(call=met, text="打过电话。", acting=clerk, at=at)
        actions.add_evidence(
            call=met, text="看过了。", met_whom="反映人", met_at=at, acting=clerk, at=at
        )
        self.calls = {
            "new": raised(), "asked": asked, "answered": answered, "met": met, "second": up(clerk),
            "top": up(clerk, street, department), "listed": listed,
            "complaint": raised(about=place.company),
        }  # fmt: skip

    def _samples(self) -> None:
        place, at = self.place, self.at
        asker = self.people["x"]
        assert asker is not None
        request = ask_to_join(
            person=asker, unit=place.unit, standing="tenant", words="",
            acting=SYSTEM, at=at,
        )  # fmt: skip
        code, _ = make_code(
            unit=place.unit, way="invitation", standing="family",
            acting=acting_as(place.resident), at=at,
        )  # fmt: skip
        inquiry = actions.ask_facts(
            call=place.raised(about=place.company, at=at), question="上月的值班记录，请发一份。",
            acting=acting_as(place.community_clerk), at=at,
        )  # fmt: skip
        self.rising = add_compound(
            code="440310006001-77", name="新苑", kind="commercial", stage="building",
            since=timezone.localdate(at), community=place.community, acting=SYSTEM, at=at,
        )  # fmt: skip
        self._governing()
        make_checkpoints(at=at)
        self.log = Ledger.objects.order_by("pk")[0].log_id
        token, _ = issue_token(user=place.resident, label="旧的", acting=SYSTEM, at=at)
        address = add_address(
            user=place.resident, channel="email", value="r@mail.example", acting=SYSTEM, at=at
        )
        source = io.BytesIO(picture())
        mine = receive(
            source=source, length=len(source.getvalue()), person_id=place.resident.pk, at=at
        )
        loose = receive(
            source=source, length=len(source.getvalue()), person_id=place.resident.pk, at=at
        )
        actions.add_text(
            call=self.call,
            text="有照片。",
            files=[mine.key],
            acting=acting_as(place.resident),
            at=at,
        )
        self.untaken = loose.key
        held = hold(
            number=self.calls["top"].number, reason="在复核",
            look_on=timezone.localdate(at) + timedelta(days=9), acting=SYSTEM, at=at,
        )  # fmt: skip
        self.samples = {
            "file": mine.key,
            "number": self.call.number,
            "name": "note",
            "code": place.compound.code,
            "kind": "units",
            "ext": "csv",
            "what": "elder",
            "key": self.call.number,
            "book_id": "cn-civil-code-2021",
            "building_id": place.unit.building_id,
            "code_id": code.pk,
            "body_id": place.community_desk.pk,
            "seat_id": place.community_clerk.seats.get().pk,
            "residency_id": place.resident.residencies.get().pk,
            "request_id": request.pk,
            "inquiry_id": inquiry.pk,
            "route_id": Route.objects.filter(topic=place.topic).get().pk,
            "token_id": token.pk,
            "hold_id": held.pk,
            "address_id": address.pk,
            "branch_id": place.branch.pk,
            "row_id": self._member(),
            "mandate_id": self._mandate(),
            "item": "asked",
        }

    def _mandate(self) -> int:
        today = timezone.localdate(self.at)
        return give_mandate(
            branch=branch_of(self.place.branch), compound=self.place.compound, tasks=["liaison"],
            vote="公告栏", decided_on=today, since=today, until=today, acting=SYSTEM, at=self.at,
        ).pk  # fmt: skip

    def _member(self) -> UUID:
        """A row of the ledger of members, opened by everybody who may."""
        row = enter_oneself(
            person=self.lead, branch=self.place.branch, standing="full", relation="here",
            relation_on=None, came_from="", at=self.at,
        )  # fmt: skip
        secretary = acting_as(self.place.secretary)
        for acting in (secretary, acting_as(self.head)):
            read(row=row, purpose="check", acting=acting, at=self.at)
        give_duty(row=row, what="3栋", acting=secretary, at=self.at)
        return row.pk

    def _governing(self) -> None:
        """In the branch: a term, a seat that ends, a checklist, one compound more."""
        branch, at = self.place.branch, self.at
        today = timezone.localdate(at)
        self.ending = seat_person(
            body=branch, person=make_person("某人"), post="member", acting=SYSTEM, at=at,
            until=after(today + timedelta(days=30)),
        )  # fmt: skip
        begin_term(
            body=branch, since=today, until=today + timedelta(days=300), acting=SYSTEM, at=at
        )
        self.handover = begin_handover(body=branch, reason="换届", acting=SYSTEM, at=at)
        cover_compound(body=branch, compound=self.rising, acting=SYSTEM, at=at)

    def address(self, route: str) -> str:
        if route == "desk/orders/":
            return f"/desk/orders/?number={self.call.number}"
        samples = dict(self.samples)
        if route.startswith("files/"):
            samples["file"] = self.untaken
        if route.startswith("bodies/") and OF_THE_BRANCH.search(route):
            samples |= {
                "body_id": self.place.branch.pk,
                "seat_id": self.ending.pk,
                "number": 1,
                "handover_id": self.handover.pk,
                "item_id": self.handover.items.order_by("position")[0].pk,
                "compound_id": self.rising.pk,
            }
        if route.startswith("house/trail/"):
            samples["kind"] = "call"
        if route.startswith("house/retention/"):
            samples["kind"] = "persons"
        if route.startswith("log/"):
            samples["number"] = self.log
        if route.startswith("topics/"):
            samples["code"] = self.place.topic.code
        if route.endswith(("/stage/", "/set-up/", "/join/", "/intent/")):
            samples["code"] = self.rising.code
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(samples[found[1]]), route)

    def sent(self, role: str, route: str) -> dict[str, Any]:
        """What is sent where an empty form would be refused for its content."""
        user = self.people[role]
        if route == "capacity/":
            known = capacities(user) if user is not None else []
            return {"capacity": known[0].key if known else ""}
        if route == "demo/sign-in/":
            return {"person": str(self.place.resident.pk)}
        return {
            "calls/<slug:number>/<slug:name>/": {"text": "看过了。"},
            "desk/orders/": {"number": self.call.number},
            "home/<int:residency_id>/invite/": {"standing": "family"},
            "home/registered/<int:residency_id>/out/": {"reason": "钥匙交还了。"},
            "home/requests/<int:request_id>/": {"confirm": "yes"},
            "me/messages/device/": {
                "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
                "p256dh": "B" * 87,
                "auth": "a" * 22,
            },
            "bodies/<int:branch_id>/members/<uuid:row_id>/": {"purpose": "check"},
            "bodies/<int:branch_id>/members/<uuid:row_id>/duty/end/": {"what": "3栋"},
            "inquiries/<int:inquiry_id>/": {"text": "当晚有人值班。"},
        }.get(route, {})

    def for_act(self, act: str, *, program: bool = False) -> tuple[Call, dict[str, Any]]:
        """A call in the right state for an act, and what to send."""
        place, at = self.place, timezone.localtime(self.at)
        call = {
            "reply": "asked", "confirm": "answered", "reopen": "answered", "rate": "answered",
            "answer": "met", "extend": "met", "send_back": "second", "list": "top", "decide": "listed",
            "ask_facts": "complaint", "screen": "pictured",
        }.get(act, "new")  # fmt: skip
        text, reason = {"text": "看过了。"}, {"reason": "要再看看。"}
        fields: dict[str, dict[str, Any]] = {
            "first_contact": text, "note": text, "ask": text, "reply": text, "add": text,
            "answer": text, "extend": reason, "pass_up": reason, "send_back": reason,
            "reopen": reason, "hand_over": {"desk": place.company.pk, **reason},
            "assign": {"person": place.community_clerk.pk}, "rate": {"stars": 5},
            "ask_facts": {"question": "上月的值班记录，请发一份。"},
            "screen": {"file": self.samples["file"], "looked": "clear"},
            "evidence": {
                "ev-text": "看过了。", "ev-met_whom": "反映人", "ev-met_at": f"{at:%Y-%m-%dT%H:%M}"
            },
            "list": {
                "sitting_on": f"{at + timedelta(days=3):%Y-%m-%d}",
                "departments": [place.housing.pk],
            },
            "decide": {"decision": "由住建局办。", "lead": place.housing.pk},
            "correct_topic": {
                "topic": place.emergency.code if program else place.emergency.pk,
            },
        }  # fmt: skip
        self.calls["pictured"] = self.call
        return self.calls[call], fields.get(act, {})


def routes() -> list[str]:
    """Every address that the house knows."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for one in patterns:
            here = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            else:
                yield here

    return sorted(set(walk(get_resolver().url_patterns, "")))
