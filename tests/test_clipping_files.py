"""The files of a message are added to the library with it, where Briefbot may read them."""

import asyncio
from collections.abc import Iterator
from typing import Any

import office
import pytest
from conftest import NOW, Write
from hypothesis import HealthCheck, given, settings
from limits import check, check_view
from pdfs import Look, article
from test_clipping import FERRY, HOSTILE, add, bring, choose, click, list_of, shown, submit, view_submission
from webserver import Server as Web
from webserver import page
from world import World, opened

from bot.app import Briefbot
from bot.local_slack import files
from bot.local_slack.draw import draw
from bot.local_slack.server import Fault
from bot.local_slack.values import Message
from bot.local_slack.viewing import Viewing
from bot.net.fetch import Patience
from bot.slack import filing
from bot.slack.clip_views import CONSENT
from bot.slack.filing import LEASE, TRIES
from bot.store.audit import Actor, Audit
from bot.store.clips import Clips
from bot.store.tables import awaited, document, source

REPORT = (
    b"# The cranes of Ystad\n\nThe blue cranes of Ystad were replaced by an engineer from Turku in spring."
)
ANNA = Actor("U0ANNA", "anna")
ASKED = "blue cranes Ystad engineer"


@pytest.fixture
def world(briefbot: Briefbot, write: Write, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(filing, "READING", 60.0)  # What is read is waited for.
    with opened(briefbot, write, NOW) as made:
        made.slack.scopes |= {"files:read"}
        made.slack.add_channel("board", made.slack.users["U0ANNA"], made.slack.bot, is_private=True)
        yield made


def share(
    world: World,
    name: str = "cranes.md",
    content: bytes = REPORT,
    *,
    text: str = "",
    channel: str = "C0POLICY",
    **stated: Any,
) -> Message:
    return files.share(world.slack, channel, "U0BELA", name, content, text=text, **stated)


def found(world: World, question: str = ASKED) -> str:
    world.briefbot.index.follow(world.briefbot.library)
    return world.say(question)


def waiting(world: World) -> int:
    with world.briefbot.database.reading() as connection:
        return len(connection.execute(awaited.select()).all())


def direct(world: World) -> str:
    """What was written to Anna last."""
    told = world.slack.visible(world.slack.direct("U0ANNA").id)[-1]
    check({"text": told.text, "blocks": told.blocks, "mrkdwn": False})
    return draw({"blocks": told.blocks}, width=1000)


def look_again(world: World) -> None:
    """Do what the tick does."""
    asyncio.run(world.filing.read_left_over())


def test_a_message_is_added_with_its_file(world: World):
    made = article(1, Look())
    message = share(world, "harbour.pdf", made.data, text=FERRY)
    phrase = " ".join(made.paragraphs[4][0].split()[:7])

    view = choose(world, message)

    assert "will find this message and its files by search" in shown(world, view)
    assert f"*harbour.pdf*  {len(made.data) / 1000:.1f} KB" in shown(world, view)
    assert "left out" not in shown(world, view)
    assert world.slack.calls["files.info"] == 1
    assert "Nothing on" in world.say("northern ferry"), "it is not confirmed yet"

    submit(world, view)

    assert "The message is in the library." in shown(world, view)
    assert "*harbour.pdf* is in the library" in shown(world, view)
    assert "runs twice a day" in world.say("northern ferry")
    told = world.say(phrase)
    assert "page " in told
    assert "Slack, #policy" in told
    assert f"https://local.slack.com/archives/C0POLICY/p{message.ts.replace('.', '')}" in told
    assert waiting(world) == 0
    assert [entry.what for entry in Audit(world.briefbot.database).newest(limit=9)] == ["clip added"] * 2


def test_a_file_without_a_word_is_added(world: World):
    view = choose(world, share(world))
    assert "Shared by *bela* in #policy" in shown(world, view)

    submit(world, view)

    assert "*cranes.md* is in the library" in shown(world, view)
    assert "The message" not in shown(world, view)
    assert "from Turku in spring" in found(world)
    assert "No clip of yours" in click(world, list_of(world))
    assert "Nothing on" in found(world)


def test_without_the_scope_the_words_are_added_and_the_way_to_files_is_told(world: World):
    world.slack.scopes -= {"files:read"}

    view = choose(world, share(world, text=FERRY))

    assert "files are left out" in shown(world, view)
    assert "python -m bot manifest --with files" in shown(world, view)
    submit(world, view)
    assert "The message is in the library." in shown(world, view)
    assert "twice a day" in world.say("northern ferry")
    wordless = choose(world, share(world))
    assert "a file and no text" in shown(world, wordless)
    assert "python -m bot manifest --with files" in shown(world, wordless)
    assert "submit" not in world.slack.views[wordless].view


@pytest.mark.parametrize(
    ("name", "content", "stated", "why"),
    [
        ("a.png", b"PNG", {}, "of no kind that is read: PDF, Word"),
        ("a", b"a", {}, "of no kind that is read"),
        ("a.jsonl", b"{}", {}, "of no kind that is read"),
        ("a.pdf", b"", {}, ": is empty"),
        ("a.pdf", b"a", {"size": 20_000_001}, "larger than 20 MB"),
        ("a.pdf", b"a", {"is_external": True}, "outside of Slack"),
        ("a.pdf", b"a", {"mode": "external"}, "outside of Slack"),
        ("a.pdf", b"a", {"mode": "tombstone"}, "was deleted"),
        ("a.pdf", b"a", {"mode": "hidden_by_limit"}, "hidden by Slack"),
        ("a.pdf", b"a", {"file_access": "access_denied"}, "another organization's"),
        ("a.pdf", b"a", {"id": "../F1"}, "does not tell of it"),
        ("a.pdf", b"a", {"id": {"id": "F1"}}, "does not tell of it"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_reason(
    world: World, name: str, content: bytes, stated: dict[str, Any], why: str
):
    view = choose(world, share(world, name, content, text=FERRY, **stated))

    assert f"*{name}*" in shown(world, view)
    assert "left out: " in shown(world, view)
    assert why in shown(world, view)
    submit(world, view)
    assert f"*{name}*" not in shown(world, view)
    assert "The message is in the library." in shown(world, view)
    wordless = choose(world, share(world, name, content, **stated))
    assert why in shown(world, wordless)
    assert "submit" not in world.slack.views[wordless].view


def test_what_slack_tells_of_elsewhere_is_asked_for(world: World):
    message = share(world)
    [file] = message.files
    message.files = [{"id": file["id"], "mode": "file_access", "file_access": "check_file_info"}]

    assert "*cranes.md* is in the library" in add(world, message)
    assert "from Turku in spring" in found(world)


def test_a_snippet_is_read_by_what_slack_takes_it_for(world: World):
    view = choose(world, share(world, "Untitled", REPORT, filetype="text", mode="snippet"))

    submit(world, view)

    assert "*Untitled* is in the library" in shown(world, view)


def test_a_file_of_a_channel_without_briefbot_says_so(world: World):
    view = choose(world, share(world, channel="C0ELSEWHERE"))

    assert "shared where Briefbot is no member; invite it there" in shown(world, view)


def test_where_slack_does_not_tell_of_a_file_the_words_can_be_added(world: World):
    world.server.faults.append(Fault("500", "files.info"))

    view = choose(world, share(world, text=FERRY))

    assert "does not tell of it just now (SlackApiError); try again" in shown(world, view)
    assert "submit" in world.slack.views[view].view


def test_a_message_with_very_many_files_says_which_are_left_out(world: World):
    message = share(world)
    message.files *= 12

    view = choose(world, message)

    assert "2 more files are left out" in shown(world, view)
    check_view(world.slack.views[view].view)


def test_files_of_a_private_message_need_a_clear_yes(world: World):
    view = choose(world, share(world, channel="C0BOARD"))
    assert "Yes, all in this workspace may find and read the files of this message" in shown(world, view)

    assert "Check the box" in str(bring(world, view_submission(world, view)).answer["errors"][CONSENT])
    assert "Nothing on" in found(world)

    submit(world, view, checked=(CONSENT,))
    told = found(world)
    assert "from Turku in spring" in told
    assert "board" not in told


def test_the_same_file_is_one_clip_in_whatever_messages_it_is(world: World):
    message = share(world)
    add(world, message)
    again = world.slack.post("C0CHIPS", "U0CLEO", "", files=message.files)

    told = add(world, again, user="U0CLEO")

    assert "anna added it on 2 March 2026" in told
    assert "1 passage on" in found(world)
    assert len(Audit(world.briefbot.database).newest(limit=9)) == 1


def test_files_that_hold_the_same_are_removed_one_by_one(world: World):
    first = add(world, share(world, "one.md"))
    add(world, share(world, "two.md"))
    assert "*one.md* is in the library" in first

    click(world, list_of(world))
    assert "from Turku in spring" in found(world)
    click(world, list_of(world))

    assert "Nothing on" in found(world)
    with world.briefbot.database.reading() as connection:
        rows = connection.execute(document.select().where(document.c.workspace != "")).all()
        rows += connection.execute(source.select().where(source.c.workspace != "")).all()
    assert len(rows) == 4
    assert not any(word in str(rows) for word in ("cranes", "Ystad", "one.md", "two.md", "policy"))


def test_a_message_and_its_file_are_taken_back_each_by_itself(world: World):
    add(world, share(world, text=FERRY))

    assert "2 clips of yours in the library" in draw({"blocks": list_of(world).blocks}, width=1000)
    click(world, list_of(world))
    click(world, list_of(world))

    assert "Nothing on" in found(world)
    assert "Nothing on" in found(world, "northern ferry")


def test_a_file_that_was_edited_is_as_it_stands_now(world: World):
    message = share(world)
    add(world, message)
    [file] = world.slack.files.values()
    file.content = REPORT.replace(b"engineer", b"carpenter")

    add(world, message)

    assert "*carpenter* from Turku" in found(world, "blue cranes Ystad carpenter")
    acts = [entry.what for entry in Audit(world.briefbot.database).newest(limit=9)]
    assert acts == ["clip changed", "clip added"]


def test_a_modal_that_is_sent_twice_adds_once(world: World):
    view = choose(world, share(world))
    body = view_submission(world, view)

    first, second = (bring(world, body).answer for _ in range(2))

    assert "is in the library" in str(first)
    assert "added it on 2 March 2026" in str(second)
    assert len(Audit(world.briefbot.database).newest(limit=9)) == 1


def test_four_sent_at_the_same_moment_add_once(world: World):
    view = choose(world, share(world, text=FERRY))
    body = view_submission(world, view)

    async def all_() -> list[Any]:
        return await asyncio.gather(*(world._bring("interactive", body, {}) for _ in range(4)))

    answers = asyncio.run(all_())

    assert {answer.answer["response_action"] for answer in answers} == {"update"}
    assert len(Audit(world.briefbot.database).newest(limit=9)) == 2
    assert world.slack.calls["files.info"] == 2, "looked at, and read once"
    assert waiting(world) == 0


@pytest.mark.parametrize("carried", ["", " ", "0", "0 clip:F00000001", "\0" * 9, "a" * 3000, "' OR 1=1 --"])
def test_what_a_modal_carries_is_believed_of_nobody(world: World, carried: str):
    message = share(world)
    view = choose(world, message)
    world.slack.views[view].view["private_metadata"] = carried

    told = bring(world, view_submission(world, view)).answer

    assert "once more" in str(told)
    assert waiting(world) == 0
    assert "Nothing on" in found(world)


def test_what_is_offered_to_one_is_not_added_by_another(world: World):
    view = choose(world, share(world))

    for other in ({"user": {"id": "U0CLEO"}}, {"team": {"id": "T0OTHER"}}):
        assert "once more" in str(bring(world, view_submission(world, view) | other).answer)

    assert waiting(world) == 0


WORD_BOMB = office.word(office.paragraph("a" * 60_000_000))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"MZ\x90\0" + bytes(999), ": is no PDF"),
        ("a.txt", b"%PDF-1.4 and no more", ": is a PDF; name it .pdf"),
        ("a.docx", WORD_BOMB, "200 times as large unpacked"),
        ("a.md", b" \n", ": is empty"),
        ("a.txt", b"MZ\x90\0\3\0\0\0" * 99, ": "),
    ],
)
def test_a_file_that_is_no_document_is_told_with_the_reason(
    world: World, name: str, content: bytes, why: str
):
    told = add(world, share(world, name, content, text=FERRY))

    assert f"*{name}* is not added: " in told
    assert why in told
    assert "The message is in the library." in told
    assert waiting(world) == 0


def test_a_file_that_was_deleted_meanwhile_is_told(world: World):
    message = share(world, text=FERRY)
    view = choose(world, message)
    files.delete(world.slack, message.files[0]["id"])

    submit(world, view)

    assert "*cranes.md* is not added: is not to be seen by Briefbot: it was deleted" in shown(world, view)


def test_a_scope_that_was_taken_away_meanwhile_is_told(world: World):
    view = choose(world, share(world))
    world.slack.scopes -= {"files:read"}

    submit(world, view)

    assert "may not be read, as Briefbot lacks the scope files:read" in shown(world, view)


def test_a_page_to_log_in_is_no_file(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.local_slack.files.handed", lambda *_: files.Handed(200, HTML, files.LOGIN))

    assert "Slack wants a login in its place" in add(world, share(world))
    assert "Slack wants a login in its place" in add(world, share(world, "a.html", b"<html>" + bytes(99)))
    assert "Sign in" not in world.say("sign in slack")


HTML = {"Content-Type": "text/html; charset=utf-8"}


def test_a_web_page_is_a_file_like_others(world: World):
    content = b"<!DOCTYPE html><html><body><h1>Cranes</h1><p>" + REPORT + b"</p></body></html>"

    assert "*cranes.html* is in the library" in add(world, share(world, "cranes.html", content))


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault("cut", "download"), "broke off before the end"),
        (Fault("drop", "download"), "connection broke"),
        (Fault("500", "download"), "answers 500"),
        (Fault("429", "download"), "answers 429"),
    ],
)
def test_a_download_that_fails_is_told(world: World, fault: Fault, why: str):
    view = choose(world, share(world))
    world.server.faults.extend([fault] * 2)  # A dropped connection is made anew once.

    submit(world, view)

    assert "*cranes.md* is not added: " in shown(world, view)
    assert why in shown(world, view)
    assert "Nothing on" in found(world)


def test_a_download_that_takes_too_long_is_told(world: World):
    view = choose(world, share(world))
    world.filing.files._patience = Patience(total=0.05, silence=600)
    world.server.faults.append(Fault("slow", "download", seconds=30))

    submit(world, view)

    assert "does not answer in time" in shown(world, view)


def test_a_file_that_is_larger_than_slack_says_is_not_taken(world: World):
    view = choose(world, share(world, "a.md", b"a" * 2_000_001, size=9))
    world.filing.files._megabytes = 2

    submit(world, view)

    assert "sends more than 2,000,000 bytes" in shown(world, view)


def test_the_token_goes_to_nobody_but_slack(world: World):
    with Web({"/cranes.md": page(REPORT)}) as elsewhere:
        moved = share(world)
        [file] = world.slack.files.values()
        file.leads_to = elsewhere.at("/cranes.md")
        assert "Slack wants a login in its place" in add(world, moved)

        for address in (
            elsewhere.at("/cranes.md"),
            elsewhere.at("/cranes.md", host="files.slack.com.evil.test"),
            f"http://files.slack.com:{elsewhere.port}/cranes.md",
            f"http://127.0.0.1:{elsewhere.port}/files-pri/cranes.md",
            f"{world.server.address}@127.0.0.1:{elsewhere.port}/cranes.md",
            f"//127.0.0.1:{elsewhere.port}/cranes.md",
            "file:///etc/passwd",
        ):
            told = add(world, share(world, url_private_download=address))
            assert "*cranes.md* is not added: " in told

        assert elsewhere.connections == 0
    assert "Nothing on" in found(world)


def test_what_takes_longer_is_told_in_the_window(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(filing, "READING", 0.0)
    view = choose(world, share(world, text=FERRY))

    told = sent_and_done(world, view)

    assert "*cranes.md* is being read" in told
    assert "The message is in the library." in shown(world, view)
    assert "*cranes.md* is in the library" in shown(world, view)
    assert world.slack.calls["chat.postMessage"] == 0
    assert waiting(world) == 0


def test_who_closed_the_window_is_written_to(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(filing, "READING", 0.0)
    view = choose(world, share(world, "a.pdf", b"MZ"))

    sent_and_done(world, view, closes=True)

    assert "*a.pdf* is not added: is no PDF" in direct(world)
    assert waiting(world) == 0


def sent_and_done(world: World, view_id: str, *, closes: bool = False) -> str:
    """Send a modal; return what it says then, and wait for what goes on."""

    async def steps() -> str:
        await Viewing(world.slack, world._bring).submit(world.slack.views[view_id], {}, user="U0ANNA")
        told = shown(world, view_id)
        if closes:
            del world.slack.views[view_id]
        await asyncio.gather(*world.filing._afterwards._going_on)
        return told

    return asyncio.run(steps())


def test_what_was_begun_by_a_process_that_ended_is_done_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(filing, "READING", 0.0)
    view = choose(world, share(world))
    submit(world, view)  # With the loop ends whatever went on in it.
    assert "is being read" in shown(world, view)
    assert waiting(world) == 1

    look_again(world)

    assert "*cranes.md* is in the library" in direct(world)
    assert "from Turku in spring" in found(world)
    assert waiting(world) == 0
    look_again(world)
    assert world.slack.calls["chat.postMessage"] == 1


def test_what_was_begun_by_a_process_that_was_killed_is_done_when_its_time_is_over(world: World):
    killed(world, share(world))
    look_again(world)
    assert waiting(world) == 1, "it may be at it still"

    world.now += LEASE
    look_again(world)

    assert "*cranes.md* is in the library" in direct(world)


def killed(world: World, message: Message) -> None:
    """Let a process be killed between its answer and the reading."""
    view = choose(world, message)
    offer_id = world.slack.views[view].view["private_metadata"].partition(" ")[0]
    said = world.filing.clips.offered(offer_id, workspace="T0LOCAL", user="U0ANNA", now=world.now)
    assert said
    world.filing.awaited.add(said, ANNA, url=None, offer_id=offer_id, until=world.now + LEASE)


def test_a_file_that_ends_its_process_is_not_begun_for_ever(world: World):
    killed(world, share(world))
    for _ in range(TRIES - 1):
        world.now += LEASE
        assert world.filing.awaited.claim(now=world.now, until=world.now + LEASE)

    world.now += LEASE
    look_again(world)

    assert "Briefbot was stopped each time it began" in direct(world)
    assert waiting(world) == 0


def test_who_could_not_be_told_is_told_later(world: World):
    killed(world, share(world))
    world.now += LEASE
    world.server.faults.append(Fault("500", "chat.postMessage"))

    look_again(world)
    assert waiting(world) == 1
    world.now += LEASE
    look_again(world)

    assert "*cranes.md* is in the library" in direct(world)
    assert waiting(world) == 0


def test_who_asked_to_be_forgotten_adds_nothing_any_more(world: World):
    killed(world, share(world))

    Clips(world.briefbot.database).forget("T0LOCAL", ANNA, now=world.now)

    world.now += LEASE
    look_again(world)
    assert "Nothing on" in found(world)
    assert waiting(world) == 0


def test_who_asks_to_be_forgotten_while_it_is_read_adds_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    get = world.filing.files.get

    async def forgotten(*arguments: Any) -> Any:
        had = await get(*arguments)
        Clips(world.briefbot.database).forget("T0LOCAL", ANNA, now=world.now)
        return had

    monkeypatch.setattr(world.filing.files, "get", forgotten)

    add(world, share(world))

    assert "Nothing on" in found(world)


def test_a_reader_that_is_broken_off_leaves_its_file_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(filing, "READING", 0.0)
    view = choose(world, share(world))

    async def stopped() -> None:
        await Viewing(world.slack, world._bring).submit(world.slack.views[view], {}, user="U0ANNA")
        await world.filing.close()

    asyncio.run(stopped())

    assert waiting(world) == 1
    look_again(world)
    assert "*cranes.md* is in the library" in direct(world)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=HOSTILE, title=HOSTILE)
def test_any_name_is_shown_told_and_listed_inert(world: World, name: str, title: str):
    content = f"# Cranes\n\nThey were replaced in {world.slack.new_id('spring')}.".encode()
    message = share(world, "a.md", content, filetype="md")
    message.files[0] |= {"name": name, "title": title}
    world.slack.files[message.files[0]["id"]].stated |= {"name": name, "title": title, "filetype": "md"}
    view = choose(world, message)
    check_view(world.slack.views[view].view)
    if "submit" not in world.slack.views[view].view:
        return

    submit(world, view)

    check_view(world.slack.views[view].view)
    assert "is in the library" in shown(world, view)
    seen = list_of(world)
    check({"text": seen.text, "mrkdwn": False, "blocks": seen.blocks})
    assert "Removed:" in click(world, seen)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("<!channel> *x* <@U0CLEO>.md", "<!channel> *x* <@U0CLEO>.md"),
        ("../../etc/cranes.md", "*cranes.md*"),
        ("C:\\temp\\cranes.md", "*cranes.md*"),
        ("a\nb\x00\x1b[31m\u202ec.md", "a b [31m c.md"),
        (f"{'a' * 999}.md", f"{'a' * 50}"),
    ],
)
def test_a_name_is_no_path_and_does_nothing(world: World, name: str, told: str):
    view = choose(world, share(world, name, title=""))

    assert told in shown(world, view)
    assert "<!channel>" not in str([one for one in world.slack.views[view].view["blocks"] if "text" in one])
    submit(world, view)
    assert "is in the library" in shown(world, view)


def test_two_workspaces_see_nothing_of_each_others_files(
    briefbot: Briefbot, write: Write, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(filing, "READING", 60.0)
    with opened(briefbot, write, NOW) as ours, opened(briefbot, write, NOW) as theirs:
        theirs.slack.team = "T0THEIRS"
        for one in (ours, theirs):
            one.slack.scopes |= {"files:read"}
        mine, others = share(ours), share(theirs, content=REPORT.replace(b"Turku", b"Vaasa"))
        assert mine.files[0]["id"] == others.files[0]["id"]

        add(ours, mine)
        assert "Nothing on" in found(theirs)
        assert "*cranes.md* is in the library" in add(theirs, others)

        assert "Vaasa" not in found(ours)
        assert "Turku" not in found(theirs)
