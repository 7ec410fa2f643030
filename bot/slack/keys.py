"""Tokens at rest: sealed with the newest key, opened with any that is still set."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.errors import ConfigError
from bot.slack.failures import NoAccessError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class SealError(NoAccessError):
    """A token cannot be opened with the keys that are set."""


class Keys:
    """Seals and opens with Fernet (AES and HMAC). Raises ConfigError for a key that is none."""

    def __init__(self, keys: Sequence[str]) -> None:
        """*keys* are as BRIEFBOT_KEY has them, the newest first."""
        from cryptography.fernet import MultiFernet  # noqa: PLC0415 - only where tokens are kept

        if not keys:
            raise ConfigError("BRIEFBOT_KEY: is not set; python -m bot keys --new prints a key")
        self._fernets = [_fernet(key, at) for at, key in enumerate(keys, start=1)]
        self._all = MultiFernet(self._fernets)

    def seal(self, token: str, *, owner: str) -> str:
        """Return *token* as it is kept, bound to whose it is."""
        return self._all.encrypt(f"{owner} {token}".encode()).decode()

    def open(self, sealed: str, *, owner: str) -> str:
        """Return the token. Raises SealError where no key opens it, or it is another's."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        try:
            whose, _, token = self._all.decrypt(sealed).decode().partition(" ")
        except InvalidToken:
            whose, token = "", ""
        if whose != owner or not token:
            raise SealError(
                "Briefbot's access to this workspace cannot be opened. Whoever runs it: BRIEFBOT_KEY lacks"
                " the key that it was sealed with; put that back behind the newest, or install the app again"
            )
        return token

    def is_newest(self, sealed: str) -> bool:
        """Tell whether *sealed* is sealed with the newest key."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        try:
            self._fernets[0].decrypt(sealed)
        except InvalidToken:
            return False
        return True


def new_key() -> str:
    """Return a new key."""
    from cryptography.fernet import Fernet  # noqa: PLC0415

    return Fernet.generate_key().decode()


def _fernet(key: str, at: int) -> "Fernet":
    from cryptography.fernet import Fernet  # noqa: PLC0415

    try:
        return Fernet(key)
    except ValueError as error:
        raise ConfigError(
            f"BRIEFBOT_KEY: key number {at} is none; python -m bot keys --new prints one"
        ) from error
