"""What goes on after an answer, for which Slack waits three seconds."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.slack.failures import reported


class Afterwards:
    """Does it, and holds it meanwhile: what nobody holds may vanish half-done."""

    def __init__(self) -> None:
        self._going_on: set[asyncio.Task[None]] = set()

    def do(self, step: Coroutine[Any, Any, None]) -> None:
        """Begin a step; what breaks in it is logged, as nobody waits for it."""
        task = asyncio.create_task(_logged(step))
        self._going_on.add(task)
        task.add_done_callback(self._going_on.discard)


async def _logged(step: Coroutine[Any, Any, None]) -> None:
    try:
        await step
    except Exception as error:
        reported(error)
