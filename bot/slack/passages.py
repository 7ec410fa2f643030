"""Passages in messages: word for word, with where they stand, and what can be done with each."""

from collections.abc import Sequence

from bot import citation
from bot.document import Document, Excerpt
from bot.search.answer import Hit
from bot.slack.blocks import (
    MESSAGE_UNITS,
    Block,
    Message,
    actions,
    button,
    line,
    message,
    person,
    places,
    preformatted,
    quote,
    run,
    small,
)
from bot.slack.text import shown, units

SHARE, AROUND, LIKE, CITE = "passage_share", "passage_around", "passage_like", "passage_cite"
"""The actions under each passage; they carry its id, and AROUND how many stand on each side before it."""

ACTS_UNITS = 150
"""Characters of these actions, labels and what they carry."""

WHERE_UNITS, TOPICS_UNITS, LEAD_IN_UNITS, URL_UNITS = 300, 100, 150, 200
"""Characters of what stands beside a passage in an answer; a longer address is opened by `show`."""

PASSAGE_UNITS = 1600
"""Characters of one passage in an answer; no passage of ours is longer."""

WHOLE_UNITS = 6000
"""Characters of a passage that is shown alone; its name and address, which is whole, take half as many."""


ELSEWHERE = 3
"""Other addresses of a document that are linked to beside a passage that is shown alone."""


def room(passages: int) -> int:
    """Return how many characters each of so many *passages* may have, for all to fit into one message."""
    beside = WHERE_UNITS + TOPICS_UNITS + LEAD_IN_UNITS + URL_UNITS + ACTS_UNITS
    return min(PASSAGE_UNITS, MESSAGE_UNITS // passages - beside)


def cited(
    excerpt: Excerpt,
    *,
    most: int,
    marks: Sequence[tuple[int, int]] = (),
    also_in: Sequence[Document] = (),
) -> list[Block]:
    """Return a passage with where it stands: at most *most* characters of it, *marks* in bold."""
    url = excerpt.document.url
    lead_in = shown(excerpt.context or "", LEAD_IN_UNITS)
    return [
        quote(_highlighted(excerpt.text, marks, most), lead_in=lead_in),
        small(_where(excerpt, also_in), url=url if url and len(url) <= URL_UNITS else None),
    ]


def acts(excerpt: Excerpt) -> Block:
    """Return what can be done with a passage."""
    asks = ("This passage is posted here, where everybody sees it, as shared by you. Share it?", "Share it")
    return actions(
        button("Share here", SHARE, excerpt.id, asks=asks, is_danger=False),
        button("Show around it", AROUND, f"1 {excerpt.id}"),
        button("More like this", LIKE, excerpt.id),
        button("Copy citation", CITE, excerpt.id),
    )


def passage(excerpt: Excerpt, addresses: Sequence[str] = ()) -> Message:
    """Return one passage whole, with all that is known of where it stands.

    *addresses* are those of its document on the net, that of its wording first.
    """
    document = excerpt.document
    where = [document.citation, *excerpt.section, excerpt.place]
    if document.file:
        where.append(f"file {document.file}")
    blocks = [
        line(run(document.name, most=500, bold=True)),
        quote(run(excerpt.text, most=WHOLE_UNITS), lead_in=excerpt.context),
        small(" · ".join([*where, *_topics(excerpt), excerpt.id]), url=document.url),
    ]
    if others := addresses[1:]:
        linked = [url for url in others if len(url) <= URL_UNITS][:ELSEWHERE]
        several = "1 other address" if len(others) == 1 else f"{len(others)} other addresses"
        blocks.append(places(f"Also at {several}", linked))
    blocks.append(acts(excerpt))
    return message(f"{document.citation}: {excerpt.text}", blocks)


def shared(excerpt: Excerpt, user: str, name: str, *, command: str) -> Message:
    """Return a passage for all in a channel, and who shared it: a person's id and name."""
    blocks = [
        line(person(user), run(f" shared a passage from {excerpt.document.name}", most=500)),
        *cited(excerpt, most=PASSAGE_UNITS),
        small(f"{command} show {excerpt.id} opens it."),
    ]
    told = f"{name} shared a passage. {summary(excerpt)}"
    return {**message(told, blocks), "response_type": "in_channel"}


def around(passages: Sequence[Excerpt], excerpt: Excerpt, *, beside: int, most: int) -> Message:
    """Return a passage between those that stand *beside* it in its document, at most *most* on each side."""
    told = f"Around {excerpt.place} of {excerpt.document.name}"
    room_ = room(max(len(passages), 1))
    blocks = [line(run(told, most=500, bold=True))]
    for one in passages:
        blocks.append(quote(run(one.text, most=room_, bold=one.id == excerpt.id), lead_in=one.context))
        blocks.append(small(shown(one.locator, WHERE_UNITS)))
    if beside < most and len(passages) > 2 * beside:
        blocks.append(actions(button("Show more around it", AROUND, f"{beside + 1} {excerpt.id}")))
    return message(f"{told}. {excerpt.text}", blocks)


def alike(hits: Sequence[Hit], excerpt: Excerpt, *, command: str) -> Message:
    """Return passages that are like one."""
    told = f"Passages like {excerpt.place} of {excerpt.document.name}"
    if not hits:
        told = f"Nothing else in the library is like {excerpt.place} of {excerpt.document.name}."
        return message(told, [line(run(told, most=500)), small(f"{command} topics shows what there is.")])
    blocks = [line(run(told, most=500, bold=True))]
    for hit in hits:
        blocks += [*cited(hit.excerpt, most=room(len(hits))), acts(hit.excerpt)]
    return message(f"{told}. {summary(hits[0].excerpt)}", blocks)


def citations(excerpt: Excerpt) -> Message:
    """Return a passage as it is cited elsewhere, to be copied."""
    told = f"To cite {excerpt.document.name}, {excerpt.locator}"
    blocks = [line(run(told, most=500, bold=True))]
    for name, text in (
        ("Plain text", citation.plain(excerpt)),
        ("Markdown", citation.markdown(excerpt)),
        ("BibTeX", citation.bibtex(excerpt)),
    ):
        blocks += [line(run(name)), preformatted(text, most=3000)]
    return message(f"{told}. {citation.plain(excerpt)}", blocks)


def summary(excerpt: Excerpt) -> str:
    """Return a passage and where it stands, for who does not see the blocks."""
    return f"{excerpt.document.citation}, {excerpt.locator}: {shown(excerpt.text, 600)}"


def _where(excerpt: Excerpt, also_in: Sequence[Document]) -> str:
    """Return the line below a passage: who says it, where it stands, its topics and its id."""
    others = f"; also in {', '.join(document.citation for document in also_in)}" if also_in else ""
    cited = shown(f"{excerpt.document.citation}, {excerpt.locator}{others}", WHERE_UNITS)
    topics_ = shown(", ".join(excerpt.topics), TOPICS_UNITS)
    return " · ".join(part for part in (cited, topics_, excerpt.id) if part)


def _highlighted(text: str, marks: Sequence[tuple[int, int]], most: int) -> list[Block]:
    """Return *text* with its marks bold, at most *most* characters of it: it ends where it is cut."""
    runs: list[Block] = []
    at, left = 0, most
    for start, end in [*marks, (len(text), len(text))]:
        for piece, bold in ((text[at:start], False), (text[start:end], True)):
            told = run(piece, most=max(left, 1), **({"bold": True} if bold else {}))
            runs += told
            left -= units(piece)
            if left < 1:
                return runs
        at = end
    return runs


def _topics(excerpt: Excerpt) -> list[str]:
    return [", ".join(excerpt.topics)] if excerpt.topics else []
