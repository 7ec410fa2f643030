"""What came of a visit to a source."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Visited:
    """Documents by outcome, passages written, items that failed and the last cause.

    `again_at` is when the first of those that failed is tried again.
    """

    counts: Counter[str] = field(default_factory=Counter)
    passages: int = 0
    failed: int = 0
    why: str | None = None
    again_at: datetime | None = None

    def fail(self, name: str, why: str) -> None:
        """Count an item that made no document."""
        self.failed += 1
        self.why = f"{name}: {why}"
