"""An even part of what is too much to be read."""

from collections.abc import Sequence
from typing import TypeVar

One = TypeVar("One")


def evenly(many: Sequence[One], most: int) -> list[One]:
    """Return at most *most* of *many*, evenly, in order."""
    step = max(1.0, len(many) / most)
    return [many[int(at * step)] for at in range(min(len(many), most))]
