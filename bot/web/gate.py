"""Pages for those who know a token: once it is given, the browser keeps a cookie made from it."""

import base64
import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping
from html import escape

from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.form import fields
from bot.web.headers import POLICY, with_headers

LOOPBACK = ("127.0.0.1", "localhost")
"""The names of this machine in its own browser."""

READING = frozenset({"GET", "HEAD"})
"""The methods that change nothing."""

ANOTHERS = PlainTextResponse("This came from another page and is refused.", 403)

STYLE = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 26rem; padding: 15vh 1rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.25rem; }
label { display: block; font-weight: bold; }
input, button { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem .7rem; border-radius: 6px;
  border: 1px solid GrayText; }
button { margin-top: .8rem; border: 0; background: #1264a3; color: #ffffff; font-weight: bold; }
:focus-visible { outline: 3px solid #1d9bd1; outline-offset: 2px; }
"""

OWN_POLICY = POLICY.replace(
    "style-src 'self'",
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
)
"""What the page that asks for the token may do: its style stands in it, as no file is served before."""


class Gate:
    """Lets in who has given *token*, which is long enough not to be guessed. It is neither kept nor logged.

    What changes something must come from a page of ours.
    """

    def __init__(self, token: str) -> None:
        self._made = _made_from(token)
        # Cookies know no ports: what other processes of this machine give out stands beside ours.
        self._name, self._value = f"briefbot_{self._made[:8]}", self._made[8:]

    def guarding(self, app: ASGIApp) -> ASGIApp:
        """Return *app* as it is behind this gate, websockets included, with the headers of our pages."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                request = Request(scope, receive)
                await (await self._refused(request) or app)(scope, receive, send)
            elif scope["type"] == "websocket" and not self._may_connect(HTTPConnection(scope)):
                await send({"type": "websocket.close", "code": 1008})
            else:
                await app(scope, receive, send)

        return with_headers(answer)

    def _may_connect(self, asked: HTTPConnection) -> bool:
        return self._knows(asked) and is_our_own(asked.headers)

    def _knows(self, asked: HTTPConnection) -> bool:
        """Tell whether who asks has the cookie."""
        return hmac.compare_digest(asked.cookies.get(self._name, "").encode(), self._value.encode())

    async def _refused(self, request: Request) -> Response | None:
        """Return what is answered in place of the page, None to who may have it."""
        is_reading = request.method in READING
        if not is_reading and not is_our_own(request.headers):
            return ANOTHERS
        is_known = self._knows(request)
        if is_known and not (is_reading and "token" in request.query_params):
            return None
        try:
            given = await _given(request)
        except (ClientDisconnect, TimeoutError):
            return PlainTextResponse("It did not come whole.", 408)
        if hmac.compare_digest(_made_from(given), self._made):
            return self._let_in(request)
        if is_known:
            return None  # The token is one that pages behind this gate ask for.
        return _page(request, is_wrong=bool(given))

    def _let_in(self, request: Request) -> Response:
        """Lead to the same page without the token, which is not to stay in the address."""
        led = RedirectResponse(_without_token(request), 303)
        led.set_cookie(
            self._name, self._value, path="/", httponly=True, samesite="strict", secure=_is_https(request)
        )
        return led


def is_our_own(headers: Mapping[str, str]) -> bool:
    """Tell whether a request comes from a page of ours, as browsers say.

    Over plain HTTP they send Origin alone. What sends neither is no browser, and is refused.
    """
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    host = headers.get("host", "")
    return headers.get("origin") in {f"http://{host}", f"https://{host}"}


def loopback_only(app: ASGIApp) -> ASGIApp:
    """Return *app* as it answers to this machine's own names alone, and changes nothing for another's page.

    Else a page from elsewhere could let its own name lead here, and read what is answered.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        is_refused = (
            scope["type"] == "http"
            and scope["method"] not in READING
            and not is_our_own(Headers(scope=scope))
        )
        await (ANOTHERS if is_refused else app)(scope, receive, send)

    return TrustedHostMiddleware(answer, LOOPBACK, www_redirect=False)


def _made_from(token: str) -> str:
    return hmac.new(token.encode(), b"briefbot's pages", hashlib.sha256).hexdigest()


async def _given(request: Request) -> str:
    """Return the token that a request brings, '' if none."""
    if request.method != "POST":
        return request.query_params.get("token", "")
    return (await fields(request)).get("token", "").strip()


def _without_token(request: Request) -> str:
    """Return the path that is asked for and the rest of its query, which lead nowhere else."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "token"]
    path = f"/{urllib.parse.quote(request.scope['path'].lstrip('/'))}"
    return f"{path}?{urllib.parse.urlencode(kept)}" if kept else path


def _is_https(request: Request) -> bool:
    """Tell whether the browser came by https, as what stands before us says."""
    return "https" in {request.url.scheme, request.headers.get("x-forwarded-proto", "").split(",")[0].strip()}


def _page(request: Request, *, is_wrong: bool) -> HTMLResponse:
    here = _without_token(request)
    wrong = '<p role="alert">That is not the token.</p>\n' if is_wrong else ""
    headers = {"Content-Security-Policy": OWN_POLICY}
    if request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET":
        # Who follows a link from elsewhere comes without the cookie, which is sent from here.
        headers["Refresh"] = f"0;url={here}"
    return HTMLResponse(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>Token</title>\n<link rel="icon" href="data:,">\n<style>{STYLE}</style>\n</head>\n<body>\n'
        "<main>\n<h1>This page asks for a token</h1>\n<p>Whoever runs Briefbot knows it.</p>\n"
        f'{wrong}<form method="post" action="{escape(here)}">\n<label for="token">Token</label>\n'
        '<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>\n'
        "<button>Open</button>\n</form>\n</main>\n</body>\n</html>\n",
        status_code=401,
        headers=headers,
    )
