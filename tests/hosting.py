"""`serve`'s app in a thread of its own, and browsers that people install it with."""

import asyncio
import datetime
import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import aiohttp
from cryptography.fernet import Fernet
from served import serving
from starlette.applications import Starlette
from yarl import URL

from bot.app import Briefbot
from bot.config import QuietHours, Slack
from bot.local_slack.people import People, by_http
from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.serve import web_app

KEY, NEWER = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def open_to_all(briefbot: Briefbot, slack: Server, *keys: str) -> Briefbot:
    """Return *briefbot* as it is where workspaces install it; at no hour is it quiet."""
    workspace = slack.workspace
    settings = Slack(
        signing_secret=workspace.signing_secret,
        client_id=workspace.client_id,
        client_secret=workspace.client_secret,
        keys=keys or (KEY,),
        api_url=slack.api_url,
    )
    digests = replace(briefbot.config.digests, quiet_hours=QuietHours("00:00", "00:00"))
    return replace(briefbot, config=replace(briefbot.config, slack=settings, digests=digests))


@dataclass(frozen=True, slots=True)
class Host:
    """A running process: its address and its app."""

    address: str
    app: Starlette

    def tick(self) -> None:
        """Send what is due."""
        self.app.state.sender.tick.run()

    def people(self, workspace: Workspace) -> People:
        """The people of *workspace*, whose commands and events come here."""
        return People(
            workspace, by_http(workspace, f"{self.address}/slack/events"), address=workspace.address
        )


@contextmanager
def hosted(
    briefbot: Briefbot, slack: Server, *, now: Callable[[], datetime.datetime] = utc_now
) -> Iterator[Host]:
    """Serve *briefbot*, to which the workspaces of *slack* are led back, while the block runs."""
    app = web_app(briefbot, now=now)
    with serving(app) as address:
        for workspace in slack.workspaces:
            workspace.redirect_urls = [f"{address}/slack/oauth_redirect"]
        yield Host(address, app)


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser shows."""

    status: int
    text: str
    address: str
    cookies: str

    @property
    def link(self) -> str:
        """Where its link leads."""
        [address] = re.findall(r'<a href="([^"]+)"', self.text)
        return html.unescape(address)


@dataclass(slots=True)
class Browser:
    """A browser that keeps cookies."""

    _cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, *, follows: bool = True, **headers: str) -> Page:
        """Open an address, and wherever it leads."""

        async def getting() -> Page:
            jar = aiohttp.CookieJar(unsafe=True)  # Which takes those of an address without a name.
            jar.update_cookies(self._cookies)
            async with aiohttp.ClientSession(cookie_jar=jar) as session:
                there = session.get(
                    URL(address, encoded=True),
                    allow_redirects=follows,
                    headers=headers,
                )
                async with there as answer:
                    self._cookies |= {name: one.value for name, one in answer.cookies.items()}
                    return Page(
                        answer.status,
                        await answer.text(),
                        answer.headers.get("location") or str(answer.url),
                        answer.headers.get("set-cookie", ""),
                    )

        return asyncio.run(getting())

    def consent(self, host: Host, workspace: Workspace) -> str:
        """Go from our page to Slack's, and consent there; return where Slack leads back to."""
        link = self.get(f"{host.address}/slack/install").link
        return self.get(f"{link}&team={workspace.team}&user=U0ANNA", follows=False).address

    def install(self, host: Host, workspace: Workspace) -> Page:
        """Install it in *workspace*."""
        return self.get(self.consent(host, workspace))
