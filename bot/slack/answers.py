"""The messages that answer: passages, one passage, topics, help, and that there is nothing."""

from collections.abc import Mapping, Sequence

from bot.config import Topic
from bot.document import Document, Excerpt
from bot.search.answer import Answer, Hit, Near
from bot.slack.blocks import MESSAGE_UNITS, Block, Message, line, listed, message, quote, run, small
from bot.slack.text import shown, units
from bot.store.records import Removed

NOTES_UNITS = 500
"""Characters of what is told of how a question was read."""

WHERE_UNITS, TOPICS_UNITS, LEAD_IN_UNITS, URL_UNITS = 300, 100, 150, 200
"""Characters of what stands beside a passage in an answer; a longer address is opened by `show`."""

TOPICS_SHOWN, DESCRIPTION_UNITS = 40, 120
"""Topics of one message, and characters of what each is about."""

PASSAGE_UNITS = 1600
"""Characters of one passage in an answer; no passage of ours is longer."""


def found(answer: Answer, *, command: str) -> Message:
    """Return the passages of *answer*, each word for word with where it stands."""
    count = answer.counted[:1].upper() + answer.counted[1:]
    blocks = [line(run(f"{count} on "), run(answer.subject, most=500, bold=True), run(_taken(answer)))]
    blocks += _noted(answer)
    most = room(len(answer.hits))
    for hit in answer.hits:
        blocks += cited(hit.excerpt, most=most, marks=hit.marks, also_in=hit.also_in)
    blocks.append(small(_footer(answer, command)))
    return message(f"{count} on {answer.subject}. {_first(answer.hits[0])}", blocks)


def nothing(answer: Answer, *, command: str) -> Message:
    """Return that there is nothing, and what is nearest."""
    documents = f"{answer.documents} document{'s' * (answer.documents != 1)}"
    told = [run("Nothing on "), run(answer.subject, most=500, bold=True), run(f" in {documents}.")]
    blocks = [line(*told, run(_taken(answer))), *_noted(answer)]
    if answer.nearest:
        blocks.append(line(run(f"Nearest: {_terms(answer.nearest)}.")))
    hint = f"{command} topics shows what there is."
    if answer.undated:
        hint = f"{_left_out(answer)} {hint}"
    if not answer.documents:
        hint = "The library is empty; whoever runs Briefbot fills it with: python -m bot ingest"
    blocks.append(small(hint))
    nearest = f" Nearest: {_terms(answer.nearest)}." if answer.nearest else ""
    return message(f"Nothing on {answer.subject} in {documents}.{nearest}", blocks)


def room(passages: int) -> int:
    """Return how many characters each of so many *passages* may have, for all to fit into one message."""
    beside = WHERE_UNITS + TOPICS_UNITS + LEAD_IN_UNITS + URL_UNITS
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


def passage(excerpt: Excerpt) -> Message:
    """Return one passage whole, with all that is known of where it stands."""
    document = excerpt.document
    where = [document.citation, *excerpt.section, f"paragraph {excerpt.paragraph}"]
    if document.file:
        where.append(f"file {document.file}")
    blocks = [
        line(run(document.name, most=500, bold=True)),
        quote(run(excerpt.text, most=MESSAGE_UNITS), lead_in=excerpt.context),
        small(" · ".join([*where, *_topics(excerpt), excerpt.id]), url=document.url),
    ]
    return message(f"{document.citation}: {excerpt.text}", blocks)


def removed(excerpt_id: str, gone: Removed, *, command: str) -> Message:
    """Return what became of a passage that is no longer there."""
    day, name = gone.removed_at.date(), gone.document.name
    if gone.document_remains:
        told = f"The passage {excerpt_id} was changed in {name} on {day}."
        hint = f"{command} with its words finds what stands there now."
    else:
        told = f"The passage {excerpt_id} was removed with its document, {name}, on {day}."
        hint = f"{command} topics shows what there is."
    return message(told, [line(run(told)), small(hint)])


def unknown(excerpt_id: str, *, command: str) -> Message:
    """Return that no passage has this id."""
    told = f"No passage has the id {excerpt_id}."
    hint = f"The id stands under each passage of an answer; {command} help tells more."
    return message(told, [line(run(told)), small(hint)])


def topics(counts: Mapping[str, int], declared: Mapping[str, Topic], *, command: str) -> Message:
    """Return the declared topics and how much there is on each."""
    told = "Topics in this library"
    lines = [
        [
            run(name, bold=True),
            run(f"  {count} passage{'s' * (count != 1)}"),
            run(f"  {declared[name].description}".rstrip(), most=DESCRIPTION_UNITS),
        ]
        for name, count in list(counts.items())[:TOPICS_SHOWN]
    ]
    if not lines:
        told = "No topics are declared in config.yml."
        return message(told, [line(run(told))])
    example = max(counts, key=lambda name: counts[name])
    written = f'"{example}"' if " " in example else example
    hint = f"{command} {example} searches for it; {command} WORDS topic:{written} stays within it."
    summary = ", ".join(f"{name} {count}" for name, count in counts.items())
    return message(f"{told}: {summary}", [line(run(told, bold=True)), listed(lines), small(hint)])


def usage(
    command: str,
    examples: Sequence[str],
    *,
    documents: int,
    passages: int,
    more: Sequence[tuple[str, str]] = (),
) -> Message:
    """Return how to use it, with *examples* from this library; *more* are verbs and what they do."""
    told = f"Ask for a few words and get the passages, word for word, from {documents} documents."
    if not documents:
        told = "The library is empty. Whoever runs Briefbot fills it with: python -m bot ingest"
    ways = [
        ("WORDS", "the passages that answer best"),
        ('"EXACT PHRASE" -WITHOUT', "as it stands there; without a word"),
        ("(THIS OR THAT) BEGIN*", "one of several; all words that begin so"),
        ("WORDS topic:NAME source:NAME lang:en", "within a topic, from a source, in a language"),
        ("WORDS after:2024-06 before:2025 added:30d", "by date, or by arrival"),
        ("topics", "what there is, and how much on each"),
        ("show ID", "one passage with all that is known of it"),
        *more,
        ("search WORDS", "to look for a word that is also a verb, as help"),
    ]
    blocks: list[Block] = [line(run(told))]
    blocks.append(listed([[run(f"{command} {way}", code=True), run(f"  {what}")] for way, what in ways]))
    if examples:
        blocks.append(line(run("Try")))
        blocks.append(listed([[run(f"{command} {example}", code=True)] for example in examples]))
    blocks.append(small(f"{documents} documents, {passages} passages. Only you see the answers."))
    return message(f"{told} Type {command} and what you look for.", blocks)


def refusal(text: str) -> Message:
    """Return why something cannot be done, and what to do."""
    return message(text, [line(run(text))])


def apology(reference: str, *, command: str) -> Message:
    """Return that something broke on our side."""
    told = f"That did not work, and it is not your doing. The log has it under {reference}."
    return message(told, [line(run(told)), small(f"Try again, or {command} help.")])


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


def _taken(answer: Answer) -> str:
    """Tell what was taken for something else."""
    taken = [f"{c.taken} for “{c.typed}”" for c in answer.corrections]
    return f"   searched {', '.join(taken)}" if taken else ""


def _noted(answer: Answer) -> list[Block]:
    """Tell what of the question was not read as it may have been meant."""
    notes = shown(" ".join(answer.query.notes), NOTES_UNITS).strip()
    return [small(notes)] if notes else []


def _footer(answer: Answer, command: str) -> str:
    shown_ = len(answer.hits)
    total = answer.counted.removesuffix("s").removesuffix(" passage")
    told = [f"The best {shown_} of {total}."] if shown_ < answer.total else []
    if answer.undated:
        told.append(_left_out(answer))
    if answer.corrections:
        typed = answer.corrections[0].typed
        told.append(f'{command} "{typed}" insists on what you typed.')
    told.append(f"{command} show {answer.hits[0].excerpt.id} opens the first.")
    return " ".join(told)


def _left_out(answer: Answer) -> str:
    told = answer.left_out[:1].upper() + answer.left_out[1:]
    return f"{told} {'is' if answer.undated == 1 else 'are'} left out: the document states no date."


def _first(hit: Hit) -> str:
    return f"{hit.excerpt.document.citation}, {hit.excerpt.locator}: {shown(hit.excerpt.text, 600)}"


def _terms(nearest: Sequence[Near]) -> str:
    return ", ".join(f"{near.term} ({near.count})" for near in nearest)
