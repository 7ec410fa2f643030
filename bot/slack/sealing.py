"""A new key takes over: every token is sealed with it, so that the old one can go."""

from dataclasses import dataclass

from bot.slack.keys import Keys, SealError
from bot.store.installations import Installations


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many tokens there are, how many are in the newest seal now, and whose could not be opened."""

    all: int
    sealed: int
    unreadable: tuple[str, ...]


def seal_again(installations: Installations, keys: Keys) -> Sealed:
    """Seal with the newest key what is not, while others may go on serving."""
    known, unreadable = installations.all(), []
    for one in known:
        try:
            token = keys.open(one.sealed_token, owner=one.owner)
        except SealError:
            unreadable.append(one.owner)
            continue
        if not keys.is_newest(one.sealed_token):
            installations.reseal(one, keys.seal(token, owner=one.owner))
    return Sealed(len(known), len(known) - len(unreadable), tuple(unreadable))
