"""What came of a visit to a source."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Visited:
    """Documents by outcome, passages written, items that failed and the last cause.

    `is_cut` tells that the visit ended before all was taken: it goes on with the next one.
    """

    counts: Counter[str] = field(default_factory=Counter)
    passages: int = 0
    failed: int = 0
    why: str | None = None
    is_cut: bool = False

    def fail(self, name: str, why: str) -> None:
        """Count an item that made no document."""
        self.failed += 1
        self.why = f"{name}: {why}"
