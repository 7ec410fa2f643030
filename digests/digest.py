"""The digest as it is read: a short message that says the point, and its thread with the evidence."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    line,
    listed,
    overflow,
    rich,
    run,
    section,
    select,
    small,
)
from bot.slack.text import units
from digests.chart import Chart, chart_block
from digests.delivery import Content, Delivery
from digests.footer import counted, either, late, period, sent, why
from digests.quoting import Quoting, quoted_from
from digests.schedule import Kind
from digests.themes.figures import entries, figure, questions, theme_figures, unit, verb
from digests.themes.theme import Candidate, Theme, Week
from digests.themes.trend import Trend, sparkline

RISING_SHOWN, THEMES_SHOWN, FIRST_SHOWN, PHRASES_NAMED = 3, 8, 10, 6
"""Phrases that rise; themes in all that are told of, also in a first digest; phrases that are named."""

UNITS = 9000
"""Characters of a digest with its thread: in one message, as a preview has it, Slack refuses some from
11,000 on."""

SEVERAL = 3
"""Themes that the first line names."""

QUOTES, TWICE_QUOTED = 2, 3
"""Passages of a theme, and for how many of them there are two: of the others there is one."""

PER_MESSAGE = 3
"""Themes of one message of the thread."""

FLOOD = 1000
"""New passages that are more than a team reads in a week."""

SHOW, SUBSCRIBE, SETTINGS = "digest_show", "digest_subscribe", "digest_settings"
"""The actions of what can be clicked; of SHOW there are several in one row, with a number after it."""


def lay_out(week: Week, told: set[str], delivery: Delivery, *, command: str) -> Content:
    """Return what a digest says: a message, and its thread. It quotes nothing that was *told*."""
    content = _laid_out(week, told, delivery, command, twice=TWICE_QUOTED)
    for twice in reversed(range(TWICE_QUOTED)):
        if units_of(content.messages) < UNITS:
            break
        content = _laid_out(week, told, delivery, command, twice=twice)
    return content


def _laid_out(week: Week, told: set[str], delivery: Delivery, command: str, *, twice: int) -> Content:
    """Return what a digest says; the first *twice* of its themes are quoted from two passages."""
    quoting = Quoting(told)
    shown_ = told_of(week)
    sections = [(theme, quoting.some(theme, QUOTES if at < twice else 1)) for at, theme in enumerate(shown_)]
    thread = [
        _thread_message(week, sections[at : at + PER_MESSAGE]) for at in range(0, len(sections), PER_MESSAGE)
    ]
    if not sections:
        thread = _unsorted(week, quoting)
    if thread and week.has_past and (chart := chart_of(week)):
        thread[-1]["blocks"].append(chart_block(chart))
    return Content(
        (_parent(week, delivery, command), *thread),
        shows=tuple((one.text_hash, one.excerpt.id) for one in quoting.quoted),
        themes={theme.name: theme.evidence for theme in shown_},
    )


def units_of(part: Any) -> int:
    """Count the characters that are read of *part* of a message, or of several."""
    if isinstance(part, list | tuple):
        return sum(map(units_of, part))
    if not isinstance(part, dict):
        return 0
    return sum(
        units(told) if isinstance(told, str) and key == "text" else units_of(told)
        for key, told in part.items()
    )


def _parent(week: Week, delivery: Delivery, command: str) -> Message:
    point, about = _point(week), _about(week, delivery)
    lines = [_heading(week, theme) for theme in told_of(week)]
    blocks = [line(run(point, most=400, bold=True)), small(about)]
    if lines:
        blocks.append(listed(lines))
    if others := [*_others(week)]:
        blocks.append(line(run("\n".join(others), most=600)))
    blocks.append(_opens(week, delivery))
    blocks.append(small(f"{_how(week, command)} {why(delivery, [], command)}"))
    return sent(f"{point}. {about}", blocks)


def told_of(week: Week) -> list[Theme]:
    """Return the themes that are told of at length: what rises, then topics; or else phrases."""
    rising = _risen(week)
    most = FIRST_SHOWN if week.is_first else THEMES_SHOWN
    shown_ = [*rising, *(theme for theme in week.topics if theme not in rising)][:most]
    return shown_ or list(week.phrases[:most])


def _risen(week: Week) -> list[Theme]:
    """Return the topics and phrases that rise, first what grew by most."""
    rising = [*(theme for theme in week.topics if theme.is_rising), *week.rising[:RISING_SHOWN]]
    return sorted(rising, key=lambda theme: (-week.growth(theme), theme.name))


def _heading(week: Week, theme: Theme) -> list[list[Block]]:
    """Return a theme's name and figures, with its course where there is one, and what is new in it."""
    course = f"  {sparkline(theme.trend.counts)}" if week.has_past else ""
    new = "Named in it" if week.is_first else "New in it"
    terms = f". {new}: {', '.join(theme.terms)}" if theme.terms else ""
    told = f"{course}  {theme_figures(week, theme)}{terms}"
    return [run(theme.name, most=80, bold=True), run(told, most=400)]


def _point(week: Week) -> str:
    """Say in one line what a reader must know."""
    named = _most_told(week)[:SEVERAL]
    on = f", most on {', '.join(f'{theme.name} ({theme.count:,})' for theme in named)}" if named else ""
    if week.is_first:
        of = counted(week.documents, "document")
        return f"The first digest: {counted(week.count, 'passage')} from {of}{on}"
    rising = ", ".join(figure(week, theme) for theme in _risen(week)[:SEVERAL])
    if week.count >= FLOOD:
        return f"A flood: {counted(week.count, 'new passage')}" + (f"; rising: {rising}" if rising else on)
    if rising:
        return f"Rising: {rising}"
    if week.has_past and week.by_publication and 2 * week.recent < week.count:
        return f"Mostly older or undated: {counted(week.count, 'new passage')}{on}"
    if not named:
        return f"{counted(week.count, 'new passage')}, on none of the topics"
    return f"Most on {', '.join(figure(week, theme) for theme in named)}"


def _most_told(week: Week) -> list[Theme]:
    themes = week.topics or week.phrases
    return sorted(themes, key=lambda theme: (-theme.count, theme.name))


def _about(week: Week, delivery: Delivery) -> str:
    """Say what it covers, in figures."""
    on = f" on {either(week.window.topics)}" if week.window.topics else ""
    parts = [
        period(delivery),
        f"{counted(week.count, 'new passage')}{on}",
        counted(week.documents, "document"),
        counted(week.sources, "source"),
    ]
    told = " · ".join(parts)
    if week.has_past and week.by_publication and week.recent < week.count:
        told += f". {week.recent:,} of the passages were published in the {unit(week)}"
    if week.read < week.count:
        told += f". Sources and quotations are from an even sample of {week.read:,}"
    return f"{told}. {late(delivery)}".strip()


def _others(week: Week) -> Iterator[str]:
    """Name the themes that are not told of at length."""
    if more := [theme for theme in week.topics if theme not in told_of(week)]:
        yield f"Also on {', '.join(f'{theme.name} {theme.count:,}' for theme in more)}"
    if week.silent and week.has_past:
        yield f"Nothing new on {either(week.silent)}"
    if week.resting:
        yield f"Still up: {', '.join(figure(week, theme) for theme in week.resting)}"
    if week.phrases and week.topics:
        yield f"Also named: {', '.join(_named(week, theme) for theme in week.phrases[:PHRASES_NAMED])}"


def _named(week: Week, theme: Theme) -> str:
    is_alone = theme.sources == 1 < week.sources
    return f"{theme.name} {theme.count:,}" + (" (one source)" if is_alone else "")


def _opens(week: Week, delivery: Delivery) -> Block:
    """Offer all that is counted, theme by theme, and the digest's own settings."""
    everything = week.window.query
    choices = [
        (f"{theme.name}: {theme.count:,} new", f"{theme.query} {week.window.added}") for theme in week.themes
    ]
    if week.has_past and week.by_publication and week.recent < week.count:
        recent = f"{everything} {week.window.published_in(-1)}"
        choices.append((f"Published in the {unit(week)}: {week.recent:,} new", recent))
    elements = [button(f"Show all {week.count:,}", f"{SHOW}_all", everything)]
    if choices := entries(choices):
        elements.insert(0, select("Open a theme", f"{SHOW}_theme", choices))
    schedule = delivery.schedule
    if schedule.plan.kind is Kind.DIGEST:
        elements.append(button("Change or stop", SETTINGS, schedule.id))
    return actions(*elements)


def _how(week: Week, command: str) -> str:
    """Say how its figures can be found again, and how they are made."""
    told = f"{command} {week.window.query} finds all {week.count:,}"
    told += "; topic:NAME after it, those on a topic." if week.topics else "."
    if week.has_past and week.by_publication:
        told += f" Usually: the mean of up to seven {unit(week)}s before, by date of publication."
    return told


def _thread_message(week: Week, sections: Sequence[tuple[Theme, Sequence[Candidate]]]) -> Message:
    blocks: list[Block] = []
    for theme, quotes in sections:
        elements = [section(*_heading(week, theme))]
        for one in quotes:
            elements += quoted_from(one, theme)
        blocks += [rich(*elements), _acts(week, theme)]
    first = [one for _, quotes in sections for one in quotes][:1]
    said = "".join(f" {one.excerpt.document.citation}: {one.excerpt.text}" for one in first)
    return sent(f"{', '.join(theme.name for theme, _ in sections)}.{said}", blocks)


def _acts(week: Week, theme: Theme) -> Block:
    """Offer what stands behind a theme's figures, and to hear of it as it arrives."""
    (_, everything), *others = questions(week, theme)
    elements = [
        button(f"Show all {theme.count:,}", f"{SHOW}_all", everything),
        button(f"Subscribe to {theme.name}", SUBSCRIBE, subject(theme)),
    ]
    if offered := entries(others):
        elements.append(overflow(f"{SHOW}_figures", offered))
    return actions(*elements)


def subject(theme: Theme) -> str:
    """Return a theme as it is subscribed to."""
    return theme.query if theme.is_topic else f'"{theme.name}"'


def _unsorted(week: Week, quoting: Quoting) -> list[Message]:
    """Return the best passages of a week that is on no theme."""
    whole = Theme(
        "New", week.window.scope, week.count, week.sources, Trend("New", (0,)), passages=week.passages
    )
    quotes = quoting.some(whole, 2 * QUOTES)
    if not quotes:
        return []
    elements = [element for one in quotes for element in quoted_from(one, whole)]
    first = quotes[0].excerpt
    return [sent(f"{first.document.citation}: {first.text}", [rich(*elements)])]


def chart_of(week: Week) -> Chart | None:
    """Return a picture of the themes over the periods; None where there is none to draw."""
    drawn = tuple(theme.trend for theme in told_of(week) if any(theme.trend.counts))
    if not drawn:
        return None
    names = tuple(f"{first.day} {first:%b}" for first, _ in week.window.periods)
    return Chart(f"Passages {verb(week)} a {unit(week)}", names, drawn)
