"""What the library has on a question, as those who tell it need it."""

from dataclasses import dataclass

from bot.document import Document, Excerpt
from bot.search.concept import Concept, Correction
from bot.search.query import Query
from bot.search.ranking import Ranked


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers, its score, and where the question's words stand in its text (characters).

    `also_in` are other documents that have the same passage; `ranked` is how it was ranked, if it was.
    """

    excerpt: Excerpt
    score: float
    marks: tuple[tuple[int, int], ...]
    also_in: tuple[Document, ...] = ()
    ranked: Ranked | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """A term that is near to what was asked for, and in how many passages it stands."""

    term: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library has on a question.

    `hits` are the best passages and `total` counts all, or the least there are if not `is_exact`.
    `subject` is what was searched for, as a person reads it, and `concepts` as it was looked for. `undated`
    counts those that were left out since their documents state no date. Where there is none, `nearest` has
    up to three terms.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    subject: str
    is_exact: bool = True
    corrections: tuple[Correction, ...] = ()
    nearest: tuple[Near, ...] = ()
    undated: int = 0
    is_undated_exact: bool = True
    documents: int = 0
    concepts: tuple[Concept, ...] = ()

    @property
    def counted(self) -> str:
        """How many passages answer, as a person reads it."""
        return _counted(self.total, is_exact=self.is_exact)

    @property
    def left_out(self) -> str:
        """How many passages were left out as undated, as a person reads it."""
        return _counted(self.undated, is_exact=self.is_undated_exact)


def _counted(passages: int, *, is_exact: bool) -> str:
    if is_exact:
        return f"{passages} passage{'s' * (passages != 1)}"
    return f"over {max((passages - 1) // 10 * 10, 1)} passages"
