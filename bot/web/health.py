"""Whether the process lives, for what watches it."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse


async def healthz(_request: Request) -> PlainTextResponse:
    """Answer as long as the process can."""
    return PlainTextResponse("ok")
