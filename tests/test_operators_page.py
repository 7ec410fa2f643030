"""The operators' page: what it shows, to whom, what is done there, and what is taken along as a file."""

import csv
import datetime
import html
import io
import json
import re
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any

import pytest
import sqlalchemy as sa
from browser import Chromium, barriers, overflow
from conftest import NOW, Run, Write
from playwright.sync_api import Page as Tab
from served import Answer, ask, serving
from starlette.applications import Starlette
from starlette.routing import Route
from test_deliveries_command import in_doubt
from world import World, opened

from bot.app import Briefbot, operators_page
from bot.errors import ConfigError
from bot.loading import load
from bot.source import Source
from bot.store.audit import Actor, Audit, Entry, record
from bot.store.database import Database
from bot.web.health import healthz
from digests.chart import Chart, chart_block
from digests.operators.bars import Bar, lines
from digests.operators.lists import FILES
from digests.operators.page import OPERATORS, SHOWN, STATES
from digests.overview import IN_DOUBT, Overview
from digests.past import Past
from digests.schedule import Cadence, Kind, Plan, Setter
from digests.slots import When
from digests.subscriptions import Start, Subscriptions
from digests.tables import delivery, part
from digests.themes.trend import Trend

TOKEN = "sixteen or more of them"  # noqa: S105 - of these tests alone
CHIPS = "The factory has shipped the first wafer lot of its new semiconductor chips to buyers abroad."
CHART = Chart("Passages added a week", ("9 Feb", "16 Feb", "23 Feb"), (Trend("AI chips", (2, 2, 9)),))
OWN = {"Sec-Fetch-Site": "same-origin"}

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</caption></table><style>*{display:none}</style>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt; &amp; <!-- ",
    "W" * 400,
    "芯片 \u202eevil \u0007",
)


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        yield made


@dataclass
class Desk:
    """The page in front of who knows the token, and how often it had something sent at once."""

    world: World
    address: str
    cookie: str
    woken: list[str]

    def get(self, path: str = "", **query: str) -> Answer:
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        return ask(self.address, f"/operators{path}{asked}", {"Cookie": self.cookie})

    def sees(self, path: str = "", **query: str) -> str:
        """Return the text of a page."""
        return told(self.get(path, **query))

    def post(self, headers: dict[str, str] = OWN, *, workspace: str = "T0LOCAL", **fields: str) -> Answer:
        body = urllib.parse.urlencode(fields).encode()
        return ask(
            self.address, f"/operators?workspace={workspace}", {"Cookie": self.cookie, **headers}, body=body
        )

    def link(self, page: str, **query: str) -> dict[str, str]:
        """Return what the first link to *page* asks for."""
        [asked, *_] = re.findall(rf'href="/operators/{page}\?([^"]+)"', self.get("", **query).text)
        return dict(urllib.parse.parse_qsl(html.unescape(asked)))


def told(answer: Answer) -> str:
    assert answer.status == 200, answer.text
    words = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(html.unescape(words).split())


@contextmanager
def desk_of(world: World, *more: Route, **changed: Any) -> Iterator[Desk]:
    """Serve the page of *world*, with other parts where *changed* names some."""
    woken: list[str] = []
    parts = {"briefbot": world.briefbot, "sending": world.sending, "collector": world.collector, **changed}
    routes = operators_page(**parts, token=TOKEN, wake=lambda: woken.append("woken"), now=lambda: world.now)
    with serving(Starlette(routes=[*routes, *more])) as address:
        led = ask(address, f"/operators?token={urllib.parse.quote(TOKEN)}")
        yield Desk(world, address, led.cookie, woken)


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    with desk_of(world) as made:
        yield made


def digest_sent(world: World) -> None:
    """Let a channel be sent a digest that has a chart, as those have that look back on weeks."""
    world.say("digest here daily 09:00", channel="C0POLICY")
    world.arrive(CHIPS)
    world.tick(days=1)
    with world.briefbot.database.writing() as connection:
        last = sa.select(sa.func.max(part.c.number)).scalar_subquery()
        message = connection.scalar(sa.select(part.c.message).where(part.c.number == last))
        assert message
        charted = {**message, "blocks": [*message["blocks"], chart_block(CHART)]}
        connection.execute(part.update().where(part.c.number == last).values(message=charted))


def blocked(world: World) -> None:
    """Let a delivery fail since the channel is archived."""
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.arrive(f"{CHIPS} Another is at sea.")
    world.slack.archive("C0CHIPS")
    world.tick(days=1)


def test_who_does_not_know_the_token_sees_and_does_nothing(world: World, desk: Desk):
    blocked(world)
    [failed] = world.sending.overview.failed("T0LOCAL", limit=9)
    paths = ["", "/", "/digest", "/preview", "/static/operators.css"]
    paths += [f"/files/{name}.{kind}" for name in FILES for kind in ("csv", "json")]

    for path in paths:
        for cookie in ("", desk.cookie[:-1], f"{desk.cookie[:18]}{TOKEN}"):
            asked = ask(desk.address, f"/operators{path}", {"Cookie": cookie})
            assert (asked.status, "C0CHIPS" in asked.text) == (401, False), path
    body = f"delivery={failed.id}".encode()
    assert ask(desk.address, "/operators", OWN, body=body).status == 401
    assert world.sending.overview.counts() == {"blocked": 1}


def test_a_digest_that_was_sent_opens_as_it_was_posted_with_its_chart(world: World, desk: Desk):
    digest_sent(world)

    assert "3 March 2026, 08:00 C0POLICY daily digest" in desk.sees()
    shown = desk.get("/digest", **desk.link("digest"))
    assert CHIPS in told(shown)
    assert "set up by anna" in told(shown)
    assert "AI chips" in told(shown)
    assert 'aria-label="AI chips: 9 Feb: 2, 16 Feb: 2, 23 Feb: 9; up from a usual 2"' in shown.text
    assert "AI chips" in desk.sees(), "the last one's chart stands beside the list as well"


def test_a_digest_to_come_opens_what_it_would_say_now_and_posts_nothing(world: World, desk: Desk):
    world.say("digest here chips friday 16:00 Europe/Berlin", channel="C0CHIPS")
    world.arrive(CHIPS)
    world.sending.chooser.look_again()

    assert "6 March 2026, 15:00 C0CHIPS every Friday at 16:00 (Europe/Berlin) chips anna" in desk.sees()
    assert CHIPS in desk.sees("/preview", **desk.link("preview"))
    assert world.sent("C0CHIPS") == []
    assert "Next digest 6 March 2026, 15:00 in C0CHIPS" in desk.sees()


def test_what_people_get_for_themselves_is_counted_and_not_shown(world: World, desk: Desk):
    world.say("digest here daily 09:00")
    world.arrive(CHIPS)
    world.tick(days=1)
    [schedule] = world.sending.subscriptions.schedules(Kind.DIGEST, workspace="T0LOCAL")
    [sent] = world.sending.past.digests("T0LOCAL", schedule.plan.audience)

    assert "No channel gets a digest; 1 of people's own" in desk.sees()
    assert "No channel was sent one yet." in desk.sees()
    assert desk.get("/digest", delivery=sent.id).status == 404
    assert desk.get("/preview", schedule=schedule.id).status == 404
    for name in ("digests-sent", "digests-to-come"):
        assert json.loads(desk.get(f"/files/{name}.json").content) == []


def test_a_delivery_that_failed_is_sent_again_and_by_whom_is_written_down(world: World, desk: Desk):
    blocked(world)
    [failed] = world.sending.overview.failed("T0LOCAL", limit=9)
    assert "Deliveries 1 failed or in doubt" in desk.sees()
    assert "daily subscriptions blocked the channel is archived Send it again" in desk.sees()

    world.slack.unarchive("C0CHIPS")
    done = desk.post(delivery=failed.id)
    assert (done.status, desk.woken) == (303, ["woken"])
    path, _, query = done.headers["location"].removesuffix("#deliveries").partition("?")
    assert path == "/operators"
    assert "It is sent again within a minute." in desk.sees(**dict(urllib.parse.parse_qsl(query)))

    world.tick(minutes=1)
    assert len(world.sent("C0CHIPS")) == 1
    [act, *_] = Audit(world.briefbot.database).newest(limit=9)
    assert (act.workspace, act.who, act.what) == ("T0LOCAL", OPERATORS, "delivery retried")
    again = desk.post(delivery=failed.id)
    assert "retried=sent" in again.headers["location"]
    world.tick(minutes=1)
    assert len(world.sent("C0CHIPS")) == 1


def test_what_may_stand_twice_is_sent_again_after_a_question(world: World, desk: Desk):
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.arrive(CHIPS)
    in_doubt(world, scopes={"commands", "chat:write"}, repeats=False)

    assert "left 1" in desk.sees()
    asks = re.search(r"<details>.*?</details>", desk.get().text, re.DOTALL)
    assert asks
    assert "It may have arrived, and then it stands there twice." in asks[0]
    assert asks[0].count("<form") == desk.get().text.count('<form method="post"') == 1


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_another_page_sends_nothing_again(world: World, desk: Desk, headers: dict[str, str]):
    blocked(world)
    [failed] = world.sending.overview.failed("T0LOCAL", limit=9)

    assert desk.post(headers, delivery=failed.id).status == 403
    assert world.sending.overview.counts() == {"blocked": 1}


@pytest.mark.parametrize(
    "named", [{}, {"delivery": ""}, {"delivery": "%"}, {"delivery": "' OR 1=1"}, {"x": "y" * 20_000}]
)
def test_a_form_that_names_no_delivery_sends_none(world: World, desk: Desk, named: dict[str, str]):
    blocked(world)

    assert desk.post(**named).headers["location"].endswith("retried=#deliveries")
    assert "That delivery is no more." in desk.sees(retried="")
    assert world.sending.overview.counts() == {"blocked": 1}


def test_nothing_of_another_workspace_is_seen_or_sent(world: World, desk: Desk):
    digest_sent(world)
    blocked(world)
    [failed] = world.sending.overview.failed("T0LOCAL", limit=9)
    theirs = {"digest": desk.link("digest"), "preview": desk.link("preview")}
    with world.briefbot.database.writing() as connection:
        record(connection, Entry("T0OTHER", NOW, Actor("U1", "mallory"), "digest begun", "C0SECRET, daily"))
    world.briefbot.questions.note("merger", workspace="T0OTHER", user="U1", is_found=False, now=NOW)
    world.briefbot.questions.write()

    other = desk.sees(workspace="T0OTHER")
    assert "mallory" in other
    assert "merger" in other
    assert "C0CHIPS" not in other
    assert "Workspace T0LOCAL T0OTHER Show" in other, "one chooses among those of which something is known"
    assert "mallory" not in desk.sees(workspace="T0LOCAL")
    for page, query in theirs.items():
        assert desk.get(f"/{page}", **{**query, "workspace": "T0OTHER"}).status == 404
    assert (
        desk.post(workspace="T0OTHER", delivery=failed.id).headers["location"].endswith("retried=#deliveries")
    )
    assert world.sending.overview.counts("T0LOCAL")["blocked"] == 1
    for name in ("digests-sent", "digests-to-come", "deliveries"):
        assert json.loads(desk.get(f"/files/{name}.json", workspace="T0OTHER").content) == []
    assert desk.get(workspace="T0NOBODY").status == 404
    assert desk.post(workspace="T0NOBODY", delivery=failed.id).status == 404


def test_before_anything_has_happened_it_says_so(desk: Desk):
    seen = desk.sees()

    assert "No channel gets a digest." in seen
    assert "Nothing was to be delivered yet." in seen
    assert "Nothing was asked in vain." in seen
    assert "seeds folder not read yet" in seen


def test_deliveries_are_shown_by_their_state(world: World, desk: Desk):
    blocked(world)
    digest_sent(world)

    assert "Those that are sent: they arrived" in desk.sees(state="sent")
    assert "the channel is archived" not in desk.sees(state="sent")
    assert "the channel is archived" in desk.sees(state="blocked")
    assert "None is due." in desk.sees(state="due")
    assert desk.sees(state="<b>") == desk.sees()


def hostile(world: World) -> None:
    """Let all texts that others write be hostile: in digests, sources, questions, names and acts."""
    database = world.briefbot.database
    digest_sent(world)
    blocked(world)
    for number, text in enumerate(HOSTILE):
        world.arrive(f"{CHIPS} {number} {text}", title=text)
        for told in (text, f"=1+1{text}"):
            world.briefbot.questions.note(told, workspace="T0LOCAL", user="U1", is_found=False, now=NOW)
        with database.writing() as connection:
            record(connection, Entry("T0LOCAL", NOW, Actor(text[:30], text), text[:32], text))
            connection.execute(
                delivery.update()
                .where(delivery.c.state == "blocked")
                .values(reason="".join(HOSTILE[:number]))
            )
    world.briefbot.questions.write()
    world.say("digest here daily 10:00", channel="C0POLICY")
    world.tick(days=1)


@contextmanager
def hostile_desk(world: World) -> Iterator[Desk]:
    sources = tuple(
        Source(feed=f"https://example.org/{number}", name=text) for number, text in enumerate(HOSTILE)
    )
    library = replace(world.briefbot.config.library, sources=sources)
    world.collector._config = replace(world.briefbot.config, library=library)
    hostile(world)
    with desk_of(world) as desk:
        yield desk


class Marks(HTMLParser):
    """Reads the tags and the attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in {"href", "action", "src"}]


def test_no_text_of_others_acts_in_the_page(world: World):
    with hostile_desk(world) as desk:
        pages = [
            desk.get(),
            desk.get("/digest", **desk.link("digest")),
            desk.get("/preview", **desk.link("preview")),
        ]
        shown = desk.sees()

    for text in HOSTILE:
        assert " ".join(text.split()) in shown, "it is shown as its characters"
    for page in pages:
        marks = Marks()
        marks.feed(page.text)
        assert not marks.tags & {"script", "img", "style", "iframe"}
        assert not [name for name in marks.names if name.startswith("on") or name == "style"]
        for link in marks.links:
            assert link.startswith(("/operators", "#", "https://example.org/")) or link == "data:,", link


def test_files_hold_all_of_a_list(world: World, desk: Desk):
    for number in range(SHOWN + 5):
        world.briefbot.questions.note(f"q{number}", workspace="T0LOCAL", user="U1", is_found=False, now=NOW)
        with world.briefbot.database.writing() as connection:
            record(connection, Entry("T0LOCAL", NOW, Actor("U1", "mallory"), "digest begun", f"C{number}"))
    world.briefbot.questions.write()
    blocked(world)
    digest_sent(world)

    counts = {}
    for name, file in FILES.items():
        saved = desk.get(f"/files/{name}.csv", workspace="T0LOCAL")
        assert saved.headers["content-type"].startswith("text/csv")
        assert saved.headers["content-disposition"] == f'attachment; filename="briefbot-{name}-T0LOCAL.csv"'
        rows = list(csv.reader(io.StringIO(saved.content.decode("utf-8-sig"), newline="")))
        objects = json.loads(desk.get(f"/files/{name}.json", workspace="T0LOCAL").content)
        assert rows[0] == list(file.columns)
        assert all(list(one) == list(file.columns) for one in objects)
        assert len(objects) == len(rows) - 1
        counts[name] = len(objects)
    assert counts["questions"] == SHOWN + 5
    assert counts["acts"] == SHOWN + 7
    assert counts == {**counts, "digests-sent": 1, "digests-to-come": 1, "sources": 1}
    assert counts["deliveries"] == sum(world.sending.overview.counts().values())


def test_what_a_file_says_of_a_digest(world: World, desk: Desk):
    digest_sent(world)
    world.say("digest here chips, policy friday 16:00", channel="C0CHIPS")

    [sent] = json.loads(desk.get("/files/digests-sent.json").content)
    coming = json.loads(desk.get("/files/digests-to-come.json").content)
    assert sent["channel"] == "C0POLICY"
    assert sent["due_at"] == "2026-03-03T08:00:00+00:00"
    assert sent["says"].startswith("The first digest: 1 passage")
    assert [one["next"] for one in coming] == ["2026-03-04T08:00:00+00:00", "2026-03-06T15:00:00+00:00"]
    assert coming[1]["topics"] == ["chips", "policy"]
    assert "chips, policy" in desk.get("/files/digests-to-come.csv").text


def test_no_cell_of_a_file_is_a_formula(world: World):
    formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("https://evil.example")']
    for text in formulas:
        world.briefbot.questions.note(text, workspace="T0LOCAL", user="U1", is_found=False, now=NOW)
        with world.briefbot.database.writing() as connection:
            record(connection, Entry("T0LOCAL", NOW, Actor("U1", text), text[:32], text))
    world.briefbot.questions.write()

    with hostile_desk(world) as desk:
        for name in FILES:
            saved = desk.get(f"/files/{name}.csv").content.decode("utf-8-sig")
            for row in csv.reader(io.StringIO(saved, newline="")):
                assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        questions = csv.reader(
            io.StringIO(desk.get("/files/questions.csv").content.decode("utf-8-sig"), newline="")
        )
        kept = json.loads(desk.get("/files/questions.json").content)

    assert {f"'{text}" for text in formulas} <= {row[0] for row in questions}
    assert set(formulas) <= {one["text"] for one in kept}, "a program reads what was typed"


@pytest.mark.parametrize(
    "path", ["/files/secrets.csv", "/files/acts.html", "/files/acts.", "/files/..%2fx.csv"]
)
def test_there_are_no_other_files(desk: Desk, path: str):
    assert desk.get(path).status == 404


def test_reading_the_store_keeps_nobody_else_waiting(world: World):
    is_reading, answered = threading.Event(), threading.Event()

    class Slow:
        """Tells of the sources once another was answered."""

        def sources(self) -> list[Source]:
            is_reading.set()
            assert answered.wait(20)
            return []

    with desk_of(world, Route("/healthz", healthz), collector=Slow()) as desk:
        shown: list[int] = []
        asking = threading.Thread(target=lambda: shown.append(desk.get().status))
        asking.start()
        assert is_reading.wait(20)
        assert ask(desk.address, "/healthz").text == "ok"
        answered.set()
        asking.join()

    assert shown == [200]


def test_a_store_that_fails_is_told_in_words(world: World, desk: Desk):
    with world.briefbot.database.writing() as connection:
        connection.execute(sa.text("ALTER TABLE audit RENAME TO gone"))

    for answer in (desk.get(), desk.post(delivery="x" * 12), desk.get("/files/acts.csv")):
        assert answer.status == 503
        assert "That cannot be shown" in answer.text
        assert "Traceback" not in answer.text


def test_both_engines_tell_what_is_listed(database: Database):
    anna = Setter("U0ANNA", "anna")
    subscriptions = Subscriptions(database)
    states = ("sent", "sent", "blocked", "due")
    for audience in ("C0CHIPS", "U0ANNA"):
        plan = Plan("T1", audience, Kind.DIGEST, Cadence.DAILY, "UTC", When(None, "09:00", "UTC"))
        schedule, _ = subscriptions.begin(plan, anna, now=NOW, start=Start(0, NOW))
        for number, state in enumerate(states):
            row = {
                "id": f"{audience}{number}", "slot": str(number), "state": state, "workspace": "T1",
                "audience": audience, "schedule_id": schedule.id, "due_at": NOW + datetime.timedelta(days=number),
                "covers_from": 0, "covers_to": 1, "covers_since": NOW, "is_chosen": True, "attempt": 1,
            }  # fmt: skip
            message = {"text": f"Most on &lt;{number}&gt; &amp;lt;", "blocks": []}
            with database.writing() as connection:
                connection.execute(delivery.insert().values(**row))
                for at in (1, 2):
                    doubt = NOW if state == "due" else None
                    values = {
                        "delivery_id": row["id"],
                        "number": at,
                        "message": message,
                        "doubt_since": doubt,
                    }
                    connection.execute(part.insert().values(**values, sweeps=0))
    with database.writing() as connection:
        record(connection, Entry("T2", NOW, anna, "digest begun", "C1"))

    assert Overview(database).workspaces() == ["T1", "T2"]
    sent = Past(database).of_channels("T1", limit=None)
    assert [(one.id, one.says, one.set_up_by) for one in sent] == [
        ("C0CHIPS1", "Most on <1> &lt;", "anna"), ("C0CHIPS0", "Most on <0> &lt;", "anna"),
    ]  # fmt: skip
    assert len(Past(database).of_channels("T1", limit=1)) == 1
    overview = Overview(database)
    assert [one.state for one in overview.in_state("T1", IN_DOUBT, limit=9)] == [IN_DOUBT] * 2
    assert overview.in_state("T1", "due", limit=9) == []
    assert len(overview.in_state("T1", "sent", limit=9)) == 4
    assert len(overview.all("T1")) == 8
    assert overview.all("T2") == []
    assert set(overview.counts()) <= set(STATES)


def test_bars_are_as_high_as_what_they_count():
    chart = replace(CHART, trends=(Trend("a", (0, 5, 10)), Trend("b", (0, 0, 0))))

    first, second = lines(chart)

    assert first.bars == [
        Bar(0, 40, 0, "9 Feb: 0"), Bar(12, 20, 20, "16 Feb: 5"), Bar(24, 0, 40, "23 Feb: 10"),
    ]  # fmt: skip
    assert (first.width, first.last, first.beside) == (33, "10", "usually 2.5")
    assert {bar.height for bar in second.bars} == {0}


@pytest.mark.parametrize(("width", "is_dark"), [(1280, False), (1280, True), (360, False), (360, True)])
def test_it_has_no_barriers_and_fits_its_window(chromium: Chromium, world: World, width: int, is_dark: bool):
    world.briefbot.questions.note("merger", workspace="T0OTHER", user="U1", is_found=False, now=NOW)
    with hostile_desk(world) as desk:

        def look(tab: Tab) -> None:
            token = urllib.parse.quote(TOKEN)
            for path, query in (
                ("", {}),
                ("", {"retried": "blocked", "state": "blocked"}),
                ("/digest", desk.link("digest")),
                ("/preview", desk.link("preview")),
            ):
                tab.goto(f"{desk.address}/operators{path}?{urllib.parse.urlencode(query)}&token={token}")
                assert tab.locator("h1").count() == 1
                assert barriers(tab) == [], path
                assert overflow(tab) == 0, path

        chromium.visit(look, width=width, is_dark=is_dark)


REACHED = """() => {
  const seen = document.activeElement;
  const box = seen.getBoundingClientRect();
  return [seen.tagName, seen.textContent.trim().slice(0, 40), box.width > 0 && box.height > 0];
}"""


def goes_on(tab: Tab, tag: str, *, most: int) -> int:
    """Press Tab until an element of that *tag* has the focus; return how often that was."""
    for times in range(1, most + 2):
        tab.keyboard.press("Tab")
        assert tab.evaluate(REACHED)[2], "what has the focus is seen"
        if tab.evaluate(REACHED)[0] == tag:
            return times
    raise AssertionError(f"{tag} is not reached")


REACHABLE = "a[href], button, select, summary"


def test_all_of_it_is_reached_and_done_by_keyboard(chromium: Chromium, world: World):
    digest_sent(world)
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.arrive(CHIPS)
    in_doubt(world, scopes={"commands", "chat:write"}, repeats=False)
    with desk_of(world) as desk:

        def tabs(tab: Tab) -> None:
            tab.goto(f"{desk.address}/operators?token={urllib.parse.quote(TOKEN)}")
            known = tab.locator(REACHABLE).evaluate_all(
                "them => them.filter(one => one.checkVisibility()).length"
            )
            tab.keyboard.press("Tab")
            assert tab.evaluate(REACHED)[1:] == ["To the content", True], "the way past what is on every page"
            reached = 1 + goes_on(tab, "SUMMARY", most=known)
            tab.keyboard.press("Enter")
            tab.keyboard.press("Tab")
            assert tab.evaluate(REACHED)[1] == "Yes, send it again"
            reached += goes_on(tab, "BODY", most=known)
            assert reached == known + 1, "and none holds the focus"
            tab.locator("summary + form button").focus()
            tab.keyboard.press("Enter")
            assert tab.get_by_role("status").inner_text() == "It is sent again within a minute."

        chromium.visit(tabs)

    assert desk.woken == ["woken"]


def test_a_token_that_could_be_guessed_is_refused(run: Run):
    done = run("serve", environment={"BRIEFBOT_OPERATORS_TOKEN": "fifteen letters"})

    assert done.returncode == 1
    assert "BRIEFBOT_OPERATORS_TOKEN: has 15 characters and could be guessed; set one of 16" in done.stderr
    assert "fifteen" not in done.stderr
    with pytest.raises(ConfigError):
        load({"BRIEFBOT_OPERATORS_TOKEN": f"  {'x' * 15}  "})
    assert "x" * 16 not in repr(load({"BRIEFBOT_OPERATORS_TOKEN": "x" * 16}))
