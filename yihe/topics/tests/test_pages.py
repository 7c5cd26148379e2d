"""The catalogue, its routes and deadlines as the district's office keeps them."""

import pytest

from yihe.bodies.tests.builders import AT, browser
from yihe.topics.actions import add_topic
from yihe.topics.models import Route, Term, Topic
from yihe.topics.queries import candidates, terms
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic() -> Topic:
    return add_topic(code="01", name="电梯", acting=SYSTEM, at=AT)


class TestTopics:
    def test_a_topic_is_added_under_another_and_keeps_its_history(self, house, topic):
        client = browser(house.clerk)
        form = {
            "parent": topic.pk,
            "code": "01-07",
            "name": "电梯异味",
            "words": "臭 味",
            "starts_at": "1",
        }
        assert client.post("/topics/new/", form).headers["Location"] == "/topics/01-07/"
        made = Topic.objects.get(code="01-07")
        assert (made.parent, made.depth, made.active) == (topic, 2, True)
        client.post(
            "/topics/01-07/", {"name": "轿厢异味", "words": "", "starts_at": "2", "active": "on"}
        )
        page = client.get("/topics/01-07/").text
        assert "轿厢异味" in page
        assert "电梯异味" in page  # as it was before
        assert made.versions.count() == 2

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"code": ""}, "请写代码"),
            ({"code": "一/二"}, "代码只用"),
            ({"code": "01"}, "已经有了"),
            ({"name": ""}, "请写类别的名称"),
            ({"starts_at": "9"}, "有效"),
        ],
    )
    def test_what_does_not_fit_is_said(self, house, topic, wrong, words):
        form = {"code": "02", "name": "漏水", "starts_at": "1", **wrong}
        page = browser(house.clerk).post("/topics/new/", form)
        assert words in page.text
        assert Topic.objects.count() == 1

    def test_only_the_districts_office_changes_anything(self, house, topic):
        client = browser(house.head)
        assert client.get("/topics/").status_code == 200
        assert client.get("/deadlines/").status_code == 200
        for path in (
            "/topics/new/",
            "/topics/01/route/",
            "/topics/01/deadline/",
            "/deadlines/change/",
        ):
            assert client.get(path).status_code == 404
            assert client.post(path, {}).status_code == 404


class TestRoutes:
    def test_a_route_says_who_acts_where_and_a_new_lead_replaces_the_old(self, house, topic):
        client = browser(house.clerk)
        water = house.make("department", "区水务局", "坪山区", 3)
        fire = house.make("department", "区消防救援大队", "坪山区", 3)
        for desk in (water, fire):
            client.post("/topics/01/route/", {"desk": desk.pk, "lead": "on"})
        path = house.compound.path
        assert candidates(topic=topic, path=path, level=3)[0].desk == fire
        assert Route.objects.filter(until=None).count() == 1
        route = Route.objects.get(until=None)
        client.post(f"/topics/01/route/{route.pk}/end/")
        assert candidates(topic=topic, path=path, level=3)[0].desk == house.district
        assert "区消防救援大队" in client.get("/topics/01/").text  # before

    def test_a_desk_is_never_sent_where_it_has_no_say(self, house, topic):
        form = {"desk": house.near.pk, "place": "440310006002", "lead": "on"}
        page = browser(house.clerk).post("/topics/01/route/", form)
        assert "不管这个地方" in page.text
        assert not Route.objects.exists()

    def test_a_communitys_desk_acts_only_in_its_place(self, house, topic):
        browser(house.clerk).post("/topics/01/route/", {"desk": house.near.pk, "lead": "on"})
        assert Route.objects.get().place == house.near.scope


class TestDeadlines:
    def test_the_districts_own_value_replaces_the_usual_one(self, house, topic):
        client = browser(house.clerk)
        assert "5 个工作日" in client.get("/deadlines/").text
        form = {"level": "1", "clock": "answer", "amount": "3", "unit": "workdays"}
        client.post("/deadlines/change/", form)
        assert "本区定的" in client.get("/deadlines/").text
        assert terms(level=1, emergency=False, topic=topic)["answer"].amount == 3
        client.post("/topics/01/deadline/", {**form, "amount": "2"})
        assert terms(level=1, emergency=False, topic=topic)["answer"].amount == 2
        assert terms(level=1, emergency=False, topic=None)["answer"].amount == 3

    @pytest.mark.parametrize("amount", ["0", "-1", "201", "两", "1e9", ""])
    def test_amounts_that_are_none_are_refused(self, house, topic, amount):
        form = {"level": "1", "clock": "answer", "amount": amount, "unit": "workdays"}
        page = browser(house.clerk).post("/deadlines/change/", form)
        assert "invalid-feedback" in page.text or "y-err" in page.text
        assert not Term.objects.exists()
