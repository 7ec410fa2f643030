"""What a digest quotes: the best passages of its themes, each once, and none that its audience was told."""

from dataclasses import dataclass, field

from bot.slack.blocks import Block, quoted, run, section, source_link
from bot.slack.text import shown
from digests.themes.alike import are_alike
from digests.themes.quotes import quotation
from digests.themes.sample import source_of
from digests.themes.theme import Candidate, Theme

QUOTE_UNITS, WHERE_UNITS = 300, 160
"""Characters of a quotation, and of the line that says where it stands."""


@dataclass(slots=True)
class Quoting:
    """What has been quoted while a digest is laid out, and what its audience was told before."""

    told: set[str]
    quoted: list[Candidate] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def some(self, theme: Theme, most: int) -> list[Candidate]:
        """Take the best passages of a theme that say something new, of different sources if there are."""
        taken: list[Candidate] = []
        for is_other in (True, False):
            for one in theme.passages:
                if len(taken) == most:
                    return taken
                is_same = source_of(one.excerpt.document) in {source_of(o.excerpt.document) for o in taken}
                if not (is_other and is_same) and self._take(one, theme):
                    taken.append(one)
        return taken

    def _take(self, one: Candidate, theme: Theme) -> bool:
        """Quote a passage if neither it nor what is quoted of it was told, in these words or nearly."""
        if one.text_hash in self.told or one in self.quoted:
            return False
        said = quotation_of(one, theme)
        if any(are_alike(one.excerpt.text, other.excerpt.text) for other in self.quoted):
            return False
        if any(are_alike(said, other) for other in self.said):
            return False
        self.quoted.append(one)
        self.said.append(said)
        return True


def quotation_of(one: Candidate, theme: Theme) -> str:
    """Return what a passage says of a theme, word for word."""
    about = (theme.name, *theme.terms)
    return quotation(one.excerpt.text, most=QUOTE_UNITS, about=about).removeprefix("- ")


def quoted_from(one: Candidate, theme: Theme) -> list[Block]:
    """Return a passage's best sentences, word for word, and where they stand."""
    excerpt = one.excerpt
    said = quotation_of(one, theme)
    where = shown(f"{excerpt.document.citation}, {excerpt.locator}", WHERE_UNITS)
    link = source_link(excerpt.document.url)
    return [
        quoted(run(said, most=QUOTE_UNITS)),
        section(run(f"{where} · {excerpt.id}", italic=True), run("  ") if link else [], link),
    ]
