"""What can go wrong and is no bug.

BotError               says what to do; `told` is safe to show to anyone
├── ConfigError        config.yml or the environment
├── StoreError         the database: damaged, full, read-only, out of reach
├── ReadError          a document that cannot be read
├── FetchError         an address that cannot be had
└── QueryError         a question that cannot be asked

Everything else is a bug: it rises to the one handler of the face it came through, is logged with its
traceback and answered with an apology.
"""

from http import HTTPStatus

STORE_FAILS = "Briefbot cannot reach its store just now; nothing was half-done. Try again in a minute."
"""What anyone may read where the store fails."""


class BotError(Exception):
    """Something a person can put right; its text says how and never holds a secret."""

    @property
    def told(self) -> str:
        """What anyone may read of it, also who does not run Briefbot."""
        return str(self)


class ConfigError(BotError):
    """A setting is wrong: names the key, shows the value, says the fix."""


class StoreError(BotError):
    """The store cannot be read or written; nothing was half-written.

    Its text may name a file or a server, which is for the terminal and the log.
    """

    def __init__(self, text: str, *, told: str = STORE_FAILS) -> None:
        super().__init__(text)
        self._told = told

    @property
    def told(self) -> str:
        """What anyone may read of it: neither where the store is, nor what it says."""
        return self._told


class ReadError(BotError):
    """A document cannot be read; the others are not concerned."""


class FetchError(BotError):
    """What stands at an address cannot be had, or may not be asked for.

    Its text may say where a name leads to inside the network, which is for the terminal and the log.
    """

    def __init__(
        self,
        text: str,
        *,
        told: str | None = None,
        status: int | None = None,
        is_passing: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(text)
        self._told = text if told is None else told
        self.status = status
        """The status of the answer; None where there was none, or something else is wrong with it."""
        self.is_passing = is_passing
        """Tells whether it may be otherwise later without anybody doing anything here."""
        self.retry_after = retry_after
        """For how many seconds the server wants to be left alone; None where it does not say."""

    @property
    def told(self) -> str:
        """What anyone may read of it: not which address of the network a name has."""
        return self._told

    @property
    def is_gone(self) -> bool:
        """Tells whether the server says that it is gone for good."""
        return self.status == HTTPStatus.GONE


class QueryError(BotError):
    """A question cannot be asked as it stands."""
