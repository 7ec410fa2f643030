"""How long a connection may take to say what it wants: uvicorn itself waits for ever."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10.0
"""For a whole request header, from the connection on, or from the answer before."""


def patient(seconds: float = HEADER_SECONDS) -> type[H11Protocol]:
    """Return the protocol that closes a connection which sends no whole request header within *seconds*."""

    class Patient(H11Protocol):
        _limit: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._look()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._look()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._look()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            self._stop_waiting()

        def _look(self) -> None:
            """Wait while there is no whole header; what comes in pieces does not begin anew."""
            if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
                self._stop_waiting()
            elif self._limit is None:
                self._limit = self.loop.call_later(seconds, self.transport.close)

        def _stop_waiting(self) -> None:
            if self._limit is not None:
                self._limit.cancel()
                self._limit = None

    return Patient
