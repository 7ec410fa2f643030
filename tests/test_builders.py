"""Every message, modal, Home and suggestion, made of any text: within Slack's limits, inert, readable.

What makes one is found by what it says that it returns: one that stands on none of the lists below fails.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import anything as some
import pytest
from conftest import NOW, Write
from hypothesis import given
from hypothesis import strategies as st
from limits import check, check_options, check_view, texts
from starlette.responses import HTMLResponse
from test_home import visits
from world import World, opened

from bot.app import Briefbot
from bot.config import ROOT
from bot.document import Document, Excerpt, Passage
from bot.search.answer import Answer, Hit
from bot.search.query import Query
from bot.slack import (
    answering,
    answers,
    clip_views,
    file_views,
    form,
    notice,
    passages,
    source_views,
    turning,
)
from bot.slack.suggesting import Suggesting
from bot.store.records import Draft
from digests import digest, footer, joining, news, owning, panel, quiet, quoting, replies
from digests.chart import without_charts
from digests.delivery import Content
from digests.forms import fields
from digests.forms.fields import Carried, Filled
from digests.home import operators, page, visiting
from digests.home.page import Pages
from digests.past import PastDigest
from digests.verbs import WAYS

MADE = re.compile(r"\b(Block|Message|Content|Reply|HTMLResponse)\b")
"""What is returned by what makes something that people see."""

ids, yes, command = some.IDS, st.booleans(), some.COMMAND
counts = st.integers(0, 10**7)
contents = st.builds(digest.lay_out, some.WEEKS, st.just(set()), some.DELIVERIES, command=command)
messages = st.builds(answers.refusal, some.TEXT)
pasts = st.builds(
    lambda content: PastDigest("d", "C1", "s", NOW, content.messages),
    contents.filter(lambda one: one.messages),
)
kinds = st.sampled_from(("subscriptions", "channel_schedules", "messages", "clips", "questions"))
kept = st.dictionaries(kinds, some.few(st.dictionaries(st.sampled_from(("query", "for")), some.STORED)))

MESSAGES: Mapping[Callable[..., Any], st.SearchStrategy[Any]] = {
    answers.found: st.builds(answers.found, some.ANSWERS, command=command, before=some.few(ids, 40)),
    answers.why: st.builds(answers.why, some.ANSWERS),
    answers.nothing: st.builds(answers.nothing, some.ANSWERS, command=command),
    answers.removed: st.builds(answers.removed, ids, some.REMOVALS, command=command),
    answers.unknown: st.builds(answers.unknown, some.ANY, command=command),
    answers.topics: st.builds(
        lambda declared, count: answers.topics(dict.fromkeys(declared, count), declared, command="/brief"),
        some.DECLARED,
        counts,
    ),
    answers.usage: st.builds(
        answers.usage, command, some.few(some.ANY), documents=counts, passages=counts,
        more=st.just(WAYS),
    ),
    answers.greeting: st.builds(
        answers.greeting, command, some.few(some.ANY), documents=counts, passages=counts
    ),
    answers.refusal: st.builds(answers.refusal, some.ANY.map("It says {}".format)),
    answers.apology: st.builds(answers.apology, some.TEXT, command=command),
    clip_views.clips: st.builds(
        clip_views.clips, some.few(some.CLIPS, clip_views.PER_PAGE), counts, counts,
        note=some.ANY, is_all=yes, command=command,
    ),
    source_views.added: st.builds(
        source_views.added, some.SOURCES, st.none() | some.VISITED, command=command
    ),
    source_views.known: st.builds(source_views.known, some.STATUSES, command=command),
    source_views.sources: st.builds(
        lambda found, total, offset, note: source_views.sources(
            found, total, offset, note=note, removable=[one.source.address for one in found], command="/brief"
        ),
        some.few(some.STATUSES, source_views.PER_PAGE), counts, counts, some.ANY,
    ),
    file_views.told: st.builds(file_views.told, some.few(some.BROUGHT, 10, least=1), command=command),
    passages.passage: st.builds(passages.passage, some.EXCERPTS, some.few(some.ADDRESSES, 5)),
    passages.shared: st.builds(
        passages.shared, some.EXCERPTS, st.just("U0ANNA"), some.NAMES, command=command
    ),
    passages.around: st.builds(
        passages.around, some.few(some.EXCERPTS, 7), some.EXCERPTS, beside=st.integers(1, 3), most=st.just(3)
    ),
    passages.alike: st.builds(passages.alike, some.few(some.HITS, 8), some.EXCERPTS, command=command),
    passages.citations: st.builds(passages.citations, some.EXCERPTS),
    joining.gets: st.builds(
        joining.gets, some.few(some.DIGESTS, 5, least=1), some.few(some.SUBSCRIPTIONS, 20), command
    ),
    joining.gets_nothing: st.builds(joining.gets_nothing, some.CONFIGS),
    operators.page: st.builds(
        operators.page, some.SEEN, st.just("") | some.ANY.map("Done: {}".format), zone=st.just("UTC")
    ),
    owning.what_is_kept: st.builds(owning.what_is_kept, kept),
    panel.preview: st.builds(
        lambda content, quiet: panel.preview(content, quiet=quiet, command="/brief"),
        contents | st.just(Content(())),
        some.ANY.map("Nothing: {}".format),
    ),
    panel.listing: st.builds(panel.listing, some.ANSWERS, some.QUERIES, st.integers(0, 10**6)),
    panel.settings: st.builds(panel.settings, some.DIGESTS, command=command),
    panel.past: st.builds(panel.past, some.few(pasts, 2), st.just("UTC"), command=command),
    panel.opened: st.builds(panel.opened, pasts),
    replies.subscribed: st.builds(
        replies.subscribed, some.SUBSCRIPTIONS,
        some.ANSWERS.map(lambda told: replace(told, hits=told.hits[: replies.EXAMPLES])),
        is_new=yes, is_afar=yes, command=command,
    ),
    replies.how_to_subscribe: st.builds(replies.how_to_subscribe, some.ANY, command=command),
    replies.silenced: st.builds(replies.silenced, some.SUBSCRIPTIONS, some.SETTERS, is_pause=yes),
    replies.subscriptions: st.builds(
        replies.subscriptions, some.few(some.SUBSCRIPTIONS, 30), some.few(some.SUBSCRIPTIONS, 20),
        some.few(some.DIGESTS, 5), st.sets(ids), command=command,
    ),
    replies.unsubscribed: st.builds(
        replies.unsubscribed, some.few(some.SUBSCRIPTIONS, 9, least=1), command=command
    ),
    replies.scheduled: st.builds(replies.scheduled, some.DIGESTS, is_new=yes, is_afar=yes, command=command),
    replies.stopped: st.builds(
        replies.stopped, some.few(some.DIGESTS, 5, least=1), left=st.integers(0, 4), command=command
    ),
    replies.ended: st.builds(replies.ended, some.DIGESTS, some.SETTERS, again=some.TEXT),
    replies.announcement: st.builds(
        replies.announcement, st.builds(replies.announced, some.DIGESTS, some.STORED), some.SETTERS,
        command=command,
    ),
    replies.said: st.builds(replies.said, some.ANY.map("It says {}".format)),
}  # fmt: skip
"""What makes a message that someone is answered with."""

SENT: Mapping[Callable[..., Any], st.SearchStrategy[Content]] = {
    digest.lay_out: contents,
    news.news: st.builds(news.news, some.DELIVERIES, some.FRESH, command=command),
    quiet.lay_out_quiet: st.builds(
        quiet.lay_out_quiet, some.WEEKS, st.just(set()), some.DELIVERIES,
        shelf=st.none() | some.THEMES, last_told=st.none() | st.just(NOW), command=command,
    ),
}  # fmt: skip
"""What makes the messages of a delivery."""

VIEWS: Mapping[Callable[..., Any], st.SearchStrategy[Any]] = {
    answering.in_window: st.builds(answering.in_window, messages, some.ANY),
    clip_views.added: st.builds(
        clip_views.added, st.none() | some.CLIPS, some.few(some.BROUGHT, 10), is_new=yes, command=command
    ),
    clip_views.confirmation: st.builds(
        clip_views.confirmation, some.SAID, st.just("0" * 32), some.LOOKED
    ),
    clip_views.refused: st.builds(clip_views.refused, some.ANY, some.LOOKED),
    form.form: st.builds(form.form, some.CONFIGS),
    fields.answer: st.builds(fields.answer, some.TEXT, messages),
    fields.form: st.builds(
        lambda filled, changes, instant: fields.form(
            Carried(changes),
            "form",
            ("One", "Another"),
            [*fields.who(filled, Carried(changes)), *fields.when(filled, zone="UTC", instant=instant)],
        ),
        st.builds(
            Filled, is_here=yes, channel=st.sampled_from(("", "C0POLICY")),
            often=st.sampled_from(("instant", "daily", "friday")), at=st.just("09:00"),
        ),
        st.sampled_from(("", "an_id")),
        yes,
    ),
    page.instead: st.builds(page.instead, messages),
    page.view: st.builds(
        page.view, visits(), st.builds(Pages, *[st.integers(0, 3)] * 4), command=command
    ),
}  # fmt: skip
"""What makes a modal or a Home."""

PAGES = {
    notice.notice: st.builds(notice.notice, some.STORED, some.STORED, link=st.tuples(some.TEXT, some.TEXT))
}
"""What makes a page for a browser."""

PARTS = {
    passages.cited, passages.acts, quoting.quoted_from, page.whose, operators.part, footer.sent, without_charts,
    fields.subscribe_button, fields.schedule_button, fields.who, fields.when, file_views.offered, file_views.brought_lines, replies.hearing, replies.heard,
    visiting.apology, turning.turns, "digests.chart.chart_block", "digests.pictures.Pictures.placed",
}  # fmt: skip
"""Parts of the above, and what goes through messages that are made."""

ACTS = {
    "bot.slack.clicks.done",
    "bot.slack.clip.Clipping.*", "bot.slack.clips.Taking.page", "bot.slack.adding.Adding.add", "bot.slack.adding.Adding.page", "bot.slack.command.answered",
    "bot.slack.reading.Clicks.*", "bot.slack.suggesting.Suggesting.*", "digests.choose.Matches.content",
    "digests.deliveries.Deliveries.fill", "digests.home.desk.Desk.*", "digests.digests.Digests.*",
    "digests.joining.Joining.told", "digests.home.oversight.Oversight.*", "digests.owning.Owning.*", "digests.planning.Found.content", "digests.telling.Themes.content",
    "digests.verbs.Verbs.*", "digests.forms.subscribing.Subscribing.*", "digests.forms.scheduling.Scheduling.*",
    "digests.forms.filling.Form.*",
}  # fmt: skip
"""What does something, and answers with one of the above or with a line of its own."""


def makers() -> Iterator[str]:
    """Yield the names of all public functions and methods that make something that people see."""
    files = [*(ROOT / "bot" / "slack").glob("*.py"), *(ROOT / "digests").rglob("*.py")]
    for path in sorted(set(files) - {ROOT / "bot" / "slack" / "blocks.py"}):
        for node in ast.parse(path.read_text()).body:
            whose = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
            for made in node.body if isinstance(node, ast.ClassDef) else [node]:
                if _makes(made) and _is_public(whose + made.name):
                    yield f"{_module(path)}.{whose}{made.name}"


def _makes(node: ast.stmt) -> bool:
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return is_function and node.returns is not None and bool(MADE.search(ast.unparse(node.returns)))


def _is_public(name: str) -> bool:
    return not any(part.startswith("_") for part in name.split("."))


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def named(maker: Callable[..., Any] | str) -> str:
    return maker if isinstance(maker, str) else f"{maker.__module__}.{maker.__qualname__}"


def test_all_that_makes_what_people_see_is_tried_with_any_text():
    known = {named(one) for one in (*MESSAGES, *SENT, *VIEWS, *PAGES, *PARTS)}
    acts = re.compile("|".join(one.replace(".", r"\.").replace("*", r"\w+") for one in ACTS))

    assert [one for one in makers() if one not in known and not acts.fullmatch(one)] == []
    assert known <= set(makers()), "what is no more is tried no more"


def tried(maker: Callable[..., Any]) -> str:
    return named(maker).removeprefix("bot.")


@pytest.mark.parametrize("maker", MESSAGES, ids=tried)
def test_any_message_keeps_slacks_limits_and_is_inert(maker: Callable[..., Any]):
    @some.TRIED
    @given(MESSAGES[maker])
    def holds(message: dict[str, Any]) -> None:
        check(message)
        check_view(answering.in_window(message))

    holds()


@pytest.mark.parametrize("maker", SENT, ids=tried)
def test_any_delivery_keeps_slacks_limits_and_is_inert(maker: Callable[..., Any]):
    @some.TRIED
    @given(SENT[maker])
    def holds(content: Content) -> None:
        for message in content.messages:
            check({**message, "blocks": without_charts(message["blocks"]), "mrkdwn": False})

    holds()


@pytest.mark.parametrize("maker", VIEWS, ids=tried)
def test_any_view_keeps_slacks_limits_and_is_inert(maker: Callable[..., Any]):
    @some.TRIED
    @given(VIEWS[maker])
    def holds(view: dict[str, Any]) -> None:
        check_view(view)

    holds()


@pytest.mark.parametrize("maker", PAGES, ids=tried)
def test_any_page_has_no_tags_but_its_own(maker: Callable[..., Any]):
    @some.TRIED
    @given(PAGES[maker])
    def holds(page: HTMLResponse) -> None:
        tags = Tags()
        tags.feed(bytes(page.body).decode())
        assert tags.seen <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "p", "a"}

    holds()


class Tags(HTMLParser):
    """Reads which tags there are."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


@some.TRIED
@given(excerpt=some.EXCERPTS, whole=st.sampled_from(some.WHOLE), times=st.integers(1, 3000))
def test_what_is_seen_as_one_character_is_never_cut(excerpt: Excerpt, whole: str, times: int):
    told = whole * times
    document = Document("d", title=told, author=told, publisher=told, file=told)
    long = replace(excerpt, document=document, text=told, section=(told,), context=told, topics=())
    hit = Hit(long, 1.0, ())
    answer = Answer(Query(told[:500]), (hit,) * 3, 9, told)
    kept = owning.what_is_kept({"questions": [{"text": told}]})
    for message in (
        answers.found(answer, command="/brief"), answers.nothing(answer, command="/brief"), kept,
        passages.passage(long), passages.citations(long), passages.alike([hit], long, command="/brief"),
    ):  # fmt: skip
        for text in [message["text"], *texts(message["blocks"])]:
            left = text.replace(whole, "")
            assert not set(left) & set(whole) - set("e"), left


def test_what_is_kept_is_shown_whole_as_far_as_it_fits():
    kept = {"questions": [{"text": "𝒳" * 500} for _ in range(5)]}

    message = owning.what_is_kept(kept)

    shown = "".join(
        element["elements"][0]["text"]
        for block in message["blocks"]
        for element in block.get("elements", ())
        if element["type"] == "rich_text_preformatted"
    )
    assert json.loads(shown) == kept


@pytest.fixture
def suggesting(briefbot: Briefbot) -> Suggesting:
    """Suggests from a library whose publishers and words may be anything."""
    for number, strange in enumerate(some.STRANGE):
        document = Document("", title=strange.replace("\0", ""), publisher=strange.replace("\0", "") * 20)
        text = f"Ports and {strange} ports{strange}".replace("\0", "")
        briefbot.library.put(Draft(document, f"t:{number}", (), (Passage(text),), text, "1"), now=NOW)
    briefbot.index.follow(briefbot.library)
    return Suggesting(briefbot.searcher, briefbot.library, briefbot.config)


@some.TRIED
@given(typed=some.ANY | st.sampled_from(("", "po", "&", "<", "ports <", " ")))
def test_any_suggestion_keeps_slacks_limits_and_is_inert(suggesting: Suggesting, typed: str):
    check_options(suggesting.words(typed, "T0LOCAL"))
    check_options(suggesting.sources(typed, "T0LOCAL"))


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        made.arrive("The port of <!channel> was *dredged* & ships can enter it.", title="Ports <@U1>")
        yield made


@some.TRIED
@given(
    verb=st.sampled_from(
        ("", "search ", "subscribe ", "subscribe here ", "unsubscribe ", "digest here ", "show ")
    ),
    typed=some.ANY,
    rest=st.sampled_from(("", '"port"', " daily 09:00", " monday")),
)
def test_whatever_is_typed_is_answered_within_slacks_limits(world: World, verb: str, typed: str, rest: str):
    assert "The log has it" not in world.say(f"{verb}{typed[:3000]}{rest}", channel="C0POLICY")
    world.say("subscriptions", channel="C0POLICY")
