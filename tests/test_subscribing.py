"""Subscribing, listing, ending and scheduling, as typed in Slack."""

import asyncio
import datetime
import threading
from collections.abc import Iterator
from dataclasses import replace

import anything as some
import pytest
from conftest import NOW, Write
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import check
from world import World, opened

from bot.app import Briefbot
from bot.document import Excerpt
from bot.errors import BotError, ConfigError
from bot.loading import load
from bot.local_slack.limits import message_fault
from bot.local_slack.server import Fault
from bot.store.audit import Actor
from bot.store.database import Database
from bot.store.records import Arrival
from digests.delivery import Delivery
from digests.news import news
from digests.schedule import Cadence, Kind, Plan, Schedule, Setter, Subscription
from digests.slots import When
from digests.subscriptions import Start, Subscriptions

CHIPS = "The factory has shipped the first wafer lot of its new semiconductor chips to buyers abroad."
POLICY = "The regulation of the ministry is the government's new policy on machine learning in schools."


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        yield made


def test_a_confirmation_shows_the_past_and_the_next_time(world: World):
    world.arrive(CHIPS)

    told = world.say("subscribe chips weekly friday 17:30")

    assert "You hear of *chips* every Friday at 17:30 (Europe/Berlin)." in told
    assert "Next: Friday 6 March 2026, 17:30." in told
    assert "In the past 30 days it would have brought 1 passage." in told
    assert "wafer lot" in told


def test_a_topic_goes_by_its_other_names(world: World):
    assert "You hear of *chips* as soon as something arrives." in world.say("subscribe Semiconductors")


@pytest.mark.parametrize(
    "subject", ["wafer OR foundry", "(wafer lot) lang:en", "semicon*", "topic：chips", "wafer|lot"]
)
def test_what_is_followed_is_asked_for_in_the_same_grammar(world: World, subject: str):
    assert "You hear of" in world.say(f"subscribe {subject} daily 09:00")


def test_a_group_that_begins_like_a_topic_is_a_question(world: World):
    for subject in ("(chips -sports) OR policy", "chips*", "chips|policy"):
        assert f"*{subject}*" in world.say(f"subscribe {subject} daily 09:00")
    assert "*topic:chips NOT sports*" in world.say("subscribe chips NOT sports daily 09:00")


def test_what_is_too_long_to_be_asked_again_and_again_is_not_followed(world: World):
    told = world.say(f'subscribe "{"wafer " * 90}"')

    assert "That has 542 characters; at most 490 can be followed." in told


def test_an_unknown_topic_gets_the_nearest_names(world: World):
    told = world.say("subscribe chps")

    assert "Did you mean chips?" in told
    assert 'subscribe "chps"' in told
    assert "no subscriptions" in world.say("subscriptions")


def test_subscribing_twice_changes_when_and_tells_nothing_twice(world: World):
    world.say("subscribe chips")
    told = world.say("subscribe chips daily 08:00")

    assert "every day at 08:00" in told
    assert world.say("subscriptions").count("chips") == 1
    world.arrive(CHIPS)
    world.tick(minutes=1)
    assert world.sent("D0ANNA") == [], "it comes in the morning"
    world.tick(days=1)
    assert len(world.sent("D0ANNA")) == 1


def test_subscriptions_are_listed_and_ended_by_number_name_and_all(world: World):
    for text in ("chips", '"trusted data spaces" -sports daily 08:30', "policy weekly", "energy"):
        world.say(f"subscribe {text}")

    listed = world.say("subscriptions")
    assert "1. *chips*  instant" in listed
    assert '2. *"trusted data spaces" -sports*  daily 08:30, next Tuesday 3 March 2026' in listed
    assert 'no more of "trusted data spaces" -sports' in world.say("unsubscribe 2")
    assert "no more of policy" in world.say("unsubscribe 2"), "the numbers are those of the list as it stands"
    assert "no more of chips" in world.say("unsubscribe Chips")
    assert "no more of energy" in world.say("unsubscribe all")
    assert "There is no subscription “chips”" in world.say("unsubscribe chips")
    assert "no subscriptions" in world.say("subscriptions")


def test_a_channel_is_subscribed_by_name_and_is_told_by_whom(world: World):
    told = world.say("subscribe here policy weekly monday 10:00", channel="C0POLICY")

    assert "This channel hears of *policy* every Monday at 10:00" in told
    [announced] = world.slack.visible("C0POLICY")
    assert "anna set it up" in announced.text
    assert "set up by anna" in world.say("subscriptions", user="U0BELA", channel="C0POLICY")
    assert "unsubscribe here policy" in world.say("unsubscribe policy", user="U0BELA", channel="C0POLICY")
    assert "no more of policy" in world.say("unsubscribe here policy", user="U0BELA", channel="C0POLICY")


def test_where_the_bot_is_no_member_nothing_is_set_up(world: World):
    for text in ("subscribe here policy", "digest here monday 09:00"):
        assert "/invite @Briefbot" in world.say(text, channel="C0ELSEWHERE")

    listed = world.say("subscriptions", channel="C0ELSEWHERE")
    assert "neither has this channel" in listed


def test_there_are_no_more_subscriptions_than_the_limit(world: World):
    most = world.briefbot.config.digests.limits.person
    for number in range(most):
        assert "You hear of" in world.say(f'subscribe "word{number}"')

    assert f"There are {most} subscriptions already" in world.say("subscribe chips")
    assert "You hear of" in world.say('subscribe "word1" daily'), "a change is no new one"


def test_what_came_before_is_not_sent_and_what_comes_is_sent_once(world: World):
    world.arrive(CHIPS)
    world.say("subscribe chips")
    world.say('subscribe "wafer lot"')
    world.tick(minutes=1)
    assert world.sent("D0ANNA") == []

    world.arrive(CHIPS.replace("first", "second"))
    for _ in range(3):
        world.tick(minutes=1)

    [(_, text)] = world.sent("D0ANNA")
    assert "second" in text
    assert "You subscribed to chips" in text


def test_an_edited_copied_or_renamed_document_tells_nothing_twice(world: World):
    world.say("subscribe chips")
    world.arrive(
        CHIPS, "A word on something else that has nothing to do with it, but is long enough to stay."
    )
    world.tick(minutes=1)
    world.documents = 0
    world.arrive(CHIPS.replace("first", "very first"), "A word on something else, as it was edited.")
    world.tick(minutes=1)
    world.documents = 7
    world.arrive(CHIPS, title="Another name")
    world.tick(minutes=1)

    assert len(world.sent("D0ANNA")) == 1


def test_more_than_fits_comes_in_a_thread_and_the_rest_is_counted(world: World):
    world.say("subscribe chips daily 09:00")
    world.arrive(*(CHIPS.replace("first", f"{number}th") for number in range(30)))

    world.tick(days=1)

    messages = [message for message in world.slack.visible("D0ANNA") if message.metadata]
    assert len(messages) == 4
    assert {message.thread_ts for message in messages[1:]} == {messages[0].ts}
    assert "10 more are not shown" in world.sent("D0ANNA")[-1][1]


def test_after_weeks_away_one_message_covers_the_gap_and_says_so(world: World):
    world.say("subscribe chips daily 09:00")
    for week in range(3):
        world.now += datetime.timedelta(weeks=1)
        world.arrive(CHIPS.replace("first", f"week {week}"))

    world.tick(days=1)
    world.tick(minutes=1)

    [(_, text)] = world.sent("D0ANNA")
    assert all(f"week {week}" in text for week in range(3))
    assert "It covers 22 days" in text


def test_who_changes_to_alerts_gets_what_was_waiting_though_an_alert_of_that_revision_went_out(world: World):
    world.say("subscribe chips")
    world.say("subscribe policy daily 09:00")
    world.arrive(CHIPS, POLICY)
    world.tick(minutes=1)
    world.say("subscribe policy")
    world.tick(minutes=1)

    alerts = [text for _, text in world.sent("D0ANNA")]
    assert len(alerts) == 2
    assert POLICY[:20] in alerts[1]


def test_a_digest_is_previewed_posted_by_a_button_once_and_scheduled(world: World):
    world.arrive(CHIPS)
    told = world.say("digest", channel="C0POLICY")
    assert "Preview" in told
    assert "[ Post it in this channel ]" in told
    preview = world.slack.visible("C0POLICY", user="U0ANNA")[-1]
    button = preview.blocks[-1]["elements"][0]

    async def click_twice() -> None:
        for _ in range(2):
            await world.people.click(
                {"action_id": button["action_id"], "value": button["value"]},
                user="U0ANNA",
                channel="C0POLICY",
                ts=preview.ts,
            )

    asyncio.run(click_twice())
    world.tick(minutes=1)

    sent = [text for _, text in world.sent("C0POLICY")]
    assert len(sent) == 2, "a message and its thread"
    assert "Posted by anna" in sent[0]
    assert "wafer lot" in sent[1]


def test_a_button_posts_once_briefbot_is_invited(world: World):
    world.arrive(CHIPS)
    world.slack.kick("C0POLICY")
    world.say("digest", channel="C0POLICY")
    preview = world.slack.visible("C0POLICY", user="U0ANNA")[-1]
    button = preview.blocks[-1]["elements"][0]
    action = {"action_id": button["action_id"], "value": button["value"]}
    for _ in range(2):
        asyncio.run(world.people.click(action, user="U0ANNA", channel="C0POLICY", ts=preview.ts))
        world.tick(minutes=1)
        world.slack.invite("C0POLICY")

    assert len([text for _, text in world.sent("C0POLICY") if "Posted by anna" in text]) == 1


def test_a_digest_of_ones_own_speaks_to_one(world: World):
    assert "You get a digest every Monday" in world.say("digest here monday 09:00")
    world.tick(days=7)
    assert "Your digest" in world.sent("D0ANNA")[0][1]
    assert "You get no more digests" in world.say("digest stop here")


def test_a_channels_digests_live_side_by_side_and_end_together(world: World):
    world.say("digest here monday 09:00", channel="C0POLICY")
    world.say("digest here friday 17:00", channel="C0POLICY")
    listed = world.say("subscriptions", channel="C0POLICY")
    assert "weekly monday 09:00" in listed
    assert "weekly friday 17:00" in listed
    world.tick(days=7)

    assert len([text for _, text in world.sent("C0POLICY") if "Digest of this channel" in text]) == 2
    assert "no more digests" in world.say("digest stop here", channel="C0POLICY")
    world.tick(days=14)
    assert len([text for _, text in world.sent("C0POLICY") if "Digest of this channel" in text]) == 2


def configure(world: World, **digests: str) -> None:
    """Let what is sent follow another configuration."""
    config = world.briefbot.config
    changed = replace(config, digests=replace(config.digests, **digests))
    themes = world.sending.chooser._themes
    world.sending.chooser._config = world.sending.digests._config = themes._config = changed


def test_a_quiet_week_is_told_in_a_line_or_skipped_as_configured(world: World):
    world.say("digest here monday 09:00", channel="C0POLICY")
    world.tick(days=7)
    assert "Nothing new arrived" in world.sent("C0POLICY")[0][1]

    configure(world, quiet_week="skip")
    world.tick(days=7)
    assert len(world.sent("C0POLICY")) == 1
    assert "nothing would be sent" in world.say("digest", channel="C0POLICY")


def test_the_digests_of_the_configuration_begin_end_and_stay_stopped(world: World):
    def configured(*channels: str) -> None:
        weekly = replace(world.briefbot.config.digests.weekly, channels=channels)
        config = replace(world.briefbot.config, digests=replace(world.briefbot.config.digests, weekly=weekly))
        world.sending.digests._config = config
        world.tick(minutes=1)

    configured("C0POLICY", "C0CHIPS")
    world.tick(days=7)
    assert len(world.sent("C0POLICY")) == len(world.sent("C0CHIPS")) == 1
    assert "set up by config.yml" in world.sent("C0POLICY")[0][1]

    world.say("digest stop here", channel="C0POLICY")
    configured("C0POLICY")
    world.tick(days=7)
    assert len(world.sent("C0POLICY")) == len(world.sent("C0CHIPS")) == 1

    configured("C0POLICY", "C0CHIPS")
    world.tick(days=7)
    assert len(world.sent("C0POLICY")) == 1, "people stopped it"
    assert len(world.sent("C0CHIPS")) == 2


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("weekly: {channels: [policy]}", "is not a channel's id"),
        ("weekly: {channels: ['#policy']}", "is not a channel's id"),
        ("weekly: {at: '25:00'}", "not a time of day"),
        ("weekly: {day: someday}", "no day of the week"),
        ("weekly: {timezone: Berlin}", "no time zone"),
        ("quiet_week: never", "write skip, short or shelf"),
        ("in_doubt: maybe", "write repeat or leave"),
        ("quiet_hours: {start: '7'}", "not a time of day"),
    ],
)
def test_a_wrong_setting_is_told_with_the_fix(setting: str, told: str, write: Write):
    path = write("config.yml", f"digests:\n  {setting}\n")

    with pytest.raises(ConfigError, match=told):
        load({"BRIEFBOT_CONFIG": str(path)})


def test_an_archived_channel_is_told_and_served_again_when_it_is_back(world: World):
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.slack.archive("C0CHIPS")
    world.arrive(CHIPS)
    world.tick(days=1)

    assert "the channel is archived" in world.say("subscriptions", channel="C0CHIPS")
    assert world.sending.overview.counts() == {"blocked": 1}

    world.slack.unarchive("C0CHIPS")
    world.tick(days=1)
    assert len(world.sent("C0CHIPS")) == 1
    assert world.sending.overview.counts() == {"merged": 1, "sent": 1}
    assert "archived" not in world.say("subscriptions", channel="C0CHIPS")


def test_what_is_blocked_can_be_sent_again_by_hand(world: World):
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.slack.kick("C0CHIPS")
    world.arrive(CHIPS)
    world.tick(days=1)
    [blocked] = world.sending.overview.listed(limit=10)
    assert (blocked.state, blocked.reason) == (
        "blocked", "Briefbot is not in the channel; type /invite @Briefbot there",
    )  # fmt: skip

    world.slack.invite("C0CHIPS")
    assert world.sending.overview.retry(blocked.id, Actor("U0ANNA", "anna"), now=world.now) == "blocked"
    world.tick(minutes=1)

    assert len(world.sent("C0CHIPS")) == 1


def test_who_unsubscribes_hears_nothing_of_what_was_due(world: World):
    world.say("subscribe chips daily 09:00")
    world.arrive(CHIPS)
    world.now += datetime.timedelta(days=1)
    world.ledger.plan_due()
    world.say("unsubscribe all")
    world.tick(minutes=1)

    assert world.sent("D0ANNA") == []


@settings(max_examples=60, deadline=None)
@given(verb=st.sampled_from(["subscribe", "unsubscribe", "digest"]), text=st.text(max_size=120))
def test_whatever_follows_a_verb_gets_an_answer(shared: World, verb: str, text: str):
    assert shared.say(f"{verb} {text}")
    assert "not your doing" not in shared.say(f"{verb} {text}")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    from bot.app import open_briefbot  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("shared")
    briefbot = open_briefbot(load({"BRIEFBOT_DATA": str(folder / "data")}))
    with opened(briefbot, lambda name, _: folder / name, NOW) as made:
        yield made
    briefbot.close()


@pytest.mark.parametrize("is_planned", [True, False])
def test_what_was_waiting_comes_by_the_new_cadence(world: World, is_planned: bool):
    world.say("subscribe chips weekly friday 17:30")
    world.arrive(CHIPS)
    if is_planned:
        world.now += datetime.timedelta(days=7)
        world.ledger.plan_due()

    world.say("subscribe chips daily 08:00")
    world.tick(days=1)
    world.tick(days=7)

    assert len(world.sent("D0ANNA")) == 1


def test_nothing_is_matched_while_the_index_is_behind(world: World):
    world.say("subscribe chips daily 09:00")
    world.arrive(CHIPS)
    world.now += datetime.timedelta(days=1)
    world.sending.chooser.look_again()
    world.ledger.plan_due()
    index = world.briefbot.index
    store_id, reached = index._reached
    index._reached = store_id, reached - 1
    world.ledger.send_due()
    assert world.sending.overview.counts() == {"due": 1}
    index._reached = store_id, reached

    world.tick(minutes=1)

    assert len(world.sent("D0ANNA")) == 1


def test_a_refused_token_holds_all_until_someone_mends_it(world: World):
    for user in ("U0ANNA", "U0BELA", "U0CLEO"):
        world.say("subscribe chips daily 09:00 Europe/Berlin", user=user)
    world.arrive(CHIPS)
    world.slack.uninstall()
    world.tick(days=1)
    assert "the app was uninstalled" in str(world.sending.overview.listed(limit=9))

    world.slack.reinstall()
    world.ledger = world.new_ledger()
    world.tick(minutes=1)
    world.tick(minutes=1)

    assert [len(world.sent(f"D0{name}")) for name in ("ANNA", "BELA", "CLEO")] == [1, 1, 1]


def test_who_leaves_while_a_message_is_in_doubt_does_not_get_it(world: World):
    world.say("subscribe chips daily 09:00")
    world.arrive(CHIPS)
    world.server.faults.append(Fault("drop", "chat.postMessage"))
    world.tick(days=1)
    world.say("unsubscribe all")
    world.tick(minutes=5)

    assert world.sent("D0ANNA") == []
    assert world.sending.overview.counts() == {"empty": 1}


def test_what_was_chosen_for_a_subscription_that_ended_is_chosen_anew(world: World):
    world.say("subscribe chips daily 09:00")
    world.say('subscribe "machine learning" daily 09:00')
    world.arrive(CHIPS, POLICY)
    world.server.faults.append(Fault("429", "chat.postMessage", seconds=60))
    world.tick(days=1)
    world.say("unsubscribe chips")
    world.ledger = world.new_ledger()
    world.tick(minutes=5)

    [(_, text)] = world.sent("D0ANNA")
    assert "machine learning" in text
    assert "wafer" not in text


def test_a_list_of_long_subscriptions_fits_into_a_message(world: World):
    for number in range(world.briefbot.config.digests.limits.person):
        world.say(f'subscribe "{"word " * 60}{number}" weekly friday 17:30')

    assert world.say("subscriptions").count("friday") == 50


def test_what_cannot_be_found_is_not_subscribed_to(world: World):
    for text in ("-tariffs", '""', '"wafer lot" daily 9 o clock', '"wafer lot" monthly'):
        assert "You hear of" not in world.say(f"subscribe {text}"), text
    assert "This channel hears" in world.say('subscribe "wafer lot" daily 09:00 here', channel="C0CHIPS")


def test_a_topic_that_is_declared_no_more_is_told_in_the_list(world: World):
    world.say("subscribe chips")
    topics = {name: topic for name, topic in world.briefbot.config.topics.items() if name != "chips"}
    world.briefbot.searcher._config = replace(world.briefbot.config, topics=topics)

    assert "declared no more" in world.say("subscriptions")


def test_ends_are_not_mixed_up(world: World):
    world.say("subscribe chips")
    world.say("subscribe here chips", channel="C0CHIPS")
    assert "There is no subscription" in world.say("unsubscribe here 1", channel="C0CHIPS")
    assert "This channel hears no more of chips" in world.say(
        "unsubscribe here Semiconductors", channel="C0CHIPS"
    )
    assert "1. *chips*" in world.say("subscriptions")


def test_many_may_subscribe_for_the_first_time_at_once(database: Database):
    subscriptions = Subscriptions(database)
    failures: list[Exception] = []

    def subscribe(number: int) -> None:
        plan = Plan("T", "C0CHIPS", Kind.SUBSCRIPTIONS, Cadence.INSTANT, "UTC")
        try:
            subscriptions.subscribe(
                plan, f"word{number}", Setter("U1", "anna"), now=NOW, start=Start(0, NOW), most=6
            )
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=subscribe, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(subscriptions.of_audience("T", "C0CHIPS")) == 6
    assert [type(error) for error in failures] == [BotError, BotError]


def test_a_paused_subscription_is_held_and_carried_by_no_schedule(database: Database):
    subscriptions = Subscriptions(database)
    plan = Plan("T", "U1", Kind.SUBSCRIPTIONS, Cadence.DAILY, "UTC", When(None, "09:00", "UTC"))
    anna = Setter("U1", "anna")
    one, _ = subscriptions.subscribe(plan, "topic:chips", anna, now=NOW, start=Start(3, NOW), most=1)

    subscriptions.unsubscribe([one], by=anna, now=NOW, is_pause=True)

    [paused] = subscriptions.of_audience("T", "U1")
    assert paused.is_paused
    assert subscriptions.of_schedule(plan.id) == []
    assert subscriptions.schedules(Kind.SUBSCRIPTIONS, workspace="T") == []

    resumed, is_new = subscriptions.subscribe(
        paused.schedule.plan, paused.query, anna, now=NOW, start=Start(8, NOW), most=1
    )
    assert (resumed.is_paused, resumed.since, is_new) == (False, 8, True)
    assert subscriptions.of_schedule(plan.id) == [resumed]


LONG = st.text(st.characters(), min_size=1, max_size=400)


@settings(some.TRIED, max_examples=100)
@given(
    names=st.lists(LONG, min_size=1, max_size=5),
    excerpts=st.lists(some.EXCERPTS, min_size=1, max_size=8),
    setter=LONG,
    kind=st.sampled_from(list(Kind)),
)
def test_every_message_that_is_sent_keeps_slacks_limits(
    names: list[str], excerpts: list[Excerpt], setter: str, kind: Kind
):
    plan = Plan("T", "C0CHIPS", kind, Cadence.DAILY, "UTC", When(None, "09:00", "UTC"))
    schedule = Schedule(plan.id, plan, Setter("U1", setter), NOW, 0, NOW, NOW, None, None)
    delivery = Delivery("d", schedule, "s", NOW, 0, 9, NOW, False, 1, ())
    arrivals = [Arrival(excerpt, 1, str(number)) for number, excerpt in enumerate(excerpts)]
    wanted = [
        (Subscription(str(number), name, 0, Setter("U1", setter), NOW, schedule), arrivals[number::5])
        for number, name in enumerate(names)
    ]
    fresh = [(subscription, some) for subscription, some in wanted if some]

    for message in news(delivery, fresh, command="/brief").messages:
        check({**message, "mrkdwn": False})
        assert message_fault(message) is None
