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
        task.add_done_callback(lambda _: step.close())  # It may have been broken off before it began.

    async def end(self) -> None:
        """Break off what is going on."""
        await asyncio.sleep(0)  # What has only just begun gets as far as to clean up after itself.
        going_on = list(self._going_on)
        for task in going_on:
            task.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)


async def _logged(step: Coroutine[Any, Any, None]) -> None:
    try:
        await step
    except Exception as error:
        reported(error)
