"""What goes on after an answer."""

import asyncio

import pytest

from bot.slack.afterwards import Afterwards


def test_what_breaks_after_an_answer_is_logged_without_what_was_typed(caplog: pytest.LogCaptureFixture):
    typed = " ".join(["the", "port"])  # The lines of code are logged.

    async def breaks() -> None:
        await asyncio.sleep(0)
        raise ValueError(typed)

    async def answer() -> None:
        Afterwards().do(breaks())
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})

    asyncio.run(answer())

    [record] = caplog.records
    assert "ValueError" in record.getMessage()
    assert typed not in record.getMessage()


def test_what_goes_on_is_broken_off_and_cleans_up_after_itself():
    done: list[str] = []

    async def goes_on() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            done.append("cleaned up")

    async def ended() -> None:
        afterwards = Afterwards()
        afterwards.do(goes_on())
        await afterwards.end()

    asyncio.run(ended())

    assert done == ["cleaned up"]
