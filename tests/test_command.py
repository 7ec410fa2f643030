"""The command through Bolt's own dispatch: the answer is the acknowledgement."""

import asyncio
import json
import logging
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from articles import BLOG, MARKDOWN
from conftest import NOW, Write
from limits import check
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.app import Briefbot, collector_of, local_app
from bot.library.ingest import Summary, remove
from bot.local_slack.draw import draw

Say = Callable[[str], str]


def dispatch(app: AsyncApp, **body: str) -> dict[str, Any]:
    told = {"command": "/brief", "team_id": "T1", "user_id": "U1", "channel_id": "C1", **body}
    request = AsyncBoltRequest(
        body=urllib.parse.urlencode(told),
        headers={"content-type": ["application/x-www-form-urlencoded"]},
    )
    response = asyncio.run(app.async_dispatch(request))
    assert response.status == 200
    message: dict[str, Any] = json.loads(response.body)
    return message


@pytest.fixture
def say(briefbot: Briefbot, write: Write, ingest: Callable[..., Summary]) -> Say:
    """Type a text after the command; return what is seen."""
    write("blog.txt", BLOG)
    ingest(write("vault.md", MARKDOWN).parent)
    app = local_app(briefbot, collector_of(briefbot))

    def say_(text: str) -> str:
        message = dispatch(app, text=text)
        check(message)
        assert message["response_type"] == "ephemeral"
        return draw(message, width=300)

    return say_


def test_a_question_is_answered_in_private(say: Say):
    assert "┃ The vault at Greyfell keeps 41,000 samples of *barley*" in say("barley")


@pytest.mark.parametrize("text", ["", "help", "HELP", "  help "])
def test_help_tells_how_with_this_librarys_examples(say: Say, text: str):
    shown = say(text)

    assert "/brief WORDS" in shown
    assert "2 documents" in shown
    assert "/brief energy" in shown or "/brief talent" in shown


def test_topics_are_listed_with_what_there_is(say: Say):
    assert "*talent*  4 passages" in say("topics")


def test_a_passage_is_opened_by_its_id(say: Say, briefbot: Briefbot):
    [passage] = briefbot.searcher.search("barley", today=NOW.date()).hits

    shown = say(f"show {passage.excerpt.id.upper()}")

    assert "*The seed vault at Greyfell*" in shown
    assert "M. Olsen, Northern Notes, 2024-05-09" in shown
    assert "Open the source: https://example.org/vault" in shown


def test_a_removed_passage_says_what_became_of_it(say: Say, briefbot: Briefbot):
    excerpt = briefbot.searcher.search("barley", today=NOW.date()).hits[0].excerpt
    remove(briefbot.library, excerpt.document.id, now=NOW)
    briefbot.index.follow(briefbot.library)

    assert "was removed with its document, The seed vault at Greyfell, on 2026-03-02" in say(
        f"show {excerpt.id}"
    )


def test_an_edited_passage_says_what_became_of_it(
    say: Say, briefbot: Briefbot, write: Write, ingest: Callable[..., Summary]
):
    excerpt = briefbot.searcher.search("barley", today=NOW.date()).hits[0].excerpt
    ingest(write("vault.md", MARKDOWN.replace("barley", "rye")))

    assert "was changed in The seed vault at Greyfell on 2026-03-02" in say(f"show {excerpt.id}")


def test_an_unknown_id_says_so(say: Say):
    assert "No passage has the id aaaaaaaaaaaa." in say("show aaaaaaaaaaaa")


@pytest.mark.parametrize("text", ["help wanted", "show me the vault", "topics of the vault", "search help"])
def test_a_verb_that_does_not_stand_alone_is_a_question(say: Say, text: str):
    assert "passage" in say(text) or "Nothing on" in say(text)
    assert "/brief WORDS" not in say(text)


def test_what_cannot_be_asked_says_why(say: Say):
    assert "There is no topic 'sea'" in say("topic:sea")
    assert "leave out" in say("-vault")


def test_entities_that_slack_writes_are_read_back(say: Say):
    assert "Nothing on *R&D*" in say("R&amp;D")


def test_a_bug_is_answered_with_an_apology_and_logged_without_what_was_typed(
    briefbot: Briefbot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(_searcher: object, text: str, **_named: object) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(type(briefbot.searcher), "search", broken)

    with caplog.at_level(logging.DEBUG, logger="bot"):
        shown = draw(dispatch(local_app(briefbot, collector_of(briefbot)), text="top secret merger"))

    [record] = [r for r in caplog.records if r.name.startswith("bot.")]
    assert "not your doing" in shown
    assert record.args[0] in shown  # type: ignore[index]
    assert "RuntimeError" in record.getMessage()
    assert "merger" not in record.getMessage()


HOSTILE = "The pier <!channel> is <@U123> new <https://evil.example|click> *bold* _x_ ~y~ `z` &amp; :smile: \u202egnp"


def test_a_document_cannot_act_in_slack(briefbot: Briefbot, write: Write, ingest: Callable[..., Summary]):
    ingest(
        write("hostile.txt", f"A report <!here>\n\n{HOSTILE} and grey, as the harbour master says today.\n")
    )

    message = dispatch(local_app(briefbot, collector_of(briefbot)), text="pier <!channel>")

    check(message)
    quoted = message["blocks"][1]["elements"][0]["elements"]
    assert "".join(run["text"] for run in quoted).startswith(HOSTILE.replace("\u202e", ""))
    assert {run["type"] for run in quoted} == {"text"}
    assert "<" not in message["text"]
