"""Damage to the index that comes up in a question: it is looked into, and told in words."""

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from bot.errors import StoreError
from bot.search.index import is_damage

log = logging.getLogger(__name__)

MENDED = "The index is damaged and is being mended. Ask again in a minute."
"""What is told until it is."""

INDEX = {"snapshot.py", "forward.py", "neighbours.py", "entry.py"}
"""Where the index's files are read."""


class Suspecting(Protocol):
    """What can have the index looked into."""

    def suspect(self) -> None:
        """Let the index's files be checked soon, all of them."""


Self = TypeVar("Self", bound=Suspecting)
Asked = ParamSpec("Asked")
Told = TypeVar("Told")


def guarded(method: Callable[Concatenate[Self, Asked], Told]) -> Callable[Concatenate[Self, Asked], Told]:
    """Let damage that comes up in *method* be looked into, and raise StoreError for it."""

    @wraps(method)
    def guarding(self: Self, /, *asked: Asked.args, **how: Asked.kwargs) -> Told:
        try:
            return method(self, *asked, **how)
        except BaseException as error:
            if not _is_of_index(error):
                raise
            self.suspect()
            log.exception("a question could not be answered from the index")
            raise StoreError(MENDED, told=MENDED) from error

    return guarding


def _is_of_index(error: BaseException) -> bool:
    """Tell whether *error* came up where the index is read, as damage to it does."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    is_read = frame is not None and Path(frame.tb_frame.f_code.co_filename).name in INDEX
    return is_damage(error) and (is_read or not isinstance(error, Exception))
