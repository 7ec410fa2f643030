"""The messages that answer: what was found, that there is nothing, topics, help."""

from collections.abc import Mapping, Sequence

from bot.config import Topic
from bot.search.answer import Answer, Near
from bot.search.explaining import explained
from bot.slack.blocks import Block, Message, actions, button, line, listed, message, run, small
from bot.slack.passages import acts, cited, room, summary
from bot.slack.text import shown, units
from bot.store.records import Removed

NOTES_UNITS = 500
"""Characters of what is told of how a question was read."""

NEXT, PREVIOUS = "search_next", "search_previous"
SUBSCRIBE, WHY, USEFUL = "search_subscribe", "search_why", "search_useful"
"""The actions under an answer; of USEFUL there are two in one row, with a word after it."""

FORM_OPEN, FORM = "search_open", "search_form"
"""The button that opens the form for a search; the shortcut that does, and what the form comes back as."""

TELL = "search_tell"
"""The button under an answer without a passage: it opens the form for a subscription to what was asked."""

VALUE_UNITS, ASKED_UNITS = 2000, 1000
"""Characters that a button carries, and of a question that one carries."""

WHERE_UNITS, WHY_UNITS = 150, 200
"""Characters of a passage's name or an example, and of one reason for a passage's place."""

TOPICS_SHOWN, DESCRIPTION_UNITS = 40, 120
"""Topics of one message, and characters of what each is about."""


def found(answer: Answer, *, command: str, before: Sequence[str] = ()) -> Message:
    """Return the passages of *answer*, each word for word with where it stands.

    *before* are the ids of those that were shown on the pages before.
    """
    count = answer.counted[:1].upper() + answer.counted[1:]
    page = f"  {len(before) + 1} to {len(before) + len(answer.hits)}" if before else ""
    told = [run(f"{count} on "), run(answer.subject, most=500, bold=True), run(f"{page}{_taken(answer)}")]
    blocks = [line(*told), *_noted(answer)]
    most = room(len(answer.hits))
    for hit in answer.hits:
        blocks += [*cited(hit.excerpt, most=most, marks=hit.marks, also_in=hit.also_in), acts(hit.excerpt)]
    blocks += [small(_footer(answer, command, before)), *_turns(answer, before)]
    return message(f"{count} on {answer.subject}. {summary(answer.hits[0].excerpt)}", blocks)


def _turns(answer: Answer, before: Sequence[str]) -> list[Block]:
    """Return what can be done with an answer; pages are turned by what was shown, whatever arrives since."""
    query, shown_ = answer.query.text, [*before, *(hit.excerpt.id for hit in answer.hits)]
    turns = []
    if before:
        turns.append(button("Previous page", PREVIOUS, carried(before, query)))
    if len(shown_) < answer.total and units(carried(shown_, query)) <= VALUE_UNITS:
        turns.append(button("Next page", NEXT, carried(shown_, query)))
    if units(query) > ASKED_UNITS:
        return [actions(*turns)] if turns else []
    if not before:
        turns.append(button("Subscribe to this search", SUBSCRIBE, query))
        turns.append(button("Why in this order", WHY, query))
    turns += [
        button("This was useful", f"{USEFUL}_yes", query),
        button("This was no use", f"{USEFUL}_no", query),
    ]
    return [actions(*turns)]


def why(answer: Answer) -> Message:
    """Return why each passage of an answer stands where it does."""
    told = f"Why the passages on {answer.subject} stand in this order"
    blocks = [line(run(told, most=500, bold=True))]
    for number, hit in enumerate(answer.hits, start=1):
        where = f"{number}. {hit.excerpt.document.name}, {hit.excerpt.locator}"
        reasons = explained(hit.excerpt, hit.ranked, answer.concepts) if hit.ranked else []
        blocks.append(line(run(where, most=WHERE_UNITS)))
        if reasons:
            blocks.append(listed([[run(one, most=WHY_UNITS)] for one in reasons]))
    return message(told, blocks)


def carried(ids: Sequence[str], query: str) -> str:
    """Return what a button carries that turns a page: passages by their ids, and the question."""
    return f"{','.join(ids)} {query}"


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
    asked = shown(answer.query.text)
    if answer.documents and asked and units(asked) <= ASKED_UNITS:
        blocks.append(actions(button("Tell me when something arrives", TELL, asked)))
    nearest = f" Nearest: {_terms(answer.nearest)}." if answer.nearest else ""
    return message(f"Nothing on {answer.subject} in {documents}.{nearest}", blocks)


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
    offers: Sequence[Block] = (),
) -> Message:
    """Return how to use it, with *examples* from this library; *more* are verbs and what they do.

    *offers* are buttons beside the one that opens the form for a search.
    """
    held = f"{documents} document{'s' * (documents != 1)}"
    told = f"Ask for a few words and get the passages, word for word, from {held}."
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
        blocks.append(listed([[run(f"{command} {one}", most=WHERE_UNITS, code=True)] for one in examples]))
    blocks.append(actions(button("Search by topic, source and days", FORM_OPEN, "form"), *offers))
    blocks.append(small(f"{held}, {passages} passage{'s' * (passages != 1)}. Only you see the answers."))
    return message(f"{told} Type {command} and what you look for.", blocks)


def greeting(command: str, examples: Sequence[str], *, documents: int, passages: int) -> Message:
    """Return what the one who installed it is told: what it is, and the first thing to do."""
    told = "Briefbot is here. It answers with passages of its library, word for word, and where they stand."
    steps = [
        [
            run(f"{command} {examples[0] if examples else 'help'}", most=WHERE_UNITS, code=True),
            run("  asks; only you see the answer"),
        ],
        [run(f"{command} topics", code=True), run("  shows what there is")],
        [
            run(f"{command} digest here monday 09:00", code=True),
            run("  in a channel, after /invite @Briefbot"),
        ],
    ]
    held = f"{documents} document{'s' * (documents != 1)}, {passages} passage{'s' * (passages != 1)}."
    blocks = [line(run(told)), listed(steps), small(f"{held} Nobody else was written to.")]
    return message(f"{told} Type {command} help.", blocks)


def refusal(text: str) -> Message:
    """Return why something cannot be done, and what to do."""
    return message(text, [line(run(text))])


def apology(reference: str, *, command: str) -> Message:
    """Return that something broke on our side."""
    told = f"That did not work, and it is not your doing. The log has it under {reference}."
    return message(told, [line(run(told)), small(f"Try again, or {command} help.")])


def _taken(answer: Answer) -> str:
    """Tell what was taken for something else."""
    taken = [f"{c.taken} for “{c.typed}”" for c in answer.corrections]
    return f"   searched {', '.join(taken)}" if taken else ""


def _noted(answer: Answer) -> list[Block]:
    """Tell what of the question was not read as it may have been meant."""
    notes = shown(" ".join(answer.query.notes), NOTES_UNITS).strip()
    return [small(notes)] if notes else []


def _footer(answer: Answer, command: str, before: Sequence[str]) -> str:
    shown_ = len(answer.hits)
    total = answer.counted.removesuffix("s").removesuffix(" passage")
    told = [f"The best {shown_} of {total}."] if shown_ < answer.total and not before else []
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


def _terms(nearest: Sequence[Near]) -> str:
    return ", ".join(f"{near.term} ({near.count})" for near in nearest)
