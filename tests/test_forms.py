"""The forms that subscribe and schedule, as one fills them in: over the local Slack."""

import asyncio
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from conftest import NOW, Write
from hosting import Browser, hosted, open_to_all
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import check_view
from test_home import Person, element
from test_serve import eventually
from test_subscribing import CHIPS
from world import World, opened

from bot.app import Briefbot
from bot.config import Config, Roles, Topic
from bot.document import Document, Passage
from bot.local_slack.draw import draw
from bot.local_slack.people import Outcome, by_http
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.local_slack.values import Message, View
from bot.local_slack.viewing import Viewing
from bot.store.records import Draft
from digests.forms.fields import (
    AT,
    CHANNEL,
    OFTEN,
    SCHEDULE,
    SUBSCRIBE,
    TOPIC,
    TOPICS,
    WHO,
    WITHOUT,
    WORDS,
    offered,
)
from digests.home.page import Pages, pages_of
from digests.schedule import Kind, Setter

ANNA, BELA = "U0ANNA", "U0BELA"
SUBSCRIBES = "Subscribe to a topic or to words"


@pytest.fixture
def config(config: Config) -> Config:
    """The settings as shipped, with a topic that is called as a verb is."""
    topics = {**config.topics, "search": Topic("How things are found", keywords=("retrieval",))}
    return replace(config, topics=topics)


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        yield made


def picked(value: str) -> dict[str, Any]:
    return {"selected_option": {"text": {"type": "plain_text", "text": value}, "value": value}}


def several(*values: str) -> dict[str, Any]:
    return {"selected_options": [picked(value)["selected_option"] for value in values]}


def value_of(name: str, value: Any) -> dict[str, Any]:
    """Return what Slack tells of a field of ours that was filled in."""
    if name in {WORDS, WITHOUT}:
        return {"value": value}
    if name == CHANNEL:
        return {"selected_conversation": value}
    if name == AT:
        return {"selected_time": value}
    return several(*value) if name == TOPICS else picked(value)


@dataclass
class Filler(Person):
    """Someone who opens forms and fills them in."""

    def clicks(self, action: str, *, channel: str = "", value: str = "form", **more: Any) -> None:
        """Click the button of this action that stands in a message."""
        where = channel or self.world.slack.direct(self.id).id
        message = self.world.slack.post(where, self.id, "What has buttons.")
        told = {"action_id": action, "block_id": "b", "type": "button", "value": value, **more}
        clicked = self.world.people.click(told, user=self.id, channel=where, ts=message.ts)
        assert asyncio.run(clicked).status == 200

    def fills(self, fields: Mapping[str, Any]) -> str:
        """Fill fields in, each after the other; return the form as it is then."""
        for name, value in fields.items():
            filling = self.viewing.fill(self.modal, name, value_of(name, value), user=self.id)
            outcome = asyncio.run(filling)
            assert outcome is None or outcome.status == 200
            check_view(self.modal.view)
        return self.form

    @property
    def form(self) -> str:
        return draw(self.modal.view, width=1000)

    def sends(self, view: View | None = None) -> Outcome:
        return self._run(self.viewing.submit(view or self.modal, {}, user=self.id))

    def told(self) -> str:
        """Return what the answers that only this person sees say, the last one."""
        return draw({"blocks": self.private[-1].blocks}, width=1000)

    @property
    def private(self) -> list[Message]:
        return [one for one in self.world.slack.messages if one.seen_by == self.id]


@pytest.fixture
def anna(world: World) -> Filler:
    return Filler(world)


def rows(world: World, audience: str = ANNA) -> list[tuple[Any, ...]]:
    """Return an audience's subscriptions as their rows tell, and for whom they were set up."""
    return [
        (one.id, one.query, one.schedule.id, one.schedule.plan, one.setter)
        for one in world.sending.subscriptions.of_audience(world.slack.team, audience)
    ]


def digests(world: World, audience: str = "C0POLICY") -> list[tuple[Any, ...]]:
    of = {"workspace": world.slack.team, "audience": audience}
    return [
        (one.id, one.plan, one.setter) for one in world.sending.subscriptions.schedules(Kind.DIGEST, **of)
    ]


@pytest.mark.parametrize(
    ("fields", "typed"),
    [
        ({TOPIC: "chips"}, "subscribe chips"),
        ({WORDS: "chips"}, "subscribe chips"),
        ({WORDS: "semiconductors", WITHOUT: "tariffs"}, "subscribe semiconductors -tariffs"),
        ({TOPIC: "search", OFTEN: "daily"}, "subscribe topic:search daily"),
        ({TOPIC: "export controls", WITHOUT: "tariffs"}, "subscribe export controls -tariffs"),
        (
            {WORDS: '"trusted data spaces"', WITHOUT: "sports", OFTEN: "daily", AT: "08:30"},
            'subscribe "trusted data spaces" -sports daily 08:30',
        ),
        (
            {TOPIC: "policy", WITHOUT: 'sports, “data lake”, -(one OR two) source:"a b"'},
            'subscribe topic:policy -sports -"data lake" -(one OR two) -source:"a b"',
        ),
        ({TOPIC: "chips", WORDS: '"wafer lot"'}, 'subscribe topic:chips "wafer lot"'),
        ({WORDS: "wafer lot"}, "subscribe (wafer lot)"),
        ({TOPIC: "policy", OFTEN: "friday", AT: "17:00"}, "subscribe policy weekly friday 17:00"),
        (
            {TOPIC: "policy", OFTEN: "monday", AT: "09:00", WHO: "channel", CHANNEL: "C0POLICY"},
            "subscribe here policy weekly monday 09:00",
        ),
    ],
)
def test_a_form_makes_the_very_row_that_typing_makes(
    world: World, anna: Filler, fields: dict[str, Any], typed: str
):
    audience = "C0POLICY" if WHO in fields else ANNA
    world.say(typed, channel="C0POLICY" if WHO in fields else "")
    wanted = rows(world, audience)
    assert wanted
    world.sending.subscriptions.unsubscribe(
        world.sending.subscriptions.of_audience(world.slack.team, audience),
        by=Setter(ANNA, "anna"),
        now=world.now,
    )

    anna.clicks(f"{SUBSCRIBE}_open")
    anna.fills(fields)
    anna.sends()

    assert rows(world, audience) == wanted
    assert "It is set up" in str(anna.modal.view)


def test_it_says_how_much_of_the_past_30_days_matches_and_goes_on_saying_it(world: World, anna: Filler):
    world.arrive(CHIPS.replace("first", "oldest"))
    world.now += datetime.timedelta(days=40)
    for which in ("second", "third"):
        world.arrive(CHIPS.replace("first", which), title=which)

    anna.clicks(f"{SUBSCRIBE}_open")
    assert "here it says how many passages of the past 30 days match" in anna.form
    assert "2 passages of the past 30 days match." in anna.fills({TOPIC: "chips"})
    assert "1 passage of the past 30 days matches." in anna.fills({WITHOUT: "second"})
    assert "No passage of the past 30 days matches" in anna.fills({WORDS: "zeppelins"})
    assert "a topic, or write words" in anna.fills({TOPIC: "-", WORDS: "  ", WITHOUT: "x"})
    anna.fills({TOPIC: "chips", WORDS: "", WITHOUT: ""})
    anna.sends()

    assert "You hear of *chips* as soon as something arrives." in anna.form
    assert "In the past 30 days it would have brought 2 passages." in anna.form
    assert "third" in anna.form


def test_what_is_typed_outlives_that_the_form_is_shown_anew(world: World, anna: Filler):
    anna.clicks(f"{SUBSCRIBE}_open")
    anna.fills({WORDS: "wafer ", WITHOUT: "sports ", OFTEN: "friday"})
    anna.fills({AT: "17:45", WHO: "channel", CHANNEL: "C0CHIPS"})

    for block in anna.modal.view["blocks"]:
        initial = {key: told for key, told in block.get("element", {}).items() if key.startswith("initial")}
        if block.get("block_id") in {WORDS, WITHOUT, AT, CHANNEL}:
            assert {"wafer ", "sports ", "17:45", "C0CHIPS"} & set(initial.values()), (
                "where Slack does not keep what was typed, it stands there anew"
            )
    standing = {name: told for (_, name), told in anna.modal.filled.items()}
    assert standing[WORDS]["value"] == "wafer "
    assert standing[CHANNEL]["selected_conversation"] == "C0CHIPS"


def test_it_asks_for_a_time_of_day_and_a_channel_only_where_there_is_one(anna: Filler):
    anna.clicks(f"{SUBSCRIBE}_open", channel="C0POLICY")
    assert "Time of day" not in anna.form
    assert "Choose a channel" not in anna.form

    assert "Time of day, Europe/Berlin: [ 09:00 ▾ ]" in anna.fills({OFTEN: "daily"})
    shown = anna.fills({WHO: "channel"})
    assert "Channel; Briefbot must be in it, and tells it of this: [ C0POLICY ▾ ]" in shown
    assert "Time of day" not in anna.fills({OFTEN: "instant"})


def test_the_time_of_day_is_told_in_the_zone_of_whoever_gets_it(world: World, anna: Filler):
    world.say("subscribe here chips daily 09:00 Asia/Tokyo", channel="C0CHIPS")
    anna.clicks(f"{SUBSCRIBE}_open")

    assert "Time of day, Europe/Berlin" in anna.fills({OFTEN: "daily"})
    assert "Time of day, Asia/Tokyo" in anna.fills({WHO: "channel", CHANNEL: "C0CHIPS"})


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({}, WORDS, "Write what to look for, or choose a topic."),
        ({WORDS: "the of"}, WORDS, "stand everywhere"),
        ({WORDS: "w" * 600}, WORDS, "characters; at most"),
        ({TOPIC: "chips", WITHOUT: " ".join(f"word{at}" for at in range(90))}, WORDS, "at most"),
        ({TOPIC: "chips", WHO: "channel"}, CHANNEL, "Choose the channel"),
        ({TOPIC: "chips", WHO: "channel", CHANNEL: "D0ANNA"}, CHANNEL, "Choose the channel"),
        ({TOPIC: "chips", WHO: "channel", CHANNEL: "C0ELSEWHERE"}, CHANNEL, "type /invite @Briefbot there"),
        ({TOPIC: "chips", OFTEN: "hourly"}, OFTEN, "Choose how often"),
        ({TOPIC: "flint"}, TOPIC, "The topic “flint” is declared no more."),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    world: World, anna: Filler, fields: dict[str, Any], field: str, told: str
):
    anna.clicks(f"{SUBSCRIBE}_open")
    anna.fills(fields)
    answer = anna.sends().answer

    assert answer["response_action"] == "errors"
    assert told in answer["errors"][field]
    assert rows(world) == rows(world, "C0ELSEWHERE") == []


def test_one_subscription_too_many_is_told_in_the_form(world: World, anna: Filler):
    for number in range(world.briefbot.config.digests.limits.person):
        world.say(f'subscribe "word{number}"')
    anna.clicks(f"{SUBSCRIBE}_open")
    anna.fills({TOPIC: "chips"})

    assert "which is the limit" in str(anna.sends().answer["errors"])


def test_a_form_that_is_sent_twice_subscribes_once_and_tells_the_channel_once(world: World, anna: Filler):
    anna.clicks(f"{SUBSCRIBE}_open")
    anna.fills({TOPIC: "chips", WHO: "channel", CHANNEL: "C0POLICY"})
    for form in [replace(anna.modal, view=dict(anna.modal.view)) for _ in range(2)]:
        assert anna.sends(form).answer["response_action"] == "update"
        assert "#C0POLICY hears of *chips*" in draw(form.view, width=1000)

    assert len(rows(world, "C0POLICY")) == 1
    [announced] = world.slack.visible("C0POLICY")
    assert "what is new on chips" in announced.text
    assert "anna set it up" in announced.text


def test_a_change_of_a_form_that_was_shown_anew_meanwhile_is_shown_as_well(world: World, anna: Filler):
    world.arrive(CHIPS)
    anna.clicks(f"{SUBSCRIBE}_open")
    stale = replace(anna.modal, view=dict(anna.modal.view))
    anna.fills({WORDS: "zeppelins"})
    assert anna.modal.hash != stale.hash
    world.slack.calls.clear()

    world.now += datetime.timedelta(seconds=1)
    action = {"action_id": TOPIC, "block_id": TOPIC, "type": "static_select", **picked("chips")}
    stale.filled = {(TOPIC, TOPIC): picked("chips")}
    assert asyncio.run(anna.viewing.act(stale, action, user=ANNA)).status == 200

    assert "1 passage of the past 30 days matches." in anna.form
    assert world.slack.calls["views.update"] == 2, "one that was refused, and one without a hash"


def test_what_an_older_change_finds_does_not_take_the_place_of_a_newer(world: World, anna: Filler):
    world.arrive(CHIPS)
    anna.clicks(f"{SUBSCRIBE}_open")
    stale = replace(anna.modal, view=dict(anna.modal.view), filled={(WORDS, WORDS): {"value": "zeppelins"}})
    world.now += datetime.timedelta(seconds=1)
    newest = anna.fills({TOPIC: "chips"})
    older = {"action_id": WORDS, "block_id": WORDS, "value": "z", "action_ts": f"{NOW.timestamp():.6f}"}
    asyncio.run(anna.viewing.act(stale, older, user=ANNA))

    assert anna.form == newest


@pytest.mark.parametrize("kind", ["500", "drop", "429"])
def test_a_form_that_slack_does_not_show_anew_can_be_sent(world: World, anna: Filler, kind: str):
    anna.clicks(f"{SUBSCRIBE}_open")
    world.server.faults.append(Fault(kind, "views.update"))
    anna.fills({TOPIC: "chips"})
    anna.sends()

    assert len(rows(world)) == 1


@pytest.mark.parametrize("action", [f"{SUBSCRIBE}_open", f"{SCHEDULE}_open"])
def test_a_click_that_took_too_long_is_answered_kindly(
    world: World, anna: Filler, action: str, monkeypatch: pytest.MonkeyPatch
):
    anna.opens()
    monkeypatch.setattr("bot.local_slack.state.TRIGGER_SECONDS", -1)
    anna.clicks(action)
    assert "took Slack too long" in anna.told()

    label = "Schedule a digest" if action.startswith(SCHEDULE) else SUBSCRIBES
    assert "Click once more" in anna.taps(label), "Home says so at its top"
    assert not world.slack.views


def test_a_stranger_of_a_shared_channel_opens_and_sends_nothing(world: World, anna: Filler):
    anna.clicks(f"{SUBSCRIBE}_open")
    anna.fills({TOPIC: "chips"})
    form = anna.modal
    bring = world.people._bring
    stranger = Filler(world)

    async def from_elsewhere(kind: str, body: dict[str, Any], headers: Mapping[str, str]) -> Outcome:
        return await bring(kind, {**body, "user": {**body["user"], "team_id": "T0STRANGE"}}, headers)

    world.people._bring = world._bring = from_elsewhere  # type: ignore[method-assign]
    before = form.view
    stranger.clicks(f"{SUBSCRIBE}_open", channel="C0POLICY")
    assert "another workspace" in str(world.slack.views.popitem()[1].view)
    stranger.fills({OFTEN: "daily"})
    assert form.view == before
    assert "another workspace" in str(stranger.sends(form).answer["errors"])
    assert rows(world) == []


def test_a_guest_subscribes_as_everyone_does(world: World):
    gil = Filler(world, world.slack.add_user("gil", is_restricted=True).id)
    gil.clicks(f"{SUBSCRIBE}_open")
    gil.fills({TOPIC: "chips"})
    gil.sends()

    assert "You hear of *chips*" in gil.form
    assert len(rows(world, "U0GIL")) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text(max_size=700),
    without=st.text(max_size=700),
    topic=st.sampled_from(["-", "chips", "export controls", "search"]),
)
def test_whatever_is_typed_is_counted_or_refused_kindly(
    world: World, anna: Filler, words: str, without: str, topic: str
):
    anna.clicks(f"{SUBSCRIBE}_open")
    view = anna.modal
    view.filled = {(TOPIC, TOPIC): picked(topic), (WORDS, WORDS): {"value": words}}
    anna.fills({WITHOUT: without})
    answer = anna.sends().answer

    assert answer["response_action"] in {"errors", "update"}
    check_view(view.view)
    assert "did not work" not in str(answer)
    world.slack.views.clear()


def test_help_and_what_lacks_its_words_offer_the_forms(world: World):
    world.arrive(CHIPS)

    for text in ("", "help"):
        assert (
            "[ Search by topic, source and days ]  [ Subscribe to a topic or to words ]"
            "  [ Schedule a digest ]" in world.say(text)
        )
    assert "[ Subscribe to a topic or to words ]" in world.say("subscribe")
    assert "[ Post it in this channel ]  [ Schedule a digest ]" in world.say("digest", channel="C0POLICY")
    assert "[ Schedule a digest ]" in world.say("digest")


def test_where_there_is_nothing_it_offers_to_tell_once_there_is(world: World, anna: Filler):
    world.arrive(CHIPS)
    assert "[ Tell me when something arrives ]" in world.say("zeppelin sheds")
    anna.clicks("search_tell", value="zeppelin sheds")

    assert "Words that must stand there: [ zeppelin sheds ▾ ]" in anna.form
    anna.sends()
    assert [query for _, query, *_ in rows(world)] == ["(zeppelin sheds)"]


@pytest.mark.parametrize(
    ("fields", "typed"),
    [
        ({}, "digest here"),
        ({OFTEN: "friday", AT: "17:00"}, "digest here friday 17:00"),
        ({TOPICS: ["policy", "chips"], OFTEN: "daily"}, "digest here chips, policy daily"),
    ],
)
def test_a_form_makes_the_very_digest_that_typing_makes(
    world: World, anna: Filler, fields: dict[str, Any], typed: str
):
    world.say(typed, channel="C0POLICY")
    wanted = digests(world)
    world.say("digest stop here", channel="C0POLICY")
    world.slack.messages.clear()

    anna.clicks(f"{SCHEDULE}_open", channel="C0POLICY")
    assert "[ C0POLICY ▾ ]" in anna.form, "the channel where one stands"
    anna.fills(fields)
    anna.sends()

    [made] = digests(world)
    assert (made[0], made[2]) == (wanted[0][0], wanted[0][2])
    assert "#C0POLICY gets a digest" in anna.form
    assert "Next: " in anna.form
    assert "anna set it up" in world.slack.visible("C0POLICY")[-1].text


def test_a_digest_is_scheduled_for_oneself_too(world: World, anna: Filler):
    anna.clicks(f"{SCHEDULE}_open")
    anna.fills({WHO: "me"})
    anna.sends()

    assert len(digests(world, ANNA)) == 1
    assert "You get a digest every Monday at 09:00 (Europe/Berlin)." in anna.form


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({TOPICS: ["chips", "flint"]}, TOPICS, "The topic “flint” is declared no more."),
        ({OFTEN: "instant"}, OFTEN, "Choose how often"),
    ],
)
def test_what_no_digest_can_be_is_told_in_its_form(
    world: World, anna: Filler, fields: dict[str, Any], field: str, told: str
):
    anna.clicks(f"{SCHEDULE}_open", channel="C0POLICY")
    anna.fills(fields)

    assert told in anna.sends().answer["errors"][field]
    assert digests(world) == []


@pytest.mark.parametrize(
    ("channel", "told"), [("C0ELSEWHERE", "type /invite @Briefbot there"), ("", "Choose the channel")]
)
def test_a_channel_that_gets_no_digest_is_told_at_its_field(
    world: World, anna: Filler, channel: str, told: str
):
    anna.clicks(f"{SCHEDULE}_open")
    anna.fills({CHANNEL: channel})

    assert told in anna.sends().answer["errors"][CHANNEL]
    assert digests(world, "C0ELSEWHERE") == []


def test_a_digest_is_scheduled_once_however_often_its_form_is_sent(world: World, anna: Filler):
    anna.clicks(f"{SCHEDULE}_open", channel="C0POLICY")
    for form in [replace(anna.modal, view=dict(anna.modal.view)) for _ in range(2)]:
        assert anna.sends(form).answer["response_action"] == "update"

    assert len(digests(world)) == 1
    assert len([one for one in world.slack.visible("C0POLICY") if "set it up" in one.text]) == 1


def test_from_home_the_forms_are_opened_and_home_tells_what_they_did(world: World, anna: Filler):
    anna.opens()
    anna.taps("Subscribe to a topic or to words")
    anna.fills({WORDS: '"wafer lot"', WITHOUT: "sports"})
    assert anna.sends().answer == {}
    assert 'You hear of *"wafer lot" -sports* as soon as something arrives.' in anna.sees()

    anna.taps("Schedule a digest")
    anna.fills({CHANNEL: "C0POLICY"})
    assert anna.sends().answer == {}
    assert "The digest comes every Monday at 09:00 (Europe/Berlin)." in anna.sees()
    assert not world.slack.views


@pytest.mark.parametrize(
    "typed",
    [
        "chips daily 10:00",
        'export controls -tariffs -"data lake"',
        '"wafer lot" -sports',
        "(wafer lot)",
        "policy NOT tariffs",
        "topic:chips (wafer lot)",
    ],
)
def test_a_form_of_what_there_is_changes_nothing_until_it_is_changed(world: World, anna: Filler, typed: str):
    world.say(f"subscribe {typed}")
    before = rows(world)
    anna.opens()
    anna.taps("Change this subscription")
    anna.sends()

    assert rows(world) == before


def test_a_subscription_is_changed_into_another(world: World, anna: Filler):
    world.say("subscribe chips -tariffs weekly friday 17:00")
    anna.opens()
    anna.taps("Change this subscription")
    assert "Leave out what has these: [ tariffs ▾ ]" in anna.form
    assert "Who gets it" not in anna.form
    anna.fills({WITHOUT: "sports"})
    anna.sends()

    [(_, query, _, plan, _)] = rows(world)
    assert query == "topic:chips -sports"
    assert plan.in_words == "weekly friday 17:00"
    assert "You hear of *topic:chips -sports* every Friday at 17:00" in anna.sees()


@pytest.mark.parametrize("often", ["daily", "friday"])
def test_what_was_owed_when_a_subscription_was_changed_is_sent(world: World, anna: Filler, often: str):
    world.say("subscribe chips daily 09:00 UTC")
    world.arrive(CHIPS)
    anna.opens()
    anna.taps("Change this subscription")
    anna.fills({WITHOUT: "sports", OFTEN: often})
    anna.sends()
    world.tick(days=7)

    sent = [draw({"blocks": one.blocks}, width=1000) for one in world.slack.messages if one.user == "U0BOT"]
    assert len([text for text in sent if "semiconductor" in text]) == 1


def test_a_subscription_is_changed_also_where_there_are_as_many_as_there_may_be(
    briefbot: Briefbot, write: Write
):
    limits = replace(briefbot.config.digests.limits, person=1)
    config = replace(briefbot.config, digests=replace(briefbot.config.digests, limits=limits))
    with opened(replace(briefbot, config=config), write, NOW) as world:
        anna = Filler(world, ANNA)
        world.say("subscribe chips")
        anna.opens()
        anna.taps("Change this subscription")
        anna.fills({WITHOUT: "sports"})
        anna.sends()

        assert [query for _, query, *_ in rows(world)] == ["topic:chips -sports"]


def test_a_change_that_the_channel_cannot_be_told_of_changes_nothing(world: World, anna: Filler):
    world.say("subscribe here chips daily 09:00 UTC", channel="C0POLICY")
    before = rows(world, "C0POLICY")
    anna.opens()
    anna.taps("Change this subscription", beside="C0POLICY")
    anna.fills({WITHOUT: "sports"})
    world.slack.archive("C0POLICY")
    anna.sends()

    assert rows(world, "C0POLICY") == before


def test_a_digest_is_changed_to_other_topics_and_goes_on_where_it_was(world: World, anna: Filler):
    world.say("digest here chips monday 09:00 UTC", channel="C0POLICY")
    [before] = world.sending.subscriptions.schedules(Kind.DIGEST, workspace=world.slack.team)
    anna.opens()
    anna.taps("Change this digest")
    anna.fills({TOPICS: ["policy", "energy"]})
    anna.sends()

    [after] = world.sending.subscriptions.schedules(Kind.DIGEST, workspace=world.slack.team)
    assert set(after.plan.topics) == {"policy", "energy"}
    assert after.covered_to == before.covered_to
    assert "policy or energy" in world.slack.visible("C0POLICY")[-1].text


def test_nobody_changes_what_is_anothers(world: World, anna: Filler):
    world.say("subscribe chips")
    anna.opens()
    anna.taps("Change this subscription")
    anna.fills({OFTEN: "daily"})
    bela = Filler(world, BELA)
    before = rows(world)

    assert "ended already" in str(bela.sends(anna.modal).answer["errors"])
    assert rows(world) == before
    assert rows(world, BELA) == []


def test_who_set_a_channels_subscription_up_changes_pauses_and_ends_it_in_home(world: World, anna: Filler):
    world.say("subscribe here chips daily 09:00 UTC", channel="C0POLICY")
    seen = anna.opens()
    assert "#C0POLICY  *chips* set up by anna. Every day at 09:00 (UTC). Next: " in seen

    anna.taps("Change this subscription", beside="C0POLICY")
    assert "#C0POLICY hears of *chips*" in anna.form
    anna.fills({OFTEN: "friday"})
    anna.sends()
    assert "#C0POLICY hears of *chips* every Friday at 09:00 (UTC)." in anna.sees()
    assert "what is new on chips every Friday" in world.slack.visible("C0POLICY")[-1].text

    assert "#C0POLICY hears no more of *chips*." in anna.taps("Pause this subscription", beside="C0POLICY")
    assert "hears no more of chips: anna paused it" in world.slack.visible("C0POLICY")[-1].text
    assert "#C0POLICY hears of *chips* every Friday" in anna.taps(
        "Resume this subscription", beside="C0POLICY"
    )
    seen = anna.taps("End this subscription", beside="C0POLICY")
    assert "#C0POLICY hears no more of *chips*." in seen
    assert "What channels hear of" not in seen
    assert rows(world, "C0POLICY") == []


def test_others_do_not_see_it_and_cannot_change_it(world: World, anna: Filler):
    world.say("subscribe here chips", channel="C0POLICY")
    anna.opens()
    bela = Filler(world, BELA)

    assert "What channels hear of" not in bela.opens()
    bela.taps("End this subscription", within=anna.home, at=bela.home, beside="C0POLICY")
    assert "ended already" in bela.form
    assert len(rows(world, "C0POLICY")) == 1


def test_what_cannot_be_resumed_stays_paused(world: World, anna: Filler):
    world.say("subscribe here chips daily 09:00 UTC", channel="C0POLICY")
    anna.opens()
    anna.taps("Pause this subscription", beside="C0POLICY")
    world.slack.kick("C0POLICY")
    anna.taps("Resume this subscription", beside="C0POLICY")
    assert "Nothing is set up" in anna.form

    world.slack.invite("C0POLICY")
    anna.taps("Resume this subscription", beside="C0POLICY")
    assert "#C0POLICY hears of *chips* every day at 09:00 (UTC)." in anna.sees()


@pytest.mark.parametrize("known", ["", "subscribe here policy daily 09:00 UTC"])
def test_a_channel_is_told_what_it_hears_no_more_of_where_that_was_changed(
    world: World, anna: Filler, known: str
):
    world.say("subscribe here chips daily 09:00 UTC", channel="C0POLICY")
    if known:
        world.say(known, channel="C0POLICY")
    anna.opens()
    anna.taps("Change this subscription", beside="chips")
    anna.fills({TOPIC: "policy"})
    anna.sends()

    assert [query for _, query, *_ in rows(world, "C0POLICY")] == ["topic:policy"]
    assert "hears no more of chips: anna ended it" in world.slack.visible("C0POLICY")[-1].text


def test_what_an_operator_pauses_and_resumes_stays_whose_it_was(briefbot: Briefbot, write: Write):
    config = replace(briefbot.config, roles=Roles(operators=(BELA,)))
    with opened(replace(briefbot, config=config), write, NOW) as world:
        world.say("subscribe here chips", channel="C0POLICY")
        bela = Filler(world, BELA)
        bela.opens()
        for label in ("Pause this subscription", "Resume this subscription"):
            bela.taps(label, beside="C0POLICY")

        assert "*chips* set up by anna" in Filler(world).opens()


def test_where_operators_alone_schedule_the_forms_keep_to_it(briefbot: Briefbot, write: Write):
    roles = Roles(operators=(BELA,), schedule="operators")
    with opened(replace(briefbot, config=replace(briefbot.config, roles=roles)), write, NOW) as world:
        anna, bela = Filler(world), Filler(world, BELA)
        for form in (SUBSCRIBE, SCHEDULE):
            anna.clicks(f"{form}_open", channel="C0POLICY")
            if form == SUBSCRIBE:
                anna.fills({TOPIC: "chips", WHO: "channel"})
            assert "only operators set up" in anna.sends().answer["errors"][CHANNEL]
        assert rows(world, "C0POLICY") == digests(world) == []

        bela.clicks(f"{SCHEDULE}_open", channel="C0POLICY")
        bela.sends()
        assert len(digests(world)) == 1
        anna.clicks(f"{SCHEDULE}_open")
        anna.fills({WHO: "me"})
        anna.sends()
        assert len(digests(world, ANNA)) == 1, "one's own is for oneself to say"


def test_an_operator_sees_and_changes_those_of_all_channels(briefbot: Briefbot, write: Write):
    config = replace(briefbot.config, roles=Roles(operators=(BELA,)))
    with opened(replace(briefbot, config=config), write, NOW) as world:
        world.say("subscribe here chips", channel="C0POLICY")
        world.say("subscribe chips")
        bela = Filler(world, BELA)
        seen = bela.opens()

        assert seen.count("set up by anna") == 1, "people's own stay their own"
        bela.taps("End this subscription", beside="C0POLICY")
        assert rows(world, "C0POLICY") == []
        assert len(rows(world)) == 1
        assert "bela ended it" in world.slack.visible("C0POLICY")[-1].text


def test_the_forms_of_two_workspaces_know_nothing_of_each_other(world: World, anna: Filler):
    world.say("subscribe here policy daily 07:00 Asia/Tokyo", channel="C0POLICY")
    world.say('subscribe "theirs"')
    anna.opens()
    anna.taps("Change this subscription", beside="theirs")
    theirs = anna.modal
    own = world.slack.team
    before = rows(world), rows(world, "C0POLICY")

    world.slack.team = "T0OTHER"
    assert "What channels hear of" not in anna.opens()
    assert "ended already" in str(anna.sends(theirs).answer["errors"])
    anna.clicks(f"{SUBSCRIBE}_open")
    anna.fills({OFTEN: "daily", WHO: "channel", CHANNEL: "C0POLICY"})
    assert "Asia/Tokyo" not in anna.form
    anna.fills({TOPIC: "policy"})
    anna.sends()
    assert len(rows(world, "C0POLICY")) == 1

    world.slack.team = own
    assert (rows(world), rows(world, "C0POLICY")) == before


def test_a_clip_of_one_workspace_is_counted_in_no_other(world: World, anna: Filler):
    clip = Document("", workspace="T0OTHER", title="Theirs")
    text = "The secret harbour was dredged."
    world.briefbot.library.put(Draft(clip, "clip", (), (Passage(text),), text, "1"), now=world.now)
    world.briefbot.index.follow(world.briefbot.library)

    anna.clicks(f"{SUBSCRIBE}_open")
    assert "No passage of the past 30 days matches" in anna.fills({WORDS: '"secret harbour"'})
    world.slack.team = "T0OTHER"
    assert "1 passage of the past 30 days matches." in anna.fills({WORDS: '"secret harbour" '})


def test_a_home_of_an_earlier_day_keeps_its_pages():
    assert pages_of("1 0 2 0123456789abcdef") == Pages(1, 0, 2)
    assert pages_of(str(Pages(1, 2, 3, 4))) == Pages(1, 2, 3, 4)


@pytest.mark.parametrize("chosen", [(), ("topic 150",)])
def test_of_many_topics_a_menu_offers_what_slack_takes_and_what_is_chosen(chosen: tuple[str, ...]):
    choices = offered([f"topic {number}" for number in range(200)], chosen, most=99)

    assert len(choices) == 99
    assert {name for name, _ in choices} >= set(chosen)


def test_help_to_a_mention_has_the_buttons_as_well(world: World, anna: Filler):
    event = {"type": "app_mention", "channel": "C0POLICY", "user": ANNA, "text": "<@U0BOT>", "ts": "1.1"}
    asyncio.run(world.people.event(event, attempts=1))
    answer = world.slack.messages[-1]
    [button] = [
        one
        for block in answer.blocks
        if block["type"] == "actions"
        for one in block["elements"]
        if one["text"]["text"] == "Schedule a digest"
    ]
    asyncio.run(world.people.click(button, user=ANNA, channel="C0POLICY", ts=answer.ts))

    assert "[ C0POLICY ▾ ]" in anna.form


def test_two_workspaces_walk_through_the_forms_by_signed_requests(briefbot: Briefbot, write: Write):
    first = Workspace(rates=False)
    second = first.beside("T0OTHER", token="xoxb-other-token")  # noqa: S106
    for workspace in (first, second):
        workspace.add_channel("policy", workspace.add_user("anna"), workspace.bot)
    with (
        Server(first, second).running() as server,
        hosted(open_to_all(briefbot, server), server) as host,
    ):
        text = "Ours alone: the first wafer lot has left the factory at Hsinchu for its buyers abroad."
        clip = Draft(Document("", workspace=first.team, title="A"), "a", (), (Passage(text),), "of it", "1")
        briefbot.library.put(clip, now=datetime.datetime.now(datetime.UTC))
        briefbot.index.follow(briefbot.library)

        def walked(workspace: Workspace) -> str:
            """Subscribe a channel from Home; return the form as it was sent."""
            assert Browser().install(host, workspace).status == 200
            bring = by_http(workspace, f"{host.address}/slack/events")
            viewing = Viewing(workspace, bring)

            async def walk() -> str:
                await viewing.open_home(ANNA)
                home = workspace.homes[ANNA]
                assert (await viewing.act(home, element(home, SUBSCRIBES, ""), user=ANNA)).status == 200
                [form] = workspace.views.values()
                for name, value in {WORDS: '"wafer lot"', WHO: "channel", CHANNEL: "C0POLICY"}.items():
                    outcome = await viewing.fill(form, name, value_of(name, value), user=ANNA)
                    assert outcome
                    assert outcome.status == 200
                sent = draw(form.view, width=1000)
                assert (await viewing.submit(form, {}, user=ANNA)).status == 200
                return sent

            return server.run(walk())

        assert "1 passage of the past 30 days matches." in walked(first)
        assert "No passage of the past 30 days matches" in walked(second)
        for workspace in (first, second):
            eventually(
                lambda workspace=workspace: draw(workspace.homes[ANNA].view).count("set up by anna") == 1
            )
            assert len([one for one in workspace.visible("C0POLICY") if "set it up" in one.text]) == 1


@pytest.mark.parametrize(("form", "told"), [(SUBSCRIBE, "what is new on chips"), (SCHEDULE, "a digest")])
def test_forms_that_are_sent_at_the_same_moment_set_one_thing_up(
    world: World, anna: Filler, form: str, told: str
):
    anna.clicks(f"{form}_open", channel="C0POLICY")
    if form == SUBSCRIBE:
        anna.fills({TOPIC: "chips", WHO: "channel"})

    async def at_once() -> None:
        views = [replace(anna.modal, view=dict(anna.modal.view)) for _ in range(3)]
        await asyncio.gather(*(anna.viewing.submit(view, {}, user=ANNA) for view in views))

    asyncio.run(at_once())

    assert len(rows(world, "C0POLICY")) + len(digests(world)) == 1
    assert len([one for one in world.slack.visible("C0POLICY") if f"gets {told}" in one.text]) == 1
