"""How long the steps of a delivery may take."""

from dataclasses import dataclass
from datetime import timedelta

LOOKBACK = timedelta(days=1)
"""How far before a doubt its message is looked for: clocks may be off."""

SWEEPS = (2, 20)
"""A part that was posted again is swept after so many times the settling time."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long things may take; tests shrink them together.

    `lease`: a claim is anyone's after it. `budget`: nothing is posted later than this after a claim.
    `settle`: how long Slack may take to show a message of which it gave no answer. `pace`: between two
    messages to the same channel. `first_wait`: until a look-up that failed is tried again; as long again as
    it has waited, up to `longest_wait`. `held`: nothing is posted while Slack is not well or refuses the app.
    """

    lease: timedelta = timedelta(seconds=90)
    budget: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=120)
    pace: timedelta = timedelta(seconds=1)
    first_wait: timedelta = timedelta(seconds=30)
    held: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(minutes=15)


TIMES = Times()
"""How long things may take in earnest."""
