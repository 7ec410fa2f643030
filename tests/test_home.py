"""Home, as one opens it and taps in it: over the local Slack, which holds what was published."""

import asyncio
import datetime
import json
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import NOW, Write
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import check, check_view, texts
from test_serve import eventually, serving
from test_subscribing import CHIPS
from world import World, opened

from bot.app import Briefbot
from bot.document import Document, Passage
from bot.local_slack.draw import draw
from bot.local_slack.people import Outcome, by_http, by_socket
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.local_slack.values import View
from bot.local_slack.viewing import Viewing
from bot.slack.blocks import line, run
from bot.store.records import Draft
from digests import replies
from digests.forms import fields
from digests.home import page
from digests.home.page import Pages, pages_of
from digests.home.visit import Visit
from digests.schedule import Cadence, Kind, Plan, Schedule, Setter, Subscription
from digests.slots import When

ANNA = "U0ANNA"


@dataclass
class Person:
    """Someone in front of Home."""

    world: World
    id: str = ANNA

    @property
    def viewing(self) -> Viewing:
        return Viewing(self.world.slack, self.world._bring)

    def opens(self, **how: Any) -> str:
        assert self._run(self.viewing.open_home(self.id, **how)).status == 200
        return self.sees()

    def sees(self) -> str:
        return draw(self.home.view, width=1000)

    @property
    def home(self) -> View:
        return self.world.slack.homes[self.id]

    @property
    def modal(self) -> View:
        """The modal that lies uppermost."""
        return list(self.world.slack.views.values())[-1]

    def taps(
        self, label: str, *, beside: str = "", within: View | None = None, at: View | None = None
    ) -> str:
        """Tap the first button or menu entry of this label, of a row in which *beside* stands."""
        view = within or self.home
        assert (
            self._run(self.viewing.act(at or view, element(view, label, beside), user=self.id)).status == 200
        )
        return self.sees()

    def submits(self, often: str, at: str = "09:00") -> Outcome:
        values = {
            fields.OFTEN: {fields.OFTEN: {"type": "static_select", "selected_option": {"value": often}}},
            fields.AT: {fields.AT: {"type": "timepicker", "selected_time": at}},
        }
        return self._run(self.viewing.submit(self.modal, values, user=self.id))

    def _run(self, acting: Coroutine[Any, Any, Outcome]) -> Outcome:
        async def finished() -> Outcome:
            outcome = await acting
            # What goes on in the background is done before the loop ends.
            others = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*others)
            return outcome

        return asyncio.run(finished())


def element(view: View, label: str, beside: str) -> Mapping[str, Any]:
    """Return what Slack tells of a click on what bears *label*."""
    before = ""
    for block in view.view["blocks"]:
        here = before + json.dumps(block, ensure_ascii=False)
        for one in [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())]:
            if beside not in here or not isinstance(one, dict):
                continue
            if one["type"] == "button" and one["text"]["text"] == label:
                return one
            for option in one.get("options", ()):
                if option["text"]["text"] == label:
                    return {"type": one["type"], "action_id": one["action_id"], "selected_option": option}
        before = json.dumps(block, ensure_ascii=False) if block["type"] == "rich_text" else ""
    raise AssertionError(f"nothing to tap: {label}\n{draw(view.view)}")


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        yield made


@pytest.fixture
def anna(world: World) -> Person:
    return Person(world)


def test_a_stranger_sees_what_there_is_and_how_to_ask(world: World, anna: Person):
    world.arrive(CHIPS, title="Wafers")

    seen = anna.opens()

    assert "The library holds 1 document, 1 passage; last filled 2 March 2026, 09:00 (UTC)." in seen
    assert "/brief WORDS" in seen
    assert "You have none. Subscribe to a topic below" in seen
    assert "chips  1 passage" in seen
    assert "[ Subscribe to chips ]" in seen
    assert "None is scheduled." in seen
    assert "*Wafers*  2 March 2026, 09:00" in seen


def test_an_empty_library_says_who_fills_it(anna: Person):
    seen = anna.opens()

    assert "The library is empty. Whoever runs Briefbot fills it with: python -m bot ingest" in seen
    assert "[ Subscribe to chips ]" in seen
    assert "Added last" not in seen


def test_what_was_added_last_stands_first_and_what_was_removed_nowhere(world: World, anna: Person):
    for title in ("Oldest", "Older", "Wafers", "Rules", "Ports", "Newest"):
        world.arrive(f"{title}: the factory has shipped {title} to its buyers abroad.", title=title)
        world.now += datetime.timedelta(minutes=1)
    [(newest, _)] = world.briefbot.library.added("", limit=1)
    world.briefbot.library.remove(newest.id, now=world.now)

    added = anna.opens().partition("*Added last*")[2]

    assert [line.split("*")[1] for line in added.strip().splitlines()] == [
        "Ports", "Rules", "Wafers", "Older", "Oldest",
    ]  # fmt: skip


def test_a_topic_is_subscribed_to_by_one_tap_and_ended_by_another(world: World, anna: Person):
    world.arrive(CHIPS)
    anna.opens()

    seen = anna.taps("Subscribe to chips")

    assert "You hear of *chips* as soon as something arrives." in seen
    assert "In the past 30 days it would have brought 1 passage." in seen
    assert "You are subscribed: As soon as something arrives." in seen
    assert "[ Subscribe to chips ]" not in seen
    assert "1. *chips*  instant" in world.say("subscriptions")

    seen = anna.taps("End this subscription", beside="chips")

    assert "You hear no more of *chips*." in seen
    assert "/brief subscribe chips instant begins it again." in seen
    assert "[ Subscribe to chips ]" in seen
    assert "You have no subscriptions" in world.say("subscriptions")


def test_when_a_subscription_comes_is_changed_in_a_form(world: World, anna: Person):
    world.say("subscribe chips weekly friday 17:30")
    anna.opens()
    anna.taps("Change this subscription", beside="chips")

    form = draw(anna.modal.view, width=1000)
    assert "How often: [ Every Friday ▾ ]" in form
    assert "Time of day, Europe/Berlin: [ 17:30 ▾ ]" in form
    assert anna.submits("daily", "08:00").answer == {}

    assert "You hear of *chips* every day at 08:00 (Europe/Berlin)." in anna.sees()
    assert not world.slack.views, "the form is closed"
    assert "daily 08:00" in world.say("subscriptions")


def test_a_subscription_is_paused_and_resumed(world: World, anna: Person):
    world.say("subscribe policy daily 09:00")
    world.say("subscribe chips weekly friday 17:30")
    anna.opens()

    seen = anna.taps("Pause this subscription", beside="chips")

    assert "You hear no more of *chips*." in seen
    assert "Until you resume it" in seen
    assert "You are subscribed: Paused; once resumed it comes every Friday at 17:30 (Europe/Berlin)." in seen
    assert "2. *chips*  weekly friday 17:30, paused" in world.say("subscriptions")

    world.arrive(CHIPS)
    world.tick(days=8)
    seen = anna.taps("Resume this subscription", beside="chips")

    assert "You hear of *chips* every Friday at 17:30 (Europe/Berlin). Next: Friday 13 March" in seen
    assert "You are subscribed: Every Friday at 17:30" in seen
    world.arrive(CHIPS.replace("first", "second"))
    world.tick(days=8)
    [(_, text)] = world.sent("D0ANNA")
    assert "second" in text
    assert "first wafer lot" not in text


def test_what_is_paused_can_be_ended_from_home_and_by_typing(world: World, anna: Person):
    for topic in ("chips", "policy"):
        world.say(f"subscribe {topic}")
    anna.opens()
    for topic in ("chips", "policy"):
        anna.taps("Pause this subscription", beside=topic)

    assert "You hear no more of *chips*." in anna.taps("End this subscription", beside="chips")
    assert "no more of policy" in world.say("unsubscribe 1")
    assert "You have none." in anna.opens()


def test_to_pause_what_has_ended_leaves_it_ended(world: World, anna: Person):
    world.say("subscribe chips")
    anna.opens()
    [one] = world.sending.subscriptions.of_audience(world.slack.team, ANNA)
    world.say("unsubscribe chips")
    world.sending.subscriptions.unsubscribe([one], by=one.setter, now=world.now, is_pause=True)

    assert "You have none." in anna.opens()


@pytest.mark.parametrize(("often", "told"), [("instant", "instant"), ("sunday", "weekly sunday 08:00")])
def test_every_choice_of_the_form_is_kept(world: World, anna: Person, often: str, told: str):
    world.say("subscribe chips daily 10:00")
    anna.opens()
    anna.taps("Change this subscription", beside="chips")
    anna.submits(often, "08:00")

    assert f"*chips*  {told}" in world.say("subscriptions")


def test_what_the_form_does_not_offer_is_refused_at_its_field(world: World, anna: Person):
    world.say("subscribe chips")
    anna.opens()
    anna.taps("Change this subscription", beside="chips")

    outcome = anna.submits("at full moon")

    assert outcome.answer["errors"] == {fields.OFTEN: "Choose how often it comes."}


def test_a_digest_is_previewed_in_a_modal_whose_figures_open(world: World, anna: Person):
    world.arrive(CHIPS, title="Wafers")
    world.say("digest here monday 09:00", channel="C0POLICY")
    anna.opens()
    anna.taps("Preview this digest")

    preview = draw(anna.modal.view, width=1000)
    assert "Preview" in preview
    assert "wafer lot" in preview
    assert "Post it" not in preview, "a modal knows no channel"

    preview_modal = anna.modal
    anna.taps("Show all 1", within=preview_modal)

    assert anna.modal.depth == 2
    assert "1 passage" in draw(anna.modal.view, width=1000)


def test_each_digest_of_a_channel_has_its_own_preview(world: World, anna: Person):
    world.arrive(CHIPS)
    world.say("digest here policy friday 09:00", channel="C0POLICY")
    world.say("digest here chips monday 09:00", channel="C0POLICY")
    anna.opens()

    anna.taps("Preview this digest", beside="on policy")
    quiet = draw(anna.modal.view, width=1000)
    anna.taps("Preview this digest", beside="on chips")

    assert "wafer lot" not in quiet
    assert "wafer lot" in draw(anna.modal.view, width=1000)


def test_a_digest_is_moved_and_stopped_and_its_channel_is_told(world: World, anna: Person):
    world.say("digest here monday 09:00 UTC", channel="C0POLICY", user="U0BELA")
    assert "#C0POLICY  every Monday at 09:00 (UTC). Next: Monday 9 March 2026, 09:00. Set up by bela." in (
        anna.opens()
    )

    anna.taps("Change this digest")
    assert "Its channel is told of the change" in draw(anna.modal.view, width=1000)
    anna.submits("friday", "17:00")

    assert "every Friday at 17:00 (UTC). Next: Friday 6 March 2026, 17:00. Set up by anna." in anna.sees()
    assert "every Friday at 17:00 (UTC)" in world.slack.visible("C0POLICY")[-1].text
    assert "anna set it up" in world.slack.visible("C0POLICY")[-1].text

    seen = anna.taps("Stop this digest")

    assert "That digest comes no more (weekly friday 17:00)." in seen
    assert "/brief digest here weekly friday 17:00 UTC begins it again, written in the channel." in seen
    assert "None is scheduled." in seen
    assert "anna stopped it" in world.slack.visible("C0POLICY")[-1].text


def test_a_digest_is_stopped_also_where_briefbot_was_put_out(world: World, anna: Person):
    world.say("digest here monday 09:00", channel="C0POLICY")
    world.slack.kick("C0POLICY")
    anna.opens()

    assert "That digest comes no more" in anna.taps("Stop this digest")
    assert not world.slack.views, "nothing is refused"


def test_ones_own_digest_is_seen_by_oneself_alone(world: World, anna: Person):
    world.say("digest here monday 09:00")

    assert "*Yours*  every Monday at 09:00" in anna.opens()
    assert "None is scheduled." in Person(world, "U0BELA").opens()


@pytest.mark.parametrize("label", ["Subscribe to policy", "End this subscription", "Preview this digest"])
def test_who_belongs_to_another_workspace_does_nothing_in_home(world: World, anna: Person, label: str):
    world.say("subscribe chips")
    world.say("digest here monday 09:00", channel="C0POLICY")
    anna.opens()
    bring, before = world._bring, world.say("subscriptions")

    async def from_elsewhere(kind: str, body: dict[str, Any], headers: Mapping[str, str]) -> Outcome:
        return await bring(kind, {**body, "user": {**body["user"], "team_id": "T0STRANGE"}}, headers)

    world._bring = from_elsewhere  # type: ignore[method-assign]
    anna.taps(label)

    assert "another workspace" in draw(anna.modal.view, width=1000)
    assert world.say("subscriptions") == before


def test_nobody_acts_on_what_is_anothers(world: World, anna: Person):
    world.say("subscribe chips")
    world.say("digest here monday 09:00")
    anna.opens()
    bela = Person(world, "U0BELA")
    bela.opens()

    bela.taps("End this subscription", within=anna.home, at=bela.home)
    assert "That subscription has ended already." in draw(bela.modal.view, width=1000)
    bela.taps("Stop this digest", within=anna.home, at=bela.home)
    assert "That digest is someone else's." in draw(bela.modal.view, width=1000)

    seen = anna.opens()
    assert "You are subscribed" in seen
    assert "*Yours*" in seen


def test_a_guest_sees_and_changes_only_those_digests_of_channels_that_the_guest_set_up(
    world: World, anna: Person
):
    world.slack.add_user("gil", is_restricted=True)
    gil = Person(world, "U0GIL")
    world.say("digest here monday 09:00", channel="C0POLICY")
    world.say("digest here friday 09:00", channel="C0CHIPS", user="U0GIL")
    anna.opens()

    seen = gil.opens()
    assert "#C0CHIPS" in seen
    assert "#C0POLICY" not in seen
    assert "You are subscribed" in gil.taps("Subscribe to chips")

    gil.taps("Stop this digest", beside="C0POLICY", within=anna.home, at=gil.home)
    assert "That digest is someone else's." in draw(gil.modal.view, width=1000)
    assert "#C0POLICY" in anna.opens()


def test_a_click_in_a_stale_home_is_told_and_the_home_is_put_right(world: World, anna: Person):
    world.say("subscribe chips")
    anna.opens()
    stale = replace(anna.home, view=dict(anna.home.view))
    anna.taps("End this subscription", beside="chips")

    seen = anna.taps("End this subscription", beside="chips", within=stale)

    assert "That subscription has ended already." in draw(anna.modal.view, width=1000)
    assert "You have none." in seen


def test_a_home_is_put_right_though_no_modal_could_be_opened(world: World, anna: Person):
    world.say("subscribe chips")
    anna.opens()
    stale = replace(anna.home, view=dict(anna.home.view))
    anna.taps("End this subscription", beside="chips")
    world.say("subscribe policy")
    world.server.faults.append(Fault("500", "views.open"))

    assert "policy" in anna.taps("End this subscription", beside="chips", within=stale)
    assert anna.sees().count("You are subscribed") == 1
    assert not world.slack.views


def test_a_home_that_was_published_meanwhile_is_published_anew(world: World, anna: Person):
    anna.opens()
    stale = replace(anna.home, view=dict(anna.home.view))
    world.say("subscribe policy")
    anna.opens()
    assert anna.home.hash != stale.hash

    world.slack.calls.clear()

    seen = anna.taps("Subscribe to chips", within=stale)

    assert seen.count("You are subscribed") == 2
    assert world.slack.calls == {"views.publish": 2}, "one that was refused, and one of what there is now"


def test_an_opening_that_takes_long_does_not_hide_what_was_done_meanwhile(world: World, anna: Person):
    anna.opens()
    before = anna.home.hash
    world.say("subscribe policy")
    world.server.faults.append(Fault("slow", "views.publish", seconds=0.3))

    async def at_once() -> None:
        opening = asyncio.create_task(anna.viewing.open_home(ANNA))
        while world.server.faults:
            await asyncio.sleep(0)
        await anna.viewing.act(anna.home, element(anna.home, "Subscribe to chips", ""), user=ANNA)
        await opening

    asyncio.run(at_once())

    assert anna.home.hash != before
    assert anna.sees().count("You are subscribed") == 2


@pytest.mark.parametrize(
    ("begun", "label", "ended", "told"),
    [
        (
            "subscribe chips",
            "Change this subscription",
            "unsubscribe chips",
            "That subscription has ended already.",
        ),
        (
            "digest here monday 09:00",
            "Change this digest",
            "digest stop here",
            "That digest has been changed or stopped",
        ),
    ],
)
def test_a_form_for_what_has_ended_meanwhile_says_so(
    world: World, anna: Person, begun: str, label: str, ended: str, told: str
):
    world.say(begun)
    anna.opens()
    anna.taps(label)
    world.say(ended)

    answer = anna.submits("daily", "08:00").answer

    assert answer["response_action"] == "errors"
    assert told in answer["errors"][fields.OFTEN]
    assert label not in str(anna.home.view), "Home is put right as well"


def test_a_second_tap_changes_nothing(world: World, anna: Person):
    anna.opens()
    before = replace(anna.home, view=dict(anna.home.view))
    for _ in range(2):
        anna.taps("Subscribe to chips", within=before)

    assert anna.sees().count("You are subscribed") == 1


def test_two_events_of_one_opening_publish_once(world: World, anna: Person):
    anna.opens(events=2)

    assert world.slack.calls["views.publish"] == 1


def test_opening_what_has_not_changed_publishes_nothing(world: World, anna: Person):
    anna.opens()
    world.now += datetime.timedelta(seconds=1)
    anna.opens()
    assert world.slack.calls["views.publish"] == 1

    world.say("subscribe chips")
    assert "You are subscribed" in anna.opens()


ODD = [
    {},
    {"user": {"id": ANNA}},
    {"user": None},
    {"view": 5},
    {"view": {"private_metadata": 5}},
    {"event_ts": []},
]


@pytest.mark.parametrize("odd", ODD)
def test_an_opening_of_an_odd_shape_is_acknowledged(
    world: World, odd: dict[str, Any], caplog: pytest.LogCaptureFixture
):
    event = {"type": "app_home_opened", "tab": "home", **({"user": ANNA, **odd} if odd else {})}

    assert asyncio.run(world.people.event(event, attempts=1)).status == 200
    assert "ERROR" not in caplog.text


def test_a_home_that_cannot_be_read_says_so_and_is_there_again_when_it_can(world: World, anna: Person):
    with world.briefbot.database.writing() as connection:
        connection.execute(sa.text("ALTER TABLE subscription RENAME TO lost"))
    assert "Briefbot cannot reach its store just now" in anna.opens()

    with world.briefbot.database.writing() as connection:
        connection.execute(sa.text("ALTER TABLE lost RENAME TO subscription"))
    world.now += datetime.timedelta(seconds=1)
    assert "Your subscriptions" in anna.opens()


def test_an_opening_of_the_messages_publishes_nothing(world: World, anna: Person):
    asyncio.run(anna.viewing.open_home(ANNA, tab="messages"))

    assert world.slack.homes == {}


@pytest.mark.parametrize("kind", ["429", "500", "drop", "drop_after"])
def test_a_home_that_slack_may_not_have_taken_is_published_when_the_event_comes_again(
    world: World, anna: Person, kind: str
):
    world.server.faults.append(Fault(kind, "views.publish"))

    assert asyncio.run(anna.viewing.open_home(ANNA)).status == 500
    assert "Topics" in anna.opens()


def test_lists_have_pages_that_stay_where_they_are(world: World, anna: Person):
    for number in range(12):
        world.say(f'subscribe "word{number:02}"')
    seen = anna.opens()
    assert '"word09"' in seen
    assert '"word10"' not in seen

    seen = anna.taps("More subscriptions")
    assert '"word10"' in seen
    assert '"word09"' not in seen

    seen = anna.taps("End this subscription", beside="word11")
    assert '"word10"' in seen, "it is still the second page"
    seen = anna.taps("End this subscription", beside="word10")
    assert '"word09"' in seen, "there is no second page any more"
    assert "[ Previous subscriptions ]" not in seen


@pytest.mark.parametrize("way", ["SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"])
def test_home_is_published_by_a_process_of_its_own(briefbot: Briefbot, way: str):
    workspace = Workspace()
    workspace.add_user("anna")
    with Server(workspace).running() as server:
        over_http = way == "SLACK_SIGNING_SECRET"
        secret = workspace.signing_secret if over_http else workspace.app_token
        with serving(server, briefbot.config.data, **{way: secret}) as (address, _):
            eventually(lambda: over_http or bool(server.sockets))
            bring = by_http(workspace, f"{address}/slack/events") if over_http else by_socket(server)
            viewing = Viewing(workspace, bring)
            server.run(viewing.open_home(ANNA))
            view = workspace.homes[ANNA]
            action = element(view, "Subscribe to chips", "")
            assert server.run(viewing.act(view, action, user=ANNA)).status == 200
            eventually(lambda: "You are subscribed" in draw(view.view))


def test_nothing_that_one_workspace_does_is_seen_in_anothers_home(world: World, anna: Person):
    world.arrive(CHIPS)
    world.say("subscribe policy")
    own = world.slack.team
    anna.opens()
    before = anna.home.view

    world.slack.team = "T0OTHER"
    clip = Document("", workspace="T0OTHER", title="A clip of theirs")
    world.briefbot.library.put(
        Draft(clip, "clip", ("chips",), (Passage("Theirs alone to read."),), "hash", "test"), now=world.now
    )
    world.briefbot.index.follow(world.briefbot.library)
    for text in ("subscribe chips", 'subscribe "theirs"', "digest here monday 09:00"):
        world.say(text)
        world.say(text, channel="C0POLICY")
    theirs = anna.opens()
    world.slack.team = own
    anna.opens()

    assert "A clip of theirs" in theirs
    assert "2 documents" in theirs
    assert "#C0POLICY" in theirs
    assert "policy  0 passages\n" in theirs
    assert theirs.count("You are subscribed") == 1
    assert anna.home.view == before


NAMES = st.text(st.characters(), min_size=1, max_size=400)
NOTICE = 800
"""Characters of the longest that tells what was done: a saved query, twice."""

TOPICS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400)
WHENS = st.none() | st.builds(When, st.none() | st.integers(0, 6), st.just("09:00"), st.just("UTC"))


@st.composite
def visits(pick: st.DrawFn) -> Visit:
    def schedule(kind: Kind, audience: str) -> Schedule:
        topics = tuple(pick(st.lists(TOPICS, max_size=3)))
        plan = Plan("T", audience, kind, Cadence.DAILY, "UTC", pick(WHENS), topics)
        setter = Setter("U1", pick(NAMES))
        return Schedule(plan.id, plan, setter, NOW, 0, NOW, NOW, pick(st.none() | NAMES), None)

    subscriptions = [
        Subscription(
            str(number),
            pick(NAMES),
            0,
            Setter("U1", "a"),
            NOW,
            schedule(Kind.SUBSCRIPTIONS, "U1"),
            is_paused=pick(st.booleans()),
        )
        for number in range(pick(st.integers(0, 13)))
    ]
    channels = [
        Subscription(
            f"c{number}",
            pick(NAMES),
            0,
            Setter("U1", pick(NAMES)),
            NOW,
            schedule(Kind.SUBSCRIPTIONS, "C0POLICY"),
            is_paused=pick(st.booleans()),
        )
        for number in range(pick(st.integers(0, 7)))
    ]
    digests = [
        schedule(Kind.DIGEST, pick(st.sampled_from(["C0POLICY", ANNA])))
        for _ in range(pick(st.integers(0, 7)))
    ]
    topics = pick(st.dictionaries(TOPICS, st.integers(0, 10**7), max_size=12))
    documents = [
        Document("d", title=pick(NAMES), url=pick(st.none() | NAMES), author=pick(NAMES))
        for _ in range(pick(st.integers(0, 5)))
    ]
    return Visit(
        subscriptions,
        channels,
        digests,
        gone={one.id for one in [*subscriptions, *channels, *digests] if pick(st.booleans())},
        topics=topics,
        descriptions={name: pick(NAMES | st.just("")) for name in topics},
        added=[(document, NOW) for document in documents],
        documents=pick(st.integers(0, 10**7)),
        passages=pick(st.integers(0, 10**7)),
        filled=pick(st.none() | st.just(NOW)),
        examples=pick(st.lists(NAMES, max_size=3)),
        zone="UTC",
    )


@settings(max_examples=150, deadline=None)
@given(visit=visits(), pages=st.builds(Pages, *[st.integers(0, 3)] * 4))
def test_any_home_keeps_slacks_limits_and_is_inert(visit: Visit, pages: Pages):
    view = page.view(visit, pages, command="/brief")

    check_view(view)
    assert pages_of(view["private_metadata"]) == pages
    assert sum(map(len, texts(view["blocks"]))) <= 12_000


@settings(max_examples=50, deadline=None)
@given(told=NAMES, when=WHENS)
def test_whatever_a_channel_is_told_of_its_digest_keeps_slacks_limits(told: str, when: When | None):
    plan = Plan("T", "C0POLICY", Kind.DIGEST, Cadence.DAILY, "UTC", when, (told,))
    schedule = Schedule("s", plan, Setter("U1", told), NOW, 0, NOW, NOW, None, None)
    check(
        replies.ended(schedule, Setter("U1", told), again=f"/brief digest here {replies.as_typed(schedule)}")
    )


@pytest.mark.parametrize("letter", ["w", "<", "𝒳", "\n", "w " * 9])
def test_the_fullest_home_keeps_slacks_limits(letter: str):
    long = letter * 1000
    topics = [f"{number}{long}" for number in range(11)]
    plan = Plan(
        "T", "C0POLICY", Kind.DIGEST, Cadence.DAILY, "UTC", When(2, "09:00", "UTC"), tuple(topics[:4])
    )
    schedule = Schedule(plan.id, plan, Setter("U1", long), NOW, 0, NOW, NOW, long, None)
    document = Document("d", title=long, url=f"https://example.org/{'p' * 150}")
    visit = Visit(
        [Subscription(str(at), f"{at}{long}", 0, Setter("U1", "a"), NOW, schedule) for at in range(31)],
        [Subscription(f"c{at}", f"{at}{long}", 0, Setter("U1", long), NOW, schedule) for at in range(16)],
        [schedule] * 16,
        gone=(),
        topics=dict.fromkeys(topics, 10**7),
        descriptions=dict.fromkeys(topics, long),
        added=[(document, NOW)] * 5,
        documents=10**7,
        passages=10**8,
        filled=NOW,
        examples=[long] * 3,
        zone="America/Argentina/ComodRivadavia",
    )
    view = page.view(visit, Pages(1, 0, 1, 1), [line(run(long, most=NOTICE))], command="/brief")

    check_view(view)
    assert sum(map(len, texts(view["blocks"]))) <= 12_000
