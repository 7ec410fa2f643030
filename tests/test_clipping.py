"""A message is added to the library of its workspace, once, and taken back."""

import asyncio
import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from conftest import NOW, Write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import check
from slack_bolt.async_app import AsyncBoltRequest
from world import World, opened

from bot.app import Briefbot
from bot.errors import StoreError
from bot.local_slack.draw import draw
from bot.local_slack.limits import view_fault
from bot.local_slack.people import Outcome, written
from bot.local_slack.server import Fault
from bot.local_slack.values import Message, User
from bot.local_slack.viewing import Viewing
from bot.slack.clip_views import ADD, CONSENT, REMOVE
from bot.store.audit import Actor, Audit
from bot.store.clips import OFFERED, Clips
from bot.store.tables import document, offer

FERRY = "The northern ferry runs twice a day from May on, says the harbour office."


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        made.slack.add_channel("board", made.slack.users["U0ANNA"], is_private=True)
        yield made


def said(
    world: World, text: str, *, user: str = "U0BELA", channel: str = "C0POLICY", **stated: Any
) -> Message:
    return world.slack.post(channel, user, text, **stated)


def choose(world: World, message: Message, *, user: str = "U0ANNA") -> str:
    """Choose the shortcut in the message's menu; return the id of the modal that it opens."""
    before = set(world.slack.views)
    outcome = asyncio.run(world.people.shortcut(ADD, user=user, channel=message.channel, ts=message.ts))
    assert outcome.status == 200
    [view] = set(world.slack.views) - before
    return view


def submit(world: World, view_id: str, *, user: str = "U0ANNA", checked: tuple[str, ...] = ()) -> Outcome:
    view = world.slack.views[view_id]
    values = checks(view.view, checked)
    if any(not box["selected_options"] for boxes in values.values() for box in boxes.values()):
        return Outcome(0, {}, reason="incomplete")  # Slack itself does not let it go.
    outcome = asyncio.run(Viewing(world.slack, world._bring).submit(view, values, user=user))
    world.briefbot.index.follow(world.briefbot.library)
    return outcome


def checks(view: dict[str, Any], checked: tuple[str, ...]) -> dict[str, Any]:
    """Return the boxes of a modal, those checked that are named."""
    boxes = [block for block in view["blocks"] if block["type"] == "input"]
    return {
        block["block_id"]: {
            block["element"]["action_id"]: {
                "type": "checkboxes",
                "selected_options": block["element"]["options"] if block["block_id"] in checked else [],
            }
        }
        for block in boxes
    }


def shown(world: World, view: str) -> str:
    """What the modal says."""
    return draw(world.slack.views[view].view, width=1000)


def add(world: World, message: Message, *, user: str = "U0ANNA") -> str:
    """Add a message and return what is said then."""
    view = choose(world, message, user=user)
    assert submit(world, view, user=user, checked=(CONSENT,)).status == 200
    return shown(world, view)


def list_of(world: World, *, user: str = "U0ANNA") -> Message:
    """The list of clips as it is seen in Slack."""
    world.say("clips", user=user)
    return world.slack.visible(world.slack.direct(user).id, user=user)[-1]


def click(world: World, seen: Message, button: int = 0, *, user: str = "U0ANNA") -> str:
    """Click one of the buttons of a list, and return what stands in its place, or below it."""
    buttons = [one for block in seen.blocks if block["type"] == "actions" for one in block["elements"]]
    action = {"action_id": buttons[button]["action_id"], "value": buttons[button]["value"]}
    asyncio.run(world.people.click(action, user=user, channel=seen.channel, ts=seen.ts))
    told = world.slack.visible(seen.channel, user=user)[-1]
    return draw({"blocks": told.blocks}, width=1000)


def test_a_message_is_shown_confirmed_and_found(world: World):
    message = said(world, FERRY)

    view = choose(world, message)

    assert "Written by *bela* in #policy, 2 March 2026, 09:00 UTC" in shown(world, view)
    assert FERRY in shown(world, view)
    assert CONSENT not in str(world.slack.views[view].view)
    assert "Nothing on" in world.say("northern ferry"), "it is not confirmed yet"

    submit(world, view)

    assert "The message is in the library." in shown(world, view)
    assert "/brief clips" in shown(world, view)
    found = world.say("northern ferry")
    assert "runs twice a day" in found
    assert "bela, Slack, #policy, 2026-03-02" in found
    assert f"https://local.slack.com/archives/C0POLICY/p{message.ts.replace('.', '')}" in found


def test_what_finds_it_finds_it(world: World):
    told = add(world, said(world, FERRY))

    typed = next(line for line in told.splitlines() if "finds it" in line).partition("finds it: /brief ")[2]

    assert "runs twice a day" in world.say(typed)


def test_a_message_that_is_but_a_link_is_found_by_it(world: World):
    told = add(world, said(world, "<https://ferry.example/timetable-may>"))

    assert "finds it: /brief ferry example timetable may" in told
    assert "https://ferry.example/timetable-may" in world.say("ferry example timetable may")


def test_links_and_mentions_are_read_as_people_read_them(world: World):
    text = (
        "<@U0CLEO> &lt;see&gt; <https://a.example/x?a=1&amp;b=2|the report>, <https://b.example>,"
        " <#C0CHIPS|chips>, <!here>, <!subteam^S1|@crew>, <mailto:a@b.example|a@b.example>"
    )

    seen = shown(world, choose(world, said(world, text)))

    assert (
        "@cleo <see> the report (https://a.example/x?a=1&b=2), https://b.example, #chips, @here, @crew, a@b.example"
        in seen
    )


def test_without_the_scope_the_writer_goes_by_the_id(world: World):
    world.slack.scopes -= {"users:read"}

    view = choose(world, said(world, FERRY))

    assert "Written by @U0BELA in #policy" in shown(world, view)
    submit(world, view)
    assert "U0BELA, Slack, #policy" in world.say("northern ferry")


@pytest.mark.parametrize("channel", ["C0BOARD", "D0ANNA"])
def test_a_private_message_needs_a_clear_yes(world: World, channel: str):
    world.slack.direct("U0ANNA")
    view = choose(world, said(world, FERRY, channel=channel))
    assert "all in this workspace may find and read" in shown(world, view)

    assert submit(world, view).reason == "incomplete", "Slack holds it back"
    forged = view_submission(world, view)
    assert "Check the box" in str(bring(world, forged).answer["errors"][CONSENT])
    assert "Nothing on" in world.say("northern ferry")

    submit(world, view, checked=(CONSENT,))
    found = world.say("northern ferry", user="U0BELA")
    assert "runs twice a day" in found
    assert "board" not in found, "nor is a private channel's name told"


def view_submission(world: World, view: str, *, user: str = "U0ANNA", **other: Any) -> dict[str, Any]:
    shown_ = {**world.slack.views[view].view, "id": view, "state": {"values": {}}}
    return {
        "type": "view_submission",
        "team": {"id": world.slack.team},
        "user": {"id": user, "name": "someone"},
        "view": shown_,
        **other,
    }


def bring(world: World, body: dict[str, Any]) -> Outcome:
    content, content_type = written("interactive", body)

    async def brought() -> Outcome:
        return await world._bring("interactive", body, {})

    assert AsyncBoltRequest(body=content.decode(), headers={"content-type": content_type}).body
    return asyncio.run(brought())


def test_the_same_message_is_added_once(world: World):
    message = said(world, FERRY)
    add(world, message)

    told = add(world, message, user="U0CLEO")

    assert "anna added it on 2 March 2026" in told
    assert "1 passage on" in world.say("northern ferry")
    assert [entry.what for entry in Audit(world.briefbot.database).newest(limit=9)] == ["clip added"]


def test_a_modal_that_is_sent_twice_adds_once(world: World):
    view = choose(world, said(world, FERRY))
    body = view_submission(world, view)

    first, second = (bring(world, body).answer for _ in range(2))

    assert "The message is in the library." in str(first)
    assert "anna added it on 2 March 2026" in str(second).replace("someone", "anna")
    assert len(Audit(world.briefbot.database).newest(limit=9)) == 1


def test_two_sent_at_the_same_moment_add_once(world: World):
    view = choose(world, said(world, FERRY))
    body = view_submission(world, view)

    async def both() -> list[Outcome]:
        return await asyncio.gather(*(world._bring("interactive", body, {}) for _ in range(4)))

    answers = asyncio.run(both())

    assert {answer.answer["response_action"] for answer in answers} == {"update"}
    assert len(Audit(world.briefbot.database).newest(limit=9)) == 1


def test_a_message_that_was_edited_is_added_as_it_stands_now(world: World):
    message = said(world, FERRY)
    add(world, message)
    message.text = FERRY.replace("twice", "thrice")

    add(world, message)

    assert "thrice a day" in world.say("northern ferry")
    assert "Nothing on" in world.say('"twice a day"')
    acts = [entry.what for entry in Audit(world.briefbot.database).newest(limit=9)]
    assert acts == ["clip changed", "clip added"]


def test_two_people_who_say_the_same_are_two_clips(world: World):
    add(world, said(world, FERRY))
    world.now += datetime.timedelta(minutes=1)
    add(world, said(world, FERRY, user="U0CLEO"))

    assert "1 clip of yours" in click(world, list_of(world))
    assert "bela, Slack" in world.say("northern ferry"), "the last one, cleo's, is gone"


@pytest.mark.parametrize(
    ("text", "stated", "why"),
    [
        ("", {}, "no text of its own"),
        ("  \n ", {}, "no text of its own"),
        ("", {"files": [{"id": "F1"}]}, "a file and no text"),
        (FERRY, {"bot_id": "B1"}, "An app wrote this message"),
        (FERRY, {"user": ""}, "An app wrote this message"),
    ],
)
def test_what_has_no_text_of_a_person_is_refused_kindly(
    world: World, text: str, stated: dict[str, Any], why: str
):
    message = said(world, text, **stated)

    view = choose(world, message)

    assert why in shown(world, view)
    assert "submit" not in world.slack.views[view].view


def test_a_message_that_was_deleted_meanwhile_is_not_added(world: World):
    message = said(world, FERRY)
    view = choose(world, message)
    world.slack.messages.remove(message)

    submit(world, view)

    assert "was deleted meanwhile" in shown(world, view)
    assert "Nothing on" in world.say("northern ferry")


def test_a_very_long_message_is_added_whole(world: World):
    text = " ".join(f"Sentence {number} of the harbour log says wind{number}." for number in range(1, 1000))[
        :40_000
    ]
    view = choose(world, said(world, text))
    assert "all of its 40,000 characters are added" in shown(world, view)

    submit(world, view)

    assert "wind700" in world.say("wind700")


def test_what_is_not_confirmed_is_forgotten(world: World):
    view = choose(world, said(world, FERRY))
    asyncio.run(Viewing(world.slack, world._bring).close(world.slack.views[view], user="U0ANNA"))
    assert offers(world) == []

    late = choose(world, said(world, FERRY))
    world.now += OFFERED
    submit(world, late)
    assert "choose Add to library on the message once more" in shown(world, late)
    choose(world, said(world, "Another one."))
    assert len(offers(world)) == 1


def offers(world: World) -> list[str]:
    with world.briefbot.database.reading() as connection:
        return [row.id for row in connection.execute(offer.select())]


def test_what_is_offered_to_one_is_not_added_by_another(world: World):
    view = choose(world, said(world, FERRY))

    for other in ({"user": {"id": "U0CLEO"}}, {"team": {"id": "T0OTHER"}}):
        told = bring(world, view_submission(world, view) | other).answer
        assert "once more" in str(told)

    assert "Nothing on" in world.say("northern ferry")


def test_where_slack_tells_no_workspace_nothing_is_done(world: World):
    message = said(world, FERRY)
    body = {
        "type": "message_action",
        "callback_id": ADD,
        "team": None,
        "user": {"id": "U0ANNA"},
        "channel": {"id": "C0POLICY", "name": "policy"},
        "message": {"ts": message.ts, "user": "U0BELA", "text": FERRY},
        "trigger_id": world.slack.new_trigger(),
    }

    bring(world, body)

    [view] = world.slack.views.values()
    assert "did not tell in which workspace" in draw(view.view, width=1000)
    assert offers(world) == []


def test_who_belongs_to_another_workspace_adds_and_removes_nothing(world: World):
    message = said(world, FERRY)
    add(world, message)
    [clip], _ = Clips(world.briefbot.database).of("T0LOCAL", user=None, limit=9)
    stranger = {"id": "U0ANNA", "team_id": "T0STRANGE", "name": "anna"}
    view = choose(world, said(world, "Another one."))

    told = bring(world, view_submission(world, view) | {"user": stranger}).answer
    bring(
        world,
        {
            "type": "block_actions",
            "team": {"id": world.slack.team},
            "user": stranger,
            "channel": {"id": "C0POLICY"},
            "container": {"is_ephemeral": False},
            "response_url": f"{world.server.address}/respond/{world.slack.new_response_url('U0ANNA', 'C0POLICY')}",
            "actions": [{"action_id": REMOVE, "value": f"{clip.document_id} 0", "type": "button"}],
        },
    )

    assert "You belong to another workspace" in str(told)
    assert "You belong to another workspace" in world.slack.visible("C0POLICY", user="U0ANNA")[-1].text
    assert Clips(world.briefbot.database).of("T0LOCAL", user=None, limit=9) == ([clip], 1)


def test_where_the_modal_comes_too_late_it_says_so(world: World):
    message = said(world, FERRY)
    world.server.faults.append(Fault("429", "views.open"))

    asyncio.run(world.people.shortcut(ADD, user="U0ANNA", channel="C0POLICY", ts=message.ts))

    [told] = [one for one in world.slack.visible("C0POLICY", user="U0ANNA") if one.seen_by]
    assert "do it once more" in told.text
    assert offers(world) == []


def test_who_added_a_message_takes_it_back(world: World):
    add(world, said(world, FERRY))
    passage = world.say("northern ferry").rsplit(" · ", 1)[1].split()[0]

    seen = list_of(world)
    count = len(world.slack.messages)

    told = click(world, seen)

    assert "Removed: The northern ferry" in told
    assert len(world.slack.messages) == count, "it stands in place of the list"
    assert "No clip of yours is in the library." in told
    assert "Nothing on" in world.say("northern ferry")
    gone = world.say(f"show {passage}")
    assert "was removed" in gone
    assert "ferry" not in gone, "its words are gone as well"
    acts = [(entry.who.name, entry.what) for entry in Audit(world.briefbot.database).newest(limit=9)]
    assert acts == [("anna", "clip removed"), ("anna", "clip added")]


def test_nothing_of_a_removed_message_is_kept(world: World):
    add(world, said(world, FERRY))
    click(world, list_of(world))

    with world.briefbot.database.reading() as connection:
        [row] = connection.execute(document.select().where(document.c.workspace != ""))
    kept = " ".join(str(value) for value in row)
    assert "ferry" not in kept.lower()
    assert "bela" not in kept


def test_a_message_that_was_taken_back_can_be_added_again(world: World):
    message = said(world, FERRY)
    add(world, message)
    click(world, list_of(world))

    add(world, message)

    assert "bela, Slack, #policy, 2026-03-02" in world.say("northern ferry")


def test_a_second_click_says_that_it_is_gone(world: World):
    add(world, said(world, FERRY))
    seen = list_of(world)
    stale = dataclasses.replace(seen, blocks=seen.blocks)
    click(world, seen)

    assert "That was removed already." in click(world, stale)
    assert len(Audit(world.briefbot.database).newest(limit=9)) == 2


def test_an_act_that_cannot_be_written_down_is_not_done(world: World):
    add(world, said(world, FERRY))
    clips = Clips(world.briefbot.database)
    [clip], _ = clips.of("T0LOCAL", user=None, limit=9)
    nameless: Any = None

    with pytest.raises(StoreError):
        clips.remove("T0LOCAL", clip.document_id, Actor("U0ANNA", nameless), now=world.now)

    assert clips.find("T0LOCAL", document_id=clip.document_id) == clip
    world.briefbot.index.follow(world.briefbot.library)
    assert "runs twice a day" in world.say("northern ferry")


def test_nobody_takes_back_what_someone_else_added(world: World):
    add(world, said(world, FERRY))
    [clip], _ = Clips(world.briefbot.database).of("T0LOCAL", user=None, limit=9)
    action = {"action_id": REMOVE, "value": f"{clip.document_id} 0"}

    seen = list_of(world, user="U0CLEO")
    assert "No clip of yours" in draw({"blocks": seen.blocks}, width=1000)
    asyncio.run(world.people.click(action, user="U0CLEO", channel=seen.channel, ts=seen.ts))

    told = world.slack.visible(seen.channel, user="U0CLEO")[-1]
    assert "anna added that; only they or an operator can remove it." in told.text
    assert "runs twice a day" in world.say("northern ferry")


@pytest.mark.parametrize("role", ["is_admin", "is_owner"])
def test_slacks_admins_and_owners_take_back_what_others_added(world: World, role: str):
    setattr(world.slack.users["U0CLEO"], role, True)
    add(world, said(world, FERRY))

    seen = list_of(world, user="U0CLEO")

    assert "1 clip in this workspace" in draw({"blocks": seen.blocks}, width=1000)
    assert "added by anna" in draw({"blocks": seen.blocks}, width=1000)
    assert "Removed: The northern ferry" in click(world, seen, user="U0CLEO")
    [removed, _] = Audit(world.briefbot.database).newest(limit=9)
    assert (removed.who.id, removed.what) == ("U0CLEO", "clip removed")
    assert removed.on.endswith(", from #policy, added by anna (U0ANNA)")


def test_without_the_scope_only_those_named_are_operators(briefbot: Briefbot, write: Write):
    config = replace(briefbot.config, roles=replace(briefbot.config.roles, operators=("U0BELA",)))
    with opened(replace(briefbot, config=config), write, NOW) as world:
        world.slack.scopes -= {"users:read"}
        world.slack.users["U0CLEO"].is_admin = True
        add(world, said(world, FERRY))

        assert "No clip of yours" in world.say("clips", user="U0CLEO")
        assert "Removed: The northern" in click(world, list_of(world, user="U0BELA"), user="U0BELA")


def test_who_is_an_operator_is_asked_once_in_some_minutes(world: World):
    world.say("clips")
    world.slack.users["U0ANNA"].is_admin = True

    assert "of yours" in world.say("clips")


def test_a_long_list_is_turned_page_by_page(world: World):
    for number in range(12):
        add(world, said(world, f"Harbour note number {number} of the day."))
        world.now += datetime.timedelta(minutes=1)

    seen = list_of(world)
    told = draw({"blocks": seen.blocks}, width=1000)
    assert "12 clips of yours in the library*  1 to 10" in told
    assert "number 11 of" in told

    told = click(world, seen, 10)
    assert "11 to 12" in told
    assert "number 0 of" in told
    assert "Previous clips" in told


def test_two_workspaces_with_the_same_ids_see_nothing_of_each_other(briefbot: Briefbot, write: Write):
    with opened(briefbot, write, NOW) as ours, opened(briefbot, write, NOW) as theirs:
        theirs.slack.team = "T0THEIRS"
        mine, others = said(ours, FERRY), said(theirs, FERRY.replace("northern", "southern"))
        assert (mine.channel, mine.ts) == (others.channel, others.ts)
        add(ours, mine)
        assert "Nothing on" in theirs.say("northern ferry")
        assert "No clip of yours" in theirs.say("clips")

        assert "The message is in the library." in add(theirs, others)

        assert "southern" not in ours.say("ferry")
        assert "northern" not in theirs.say("ferry")
        [clip], _ = Clips(briefbot.database).of("T0LOCAL", user=None, limit=9)
        action = {"action_id": REMOVE, "value": f"{clip.document_id} 0"}
        seen = list_of(theirs)
        asyncio.run(theirs.people.click(action, user="U0ANNA", channel=seen.channel, ts=seen.ts))
        assert "runs twice a day" in ours.say("northern ferry")
        acts = Audit(briefbot.database).newest(limit=9, workspace="T0THEIRS")
        assert [entry.what for entry in acts] == ["clip added"]


HOSTILE = st.text(max_size=400) | st.text(
    alphabet="<>|@#!&;ltgamp*_`~^CUW0123:/.\n \u202e\ud800\0", max_size=200
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE, name=HOSTILE.filter(bool), channel=HOSTILE.filter(bool))
def test_any_text_is_shown_and_listed_inert_and_within_limits(
    world: World, text: str, name: str, channel: str
):
    eve = User(world.slack.new_id("U0EVE"), name)  # What was told of a person holds for minutes.
    world.slack.users[eve.id] = eve
    world.slack.users["U0ANNA"].is_admin = True
    place = world.slack.channels.setdefault("C0EVE", world.slack.channels["C0POLICY"])
    world.slack.channels["C0EVE"] = replace(place, id="C0EVE", name=channel)
    message = said(world, text, user=eve.id, channel="C0EVE")

    view = choose(world, message, user=eve.id)
    assert view_fault(world.slack.views[view].view) is None
    assert '"mrkdwn"' not in str(world.slack.views[view].view)
    if "submit" in world.slack.views[view].view:
        assert submit(world, view, user=eve.id, checked=(CONSENT,)).status == 200
        assert view_fault(world.slack.views[view].view) is None
        assert "in the library" in shown(world, view)
        seen = list_of(world)
        check({"text": seen.text, "mrkdwn": False, "blocks": seen.blocks})
        assert "added by" in draw({"blocks": seen.blocks}, width=1000)
        assert "Removed:" in click(world, seen)
