"""The verb `playground`: where it listens, who may come, and how it ends."""

import errno
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from bot.config import Config
from bot.errors import ConfigError
from bot.loading import SHORTEST_TOKEN
from bot.playing import Playground, playing
from bot.serve import SWITCH_SECONDS
from bot.web.gate import LOOPBACK, Gate, loopback_only
from bot.web.headers import with_headers
from bot.web.listening import listening_on
from bot.web.patience import patient

OPERATORS = "/operators"
"""Where the operators' page is."""

PORT = 3000
"""Where it listens if nothing else is said; if that is taken, anywhere."""


def play(config: Config, *, host: str, port: int | None, opens: bool) -> None:
    """Serve a playground until it is stopped; a browser is opened at it where it *opens*.

    All that is done in it goes with it. Raises ConfigError for a host that others reach, without a token.
    """
    token = config.playground_token
    if (token or host not in LOOPBACK) and len(token) < SHORTEST_TOKEN:
        raise ConfigError(
            f"BRIEFBOT_PLAYGROUND_TOKEN: whoever opens the playground on {host} is asked for it;"
            f" set it to {SHORTEST_TOKEN} characters or more"
        )
    # The server has its own while it runs, and raises the signal that stopped it once more when all is done.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _leave)
    sys.setswitchinterval(SWITCH_SECONDS)
    with (
        _listening(host, port) as listening,
        tempfile.TemporaryDirectory(prefix="briefbot-playground-") as folder,
        playing(config, Path(folder)) as playground,
    ):
        address = f"http://{_in_address(host)}:{listening.getsockname()[1]}"
        print(
            f"The playground is at {address}\n"
            f"The operators' page is at {address}{_to_operators(playground)}\n"
            "Ctrl-C ends it, and all that was done in it goes.",
            flush=True,
        )
        if opens and _has_screen():
            webbrowser.open(address)
        _serve(playground, listening, token)


def _serve(playground: Playground, listening: socket.socket, token: str) -> None:
    """Serve the page until SIGINT or SIGTERM."""
    app = guarded(playground, token)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=patient(),
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    playground.face.is_over = lambda: server.should_exit
    server.run(sockets=[listening])


def guarded(playground: Playground, token: str) -> ASGIApp:
    """Return the pages for who knows *token*, or, where it is '', for whoever is at this machine.

    Only the latter are let into the operators' page as well: in a copy it tells of the true workspace.
    """
    if token:
        return Gate(token).guarding(playground.face.app(operators=OPERATORS))
    return with_headers(loopback_only(playground.face.app(operators=_to_operators(playground))))


def _to_operators(playground: Playground) -> str:
    return f"{OPERATORS}?token={playground.operators_token}"


def _listening(host: str, port: int | None) -> socket.socket:
    """Return where it listens: at *port*, or else at PORT or any that is free."""
    try:
        return listening_on(host, PORT if port is None else port)
    except OSError as error:
        if port is None and error.errno == errno.EADDRINUSE:
            return listening_on(host, 0)
        raise ConfigError(
            f"--host {host} --port {PORT if port is None else port}: cannot be listened on"
            f" ({os.strerror(error.errno) if error.errno and error.errno > 0 else error}); choose another"
        ) from error


def _in_address(host: str) -> str:
    """Return by what this machine itself reaches *host*, which may be all of its addresses."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - is not listened on here
    return f"[{here}]" if ":" in here else here


def _has_screen() -> bool:
    """Tell whether a browser would open in a window, and not in this terminal."""
    return sys.platform in {"darwin", "win32"} or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def _leave(*_: object) -> None:
    raise SystemExit(0)
