"""Hears of each time that Slack asks to wait, and repeats nothing."""

from collections.abc import Callable

from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.handler import RetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

LIMITED = 429


def _hear(limited: Callable[[], None], response: HttpResponse | None) -> bool:
    """Hear of an answer; return that nothing is called again."""
    if response is not None and response.status_code == LIMITED:
        limited()
    return False


class HearsLimits(RetryHandler):
    """Stands where slack_sdk asks whether to call again: never, as what is posted again comes twice."""

    def __init__(self, limited: Callable[[], None]) -> None:
        super().__init__()
        self._limited = limited

    def can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - slack_sdk's signature
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> bool:
        """Hear of the answer; never call again."""
        return _hear(self._limited, response)


class HearsLimitsAsync(AsyncRetryHandler):
    """The same for the asynchronous client."""

    def __init__(self, limited: Callable[[], None]) -> None:
        super().__init__()
        self._limited = limited

    async def can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - slack_sdk's signature
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> bool:
        """Hear of the answer; never call again."""
        return _hear(self._limited, response)
