"""The operators' part of Home: what failed, where the library is from, what was asked in vain, who did what."""

import datetime
from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import NOW, Write
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import check
from once import READER
from test_deliveries_command import in_doubt
from test_home import Person, check_view, texts, visits
from world import World, opened

from bot.app import Briefbot
from bot.document import Document, Passage
from bot.library.ingest import Ingest
from bot.local_slack.draw import draw
from bot.local_slack.values import View
from bot.slack.answering import in_window
from bot.store.audit import Actor, Audit, Entry, record
from bot.store.database import Database
from bot.store.library import Library
from bot.store.questions import Told
from bot.store.records import Draft, Source
from digests.home import operators, page
from digests.home.operators import Failures, Seen
from digests.home.page import Pages
from digests.home.visit import Visit
from digests.overview import Listed, Overview
from digests.schedule import Cadence, Kind, Plan, Setter
from digests.slots import When
from digests.subscriptions import Start, Subscriptions
from digests.tables import delivery, part

CHIPS = "The factory has shipped the first wafer lot of its new semiconductor chips to buyers abroad."
PART = "For operators"


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        made.slack.users["U0ANNA"].is_admin = True
        yield made


@pytest.fixture
def anna(world: World) -> Person:
    return Person(world)


def window(world: World) -> str:
    """Return what the window shows that lies uppermost."""
    return draw(list(world.slack.views.values())[-1].view, width=1000)


def blocked(world: World) -> None:
    """Let a delivery fail since the channel is archived."""
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.arrive(CHIPS)
    world.slack.archive("C0CHIPS")
    world.tick(days=1)


def opens_part(world: World, anna: Person) -> str:
    anna.opens()
    anna.taps("Show what operators see", beside="failed")
    return window(world)


def test_operators_alone_have_their_part_of_home(world: World, anna: Person):
    assert "No delivery failed." in anna.opens()
    assert PART not in Person(world, "U0BELA").opens()


def test_who_config_yml_names_has_it_where_slack_tells_of_nobody(briefbot: Briefbot, write: Write):
    roles = replace(briefbot.config.roles, operators=("U0BELA",))
    named = replace(briefbot, config=replace(briefbot.config, roles=roles))
    with opened(named, write, NOW) as world:
        world.slack.scopes = {"commands", "chat:write"}
        world.slack.users["U0ANNA"].is_admin = True

        assert PART in Person(world, "U0BELA").opens()
        assert PART not in Person(world).opens()


def test_a_delivery_that_failed_is_shown_with_its_reason_and_sent_again(world: World, anna: Person):
    blocked(world)
    assert "1 delivery failed or in doubt." in anna.opens()

    seen = opens_part(world, anna)
    assert "Deliveries*  1 blocked." in seen
    assert "*blocked*: the channel is archived." in seen

    world.slack.unarchive("C0CHIPS")
    [view] = world.slack.views.values()
    anna.taps("Send it again", at=view, within=view)
    assert "It is sent again within a minute." in window(world)
    assert "None failed, and none is in doubt." in window(world)
    assert "delivery retried: #C0CHIPS, " in window(world)
    assert "No delivery failed." in anna.sees(), "and Home is brought up to date"

    world.tick(minutes=1)
    assert len(world.sent("C0CHIPS")) == 1
    [act, *_] = Audit(world.briefbot.database).newest(limit=9)
    assert (act.workspace, act.who, act.what) == ("T0LOCAL", Actor("U0ANNA", "anna"), "delivery retried")
    assert act.on.startswith("C0CHIPS, ")


def test_a_second_click_sends_nothing_twice_and_is_no_second_act(world: World, anna: Person):
    blocked(world)
    opens_part(world, anna)
    world.slack.unarchive("C0CHIPS")
    [view] = world.slack.views.values()
    stale = replace(view, view=dict(view.view))
    for _ in range(2):
        anna.taps("Send it again", at=view, within=stale)
    world.tick(minutes=1)
    anna.taps("Send it again", at=view, within=stale)

    assert "It arrived meanwhile, and is not sent again." in window(world)
    assert len(world.sent("C0CHIPS")) == 1
    assert [one.what for one in Audit(world.briefbot.database).newest(limit=9)] == [
        "delivery retried", "subscription begun",
    ]  # fmt: skip


def test_what_was_left_in_doubt_is_sent_again_after_a_question(world: World, anna: Person):
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.arrive(CHIPS)
    in_doubt(world, scopes={"commands", "chat:write"}, repeats=False)
    world.slack.scopes.add("users:read")

    assert "*left*: nobody can tell whether it arrived" in opens_part(world, anna)
    [view] = world.slack.views.values()
    [button] = [
        one for block in view.view["blocks"] if block["type"] == "actions" for one in block["elements"]
    ]
    assert "may have arrived" in button["confirm"]["text"]["text"]


def test_who_is_no_operator_any_more_does_nothing_with_an_old_window(world: World, anna: Person):
    blocked(world)
    opens_part(world, anna)
    world.slack.unarchive("C0CHIPS")
    [view] = world.slack.views.values()

    click_as(world, view, "U0BELA")

    assert "Only operators may do that." in window(world)
    world.tick(minutes=1)
    assert world.sent("C0CHIPS") == []
    assert "delivery retried" not in [one.what for one in Audit(world.briefbot.database).newest(limit=9)]


def click_as(world: World, view: View, user: str) -> None:
    """Let someone click there, as whoever sends what Slack signed could."""
    [button] = [
        one for block in view.view["blocks"] if block["type"] == "actions" for one in block["elements"]
    ]
    Person(world, user)._run(Person(world, user).viewing.act(view, button, user=user))


def test_an_operator_sees_and_sends_nothing_of_another_workspace(world: World, anna: Person):
    blocked(world)
    world.briefbot.questions.note("merger", workspace="T0OTHER", user="U1", is_found=False, now=NOW)
    world.briefbot.questions.write()
    with world.briefbot.database.writing() as connection:
        record(connection, Entry("T0OTHER", NOW, Actor("U1", "eve"), "digest begun", "C0SECRET, daily"))
    [delivery] = world.sending.overview.failed("T0LOCAL", limit=9)

    assert world.sending.overview.failed("T0OTHER", limit=9) == []
    assert world.sending.overview.failures("T0OTHER") == 0
    assert world.sending.overview.counts("T0OTHER") == {}
    by = Actor("U1", "eve")
    assert world.sending.overview.retry(delivery.id, by, now=NOW, workspace="T0OTHER") is None
    seen = opens_part(world, anna)
    assert "merger" not in seen
    assert "eve" not in seen


def test_what_was_asked_in_vain_is_told_in_counts(world: World, anna: Person):
    for user in ("U0ANNA", "U0BELA", "U0CLEO"):
        world.say("zeppelins", user=user)
    world.say("quantum annealing")
    world.briefbot.questions.write()

    seen = opens_part(world, anna)

    assert "zeppelins  by 3 people, last 2 March 2026, 09:00" in seen
    assert "quantum annealing  by 1 person" in seen
    assert "0 answers of use and 0 of none" in seen
    assert "bela" not in seen.lower()


def test_where_the_library_was_filled_from_last(world: World, anna: Person):
    for number, publisher in enumerate(["Stratheia", "Harbour Office", "Stratheia"]):
        path = world.write(
            f"{number}.md", f"---\ntitle: N{number}\npublisher: {publisher}\n---\n\n{CHIPS} {number}\n"
        )
        Ingest(world.briefbot.library, world.briefbot.config, apart=READER).run([path], now=lambda: world.now)
        world.now += datetime.timedelta(minutes=1)

    seen = opens_part(world, anna)

    assert "Stratheia  2 documents, the last 2 March 2026, 09:02" in seen
    assert seen.index("Stratheia") < seen.index("Harbour Office  1 document,")


TEXTS = st.text(max_size=300)
MOMENTS = st.just(NOW)


@settings(max_examples=60, deadline=None)
@given(
    seen=st.builds(
        Seen,
        counts=st.dictionaries(st.sampled_from(["due", "sent", "blocked", "left"]), st.integers(0, 10**6)),
        failed=st.lists(
            st.builds(
                Listed,
                id=st.just("a" * 12),
                due_at=MOMENTS,
                audience=st.sampled_from(["C0CHIPS", "U0BELA"]),
                what=st.just("weekly subscriptions"),
                state=st.sampled_from(["blocked", "left", "in doubt"]),
                reason=st.none() | TEXTS,
            ),
            max_size=8,
        ),
        failures=st.integers(0, 10**6),
        failing=st.just(()),
        sources=st.lists(st.builds(Source, st.none() | TEXTS, st.integers(1, 10**6), MOMENTS), max_size=8),
        useful=st.integers(0, 10**6),
        useless=st.integers(0, 10**6),
        unanswered=st.lists(st.builds(Told, TEXTS, st.integers(1, 10**6), MOMENTS), max_size=8),
        acts=st.lists(
            st.builds(
                Entry, st.just("T"), MOMENTS, st.builds(Actor, st.just("U1"), TEXTS), TEXTS.map(lambda t: t[:32]),
                TEXTS | TEXTS.map(lambda told: f"C0CHIPS, {told}"),
            ),
            max_size=8,
        ),
    ),
    note=st.sampled_from(["", *filter(None, operators.RETRIED.values())]),
)  # fmt: skip
def test_any_window_of_operators_keeps_slacks_limits_and_is_inert(seen: Seen, note: str):
    message = operators.page(seen, note, zone="UTC")

    check(message)
    check_view(in_window(message))


def test_both_engines_tell_what_failed_and_where_from(database: Database, library: Library):
    plan = Plan("T1", "C0CHIPS", Kind.SUBSCRIPTIONS, Cadence.DAILY, "UTC", When(None, "09:00", "UTC"))
    anna = Setter("U0ANNA", "anna")
    schedule, _ = Subscriptions(database).begin(plan, anna, now=NOW, start=Start(0, NOW))
    common = {"workspace": "T1", "audience": "C0CHIPS", "schedule_id": schedule.id, "due_at": NOW}
    window = {"covers_from": 0, "covers_to": 1, "covers_since": NOW, "is_chosen": True, "attempt": 1}
    with database.writing() as connection:
        for number, state in enumerate(["blocked", "left", "sent", "due"]):
            row = {"id": f"{number}abc", "slot": str(number), "state": state, **common, **window}
            connection.execute(delivery.insert().values(**row))
            doubt = NOW if state == "due" else None
            connection.execute(
                part.insert().values(delivery_id=row["id"], number=0, message={}, doubt_since=doubt, sweeps=0)
            )
    document = Document("", publisher="Stratheia")
    library.put(Draft(document, "a", (), (Passage(CHIPS, (), 1),), "hash", "rules"), now=NOW)

    overview, by = Overview(database), Actor("U0ANNA", "anna")
    assert [one.state for one in overview.failed("T1", limit=9)] == ["blocked", "left", "in doubt"]
    assert overview.failures("T1") == 3
    assert overview.counts("T1") == {"blocked": 1, "left": 1, "sent": 1, "due": 1}
    assert [overview.retry(f"{one}abc", by, now=NOW, workspace="T1") for one in range(4)] == [
        "blocked", "left", "sent", "due",
    ]  # fmt: skip
    assert overview.failures("T1") == 1, "a doubt that can be looked up still is one"
    assert len(Audit(database).newest(limit=9, workspace="T1")) == 3, "and each that was is an act"
    assert library.sources("T1", limit=9) == [Source("Stratheia", 1, NOW)]


@settings(max_examples=50, deadline=None)
@given(visit=visits(), failures=st.builds(Failures, st.integers(0, 10**6), st.integers(0, 10**6)))
def test_any_home_of_an_operator_keeps_slacks_limits(visit: Visit, failures: Failures):
    view = page.view(visit, Pages(), command="/brief", failures=failures)

    check_view(view)
    assert sum(map(len, texts(view["blocks"]))) <= 12_000
