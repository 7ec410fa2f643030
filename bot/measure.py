"""What is told in numbers of a running process, whatever shows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

OUTCOMES = ("found", "nothing", "done", "refused", "failed")
"""What becomes of what someone types: a question finds passages or nothing, a verb is done, it is told why
it is not, or there is a bug."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it stands now, or several, told apart by a *label* whose values are words of ours.

    `name` ends in its unit where it has one; `means` says what it is.
    """

    name: str
    means: str
    value: float | Mapping[str, float]
    label: str = ""


def _to_nobody(*_told: object) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Hears of what happens, from any thread, and holds nobody up; by default nobody does.

    `answered` hears of an outcome, one of OUTCOMES, and of the seconds that it took; `sent` of how many
    seconds after it was wanted a delivery was sent; `limited` that Slack has answered 429.
    """

    answered: Callable[[str, float], None] = _to_nobody
    sent: Callable[[float], None] = _to_nobody
    limited: Callable[[], None] = _to_nobody


UNMEASURED = Measures()
"""Nobody counts anything."""
