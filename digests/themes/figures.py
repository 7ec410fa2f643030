"""The figures of a theme in words, and the questions that find the passages behind each."""

from collections.abc import Iterable

from digests.themes.theme import Theme, Week
from digests.themes.trend import rounded

ENTRY_UNITS = 150
"""Characters of a question, counted in UTF-16, that a menu's entry can carry; a button carries any."""


def theme_figures(week: Week, theme: Theme) -> str:
    """Return a theme's counts: what is new, from how many sources, and how that stands to what is usual."""
    told = ("rising: " if theme.is_rising else "") + f"{theme.count:,} new{_sources(week, theme)}"
    if not week.has_past:
        return told
    if theme.trend.last == theme.count:
        return f"{told}, {against(week, theme, each=f' a {unit(week)}')}"
    return f"{told}; {theme.trend.last:,} {verb(week)} in the {unit(week)}, {against(week, theme)}"


def figure(week: Week, theme: Theme) -> str:
    """Return a theme's name and its one figure; with what is usual, where it can be set beside it."""
    if theme.is_rising:
        return f"{theme.name} ({theme.trend.last:,}, {against(week, theme)})"
    if week.has_past and theme.trend.last == theme.count:
        return f"{theme.name} ({theme.count:,}, {against(week, theme)})"
    return f"{theme.name} ({theme.count:,})"


def against(week: Week, theme: Theme, *, each: str = "") -> str:
    """Return what a theme's figure stands against; *each* follows what is usual."""
    if sum(theme.trend.counts[week.begins : -1]):
        return f"usually {rounded(week.usual(theme) or 0)}{each}"
    return f"none in {_before(week)}"


def _sources(week: Week, theme: Theme) -> str:
    if theme.sources > 1:
        return f" from {theme.sources} sources"
    return ", all from one source" if theme.count > 1 and week.sources > 1 else ""


def questions(week: Week, theme: Theme) -> list[tuple[str, str]]:
    """Return what finds the passages behind each of a theme's figures: a label and a query."""
    window = week.window
    asked = [(f"All {theme.count:,} new", f"{theme.query} {window.added}")]
    between = window.published if week.by_publication else window.arrived
    if week.has_past:
        before = sum(theme.trend.counts[week.begins : -1])
        asked += [
            (f"{theme.trend.last:,} {verb(week)} in the {unit(week)}", f"{theme.query} {between(-1, -1)}"),
            (f"{before:,} {verb(week)} in {_before(week)}", f"{theme.query} {between(week.begins, -2)}"),
        ]
    return asked


def entries(asked: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those of some questions that a menu can offer."""
    return [(label, query) for label, query in asked if len(query.encode("utf-16-le")) <= 2 * ENTRY_UNITS]


def _before(week: Week) -> str:
    """Return what the earlier periods are called, of which the library has something."""
    many = len(week.window.periods[week.begins : -1])
    return f"the {many} {unit(week)}s before" if many > 1 else f"the {unit(week)} before"


def verb(week: Week) -> str:
    """Return what the passages of a period did in it."""
    return "published" if week.by_publication else "arrived"


def unit(week: Week) -> str:
    """Return what a period is called."""
    return "week" if week.window.days == 7 else "day"
