"""Pages behind a token: who knows it gets in, and nobody else by any way."""

import asyncio
import hmac
import logging
import re
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from browser import Chromium, barriers, overflow
from jinja2 import UndefinedError
from playwright.sync_api import Page
from served import Answer, ask, serving
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from bot.web.gate import Gate, loopback_only
from bot.web.headers import HEADERS, with_headers
from bot.web.templating import static, templates

TOKEN = "correct-horse-battery-staple"  # noqa: S105 - of these tests alone
OWN = {"Sec-Fetch-Site": "same-origin"}
WRONG = ["", "x", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "é", "\x00", "x" * 20_000]


async def shown(request: Request) -> Response:
    if request.method == "POST":
        return PlainTextResponse("done")
    return HTMLResponse(
        '<!doctype html><html lang="en"><title>Secret</title><link rel="icon" href="data:,">'
        f"<main><h1>Secret</h1><form method=post><button>Act</button></form>{request.url.query}</main>"
    )


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("secret")
    await socket.close()


def pages(gate: Gate) -> Starlette:
    behind = [Middleware(gate.guarding)]
    return Starlette(
        routes=[
            Route("/desk", shown, methods=["GET", "POST"], middleware=behind),
            WebSocketRoute("/talk", talk, middleware=behind),
        ]
    )


@pytest.fixture
def address() -> Iterator[str]:
    with serving(pages(Gate(TOKEN))) as made:
        yield made


def is_asked(answer: Answer) -> bool:
    return (
        answer.status == 401 and "Secret" not in answer.text and "This page asks for a token" in answer.text
    )


def cookie(address: str, token: str = TOKEN) -> dict[str, str]:
    return {"Cookie": ask(address, f"/desk?token={token}").cookie}


def test_who_knows_the_token_is_let_in_and_it_leaves_the_address(address: str):
    led = ask(address, f"/desk?day=2+March&token={TOKEN}&page=%26")

    assert (led.status, led.headers["location"]) == (303, "/desk?day=2+March&page=%26")
    assert re.fullmatch(
        r"briefbot_\w{8}=\w{56}; HttpOnly; Path=/; SameSite=strict", led.headers["set-cookie"]
    )
    assert TOKEN not in str(led.headers)
    assert "Secret" in ask(address, "/desk", {"Cookie": led.cookie}).text


@pytest.mark.parametrize("token", WRONG)
def test_who_does_not_know_it_is_asked_for_it(address: str, token: str):
    body = f"token={token}".encode()

    assert is_asked(ask(address, "/desk", OWN, body=body))
    assert is_asked(ask(address, "/desk"))
    assert is_asked(ask(address, "/desk", {"Cookie": f"token={TOKEN}"}))
    if token.isprintable() and token.isascii() and len(token) < 1000:
        assert is_asked(ask(address, f"/desk?token={token}"))
        assert is_asked(ask(address, "/desk", {"Cookie": f"{cookie(address)['Cookie'][:17]}={token}"}))


def test_the_cookie_of_another_token_opens_nothing(address: str):
    with serving(pages(Gate("another token of sixteen"))) as other:
        theirs = cookie(other, "another+token+of+sixteen")["Cookie"]
    ours = cookie(address)["Cookie"]

    name, value = ours.split("=")[0], theirs.split("=")[1]
    assert is_asked(ask(address, "/desk", {"Cookie": theirs}))
    assert is_asked(ask(address, "/desk", {"Cookie": f"{name}={value}"}))
    both = f"{theirs}; {ours}"
    assert "Secret" in ask(address, "/desk", {"Cookie": both}).text, "processes of one machine share a jar"


def test_a_token_can_be_typed_and_is_in_no_log(address: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)

    led = ask(address, "/desk?page=2", OWN, body=f"token={TOKEN}+".encode())

    assert (led.status, led.headers["location"]) == (303, "/desk?page=2")
    assert "Secret" in ask(address, "/desk", {"Cookie": led.cookie}).text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("header", ["https", "https, http"])
def test_what_came_by_https_keeps_its_cookie_for_https(address: str, header: str):
    led = ask(address, f"/desk?token={TOKEN}", {"X-Forwarded-Proto": header})

    assert "Secure" in led.headers["set-cookie"]


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "///evil.example/%2e%2e"])
def test_the_way_without_the_token_leads_nowhere_else(path: str):
    with serving(Gate(TOKEN).guarding(shown)) as address:  # type: ignore[arg-type]
        led = ask(address, f"{path}?token={TOKEN}")

    assert led.status == 303
    assert re.match(r"/[^/\\]", led.headers["location"])


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "OWN"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": "http://[bad"},
        {},
    ],
)
def test_a_form_of_another_page_changes_nothing(address: str, headers: dict[str, str]):
    told = {name: value.replace("OWN", address) for name, value in headers.items()}

    for body in (b"", f"token={TOKEN}".encode()):
        refused = ask(address, "/desk", {**cookie(address), **told}, body=body)
        assert (refused.status, refused.cookie) == (403, "")


def test_a_form_of_ours_is_taken(address: str):
    for own in (OWN, {"Sec-Fetch-Site": "none"}, {"Origin": address}, {"Origin": address, **OWN}):
        assert ask(address, "/desk", {**cookie(address), **own}, body=b"").text == "done"


def test_names_that_lead_here_from_elsewhere_are_refused():
    with serving(loopback_only(pages(Gate(TOKEN)))) as address:
        port = address.rpartition(":")[2]
        for host in ("127.0.0.1", f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST"):
            assert ask(address, "/desk", {"Host": host}).status == 401, host
        for host in (
            f"evil.example:{port}",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "www.localhost",
        ):
            assert ask(address, "/desk", {"Host": host}).status == 400, host


@pytest.mark.parametrize("told", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}], ids=str)
def test_on_this_machine_too_only_our_pages_change_something(told: dict[str, str]):
    with serving(
        loopback_only(Starlette(routes=[Route("/desk", shown, methods=["GET", "POST"])]))
    ) as address:
        assert ask(address, "/desk", told, body=b"").status == 403
        assert ask(address, "/desk", OWN, body=b"").text == "done"
        assert ask(address, "/desk", told).status == 200


def test_every_answer_has_the_headers_of_our_pages(address: str):
    for answer in (
        ask(address, "/desk", cookie(address)),
        ask(address, "/desk"),
        ask(address, "/desk", body=b""),
        ask(address, f"/desk?token={TOKEN}"),
    ):
        for name, value in HEADERS.items():
            told = answer.headers[name]
            assert told == value or (name == "Content-Security-Policy" and "style-src 'sha256-" in told)


def test_nothing_but_a_comparison_in_constant_time_lets_anybody_in(
    address: str, monkeypatch: pytest.MonkeyPatch
):
    known = cookie(address)
    monkeypatch.setattr(hmac, "compare_digest", lambda _one, _other: False)

    assert is_asked(ask(address, "/desk", known))
    assert is_asked(ask(address, f"/desk?token={TOKEN}"))
    assert is_asked(ask(address, "/desk", OWN, body=f"token={TOKEN}".encode()))


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"cookie": "OURS", "origin": "http://127.0.0.1:1", "host": "127.0.0.1:1"}, "websocket.accept"),
        ({"cookie": "OURS", "origin": "https://evil.example", "host": "127.0.0.1:1"}, "websocket.close"),
        ({"cookie": "OURS", "host": "127.0.0.1:1"}, "websocket.close"),
        ({"origin": "http://127.0.0.1:1", "host": "127.0.0.1:1"}, "websocket.close"),
    ],
)
def test_a_websocket_opens_to_a_page_of_ours_alone(address: str, headers: dict[str, str], told: str):
    ours = cookie(address)["Cookie"]
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message["type"])

    raw = [(name.encode(), value.replace("OURS", ours).encode()) for name, value in headers.items()]
    scope = {"type": "websocket", "path": "/talk", "headers": raw, "query_string": b"", "scheme": "ws"}
    asyncio.run(pages(Gate(TOKEN))(scope, receive, send))

    assert sent[0] == told


def test_templates_escape_all_text_and_miss_nothing(tmp_path: Path):
    (tmp_path / "page.html").write_text('<a title="{{ told }}">{{ told }}</a>')
    page = templates(tmp_path).get_template("page.html")

    assert page.render(told="<b>\"'&") == '<a title="&lt;b&gt;&#34;&#39;&amp;">&lt;b&gt;&#34;&#39;&amp;</a>'
    with pytest.raises(UndefinedError):
        page.render()


def test_style_sheets_and_scripts_are_served_as_what_they_are_and_nothing_else_is(tmp_path: Path):
    for name in ("page.css", "page.js", "page.html", "notes.txt"):
        (tmp_path / name).write_text("/* 芯片 */")
    with serving(with_headers(Starlette(routes=static(tmp_path, "/static")))) as address:
        css, js = ask(address, "/static/page.css"), ask(address, "/static/page.js")

        assert (css.headers["content-type"], css.text) == ("text/css; charset=utf-8", "/* 芯片 */")
        assert js.headers["content-type"] == "text/javascript; charset=utf-8"
        assert css.headers["x-content-type-options"] == "nosniff"
        for path in ("page.html", "notes.txt", "../pyproject.toml", "%2e%2e/pyproject.toml", ""):
            assert ask(address, f"/static/{path}").status == 404


REFUSED = "status of 401"
"""What Chromium logs of a page that asks for the token."""


def test_a_person_opens_the_page_by_the_token_and_acts_there(chromium: Chromium, address: str):
    def opens(page: Page) -> None:
        page.goto(f"{address}/desk?page=2")
        page.keyboard.type("wrong")
        page.keyboard.press("Enter")
        assert page.get_by_role("alert").inner_text() == "That is not the token."
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Open").click()
        assert page.get_by_role("heading").inner_text() == "Secret"
        assert page.url == f"{address}/desk?page=2"
        page.get_by_role("button", name="Act").click()
        assert page.content().count("done") == 1
        assert page.evaluate("document.cookie") == "", "no script reads it"

    chromium.visit(opens, expected=REFUSED)


def test_a_link_from_elsewhere_opens_the_page_to_who_has_the_cookie(chromium: Chromium, address: str):
    link = f'<!doctype html><html lang="en"><link rel="icon" href="data:,"><a href="{address}/desk?page=2">Go</a>'

    async def elsewhere(_request: Request) -> Response:
        return HTMLResponse(link)

    with serving(Starlette(routes=[Route("/", elsewhere)])) as other:

        def follows(page: Page) -> str:
            page.goto(f"{address}/desk?token={TOKEN}")
            page.goto(other.replace("127.0.0.1", "localhost"))  # Another site, as browsers see it.
            page.get_by_role("link").click()
            page.get_by_role("heading", name="Secret").wait_for()
            return page.url

        assert chromium.visit(follows, expected=REFUSED) == f"{address}/desk?page=2"


@pytest.mark.parametrize(("width", "is_dark"), [(1280, False), (1280, True), (360, False)])
def test_who_is_asked_for_the_token_meets_no_barrier(
    chromium: Chromium, address: str, width: int, is_dark: bool
):
    def look(page: Page) -> None:
        page.goto(f"{address}/desk?token=wrong")
        assert barriers(page) == []
        assert overflow(page) == 0

    chromium.visit(look, width=width, is_dark=is_dark, expected=REFUSED)
