"""What a request to the Web API holds."""

import json
from typing import Any

from aiohttp import web

WRITTEN = frozenset({"attachments", "blocks", "files", "metadata", "view"})
"""Arguments that are JSON in themselves."""


async def arguments(request: web.Request) -> dict[str, Any]:
    """Return what a method is called with, from address, form or JSON; broken JSON stays the text it is."""
    told: Any
    if request.content_type == "application/json":
        told = _read(await request.text() or "{}")
        told = told if isinstance(told, dict) else {}
    else:
        form = await request.post()
        told = {key: str(value) for key, value in (*request.query.items(), *form.items())}
    return {key: _read(value) if key in WRITTEN else value for key, value in told.items()}


async def content(request: web.Request) -> bytes:
    """Return the bytes of an uploaded file, which are the body or a part of a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""


def _read(told: Any) -> Any:
    try:
        return json.loads(told) if isinstance(told, str) else told
    except ValueError:
        return told
