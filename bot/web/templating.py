"""Pages from templates, and our own style sheets and scripts beside them."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""The content types of what is served beside pages."""


def templates(folder: Path) -> Environment:
    """Return what renders the templates of *folder*: all text is escaped, and what is missing is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def static(folder: Path, at: str, *, middleware: Sequence[Middleware] = ()) -> list[Route]:
    """Return a route for each file of *folder* that TYPES knows, below the path *at*; read once, now."""
    return [
        Route(
            f"{at}/{path.name}",
            partial(_file, path.read_bytes(), TYPES[path.suffix]),
            middleware=middleware,
        )
        for path in sorted(folder.iterdir())
        if path.suffix in TYPES
    ]


async def _file(content: bytes, content_type: str, _request: Request) -> Response:
    return Response(content, media_type=content_type)
