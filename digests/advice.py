"""Suggestions as operators read them in a terminal, and as JSON."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from digests.suggestions import OfTopic, Suggestions
from digests.themes.shared import Shared

_PLAIN = re.compile(r"[^\W_][\w.&'’/+-]*(?: [^\W_][\w.&'’/+-]*)*")
"""What YAML takes for one text without quotes, also within a list."""

LONGEST_NAME = 40
"""Characters of a topic's name that `config.yml` takes."""


def told(suggestions: Suggestions) -> str:
    """Return the suggestions as lines, those to be pasted as `config.yml` takes them."""
    return "\n".join(_lines(suggestions))


def reported(suggestions: Suggestions) -> dict[str, Any]:
    """Return the suggestions as one JSON object."""
    return {
        "passages": suggestions.passages,
        "documents": suggestions.documents,
        "read": suggestions.read,
        "topics": [
            {
                "name": topic.name,
                "passages": topic.passages,
                "documents": topic.documents,
                "last_30_days": topic.recent,
                "read": topic.read,
                "lacking": [_reported(one) for one in topic.lacking],
                "absent": list(topic.absent),
                "wide": [{"keyword": keyword, "share": round(share, 3)} for keyword, share in topic.wide],
            }
            for topic in suggestions.topics
        ],
        "no_topic": {
            "passages": suggestions.on_none,
            "read": suggestions.untold,
            "shared": [_reported(one) for one in suggestions.shared],
        },
    }


def _reported(shared: Shared) -> dict[str, Any]:
    return {**asdict(shared), "phrase": shared.phrase.surface, "g2": round(shared.g2, 2)}


def _lines(suggestions: Suggestions) -> Iterator[str]:
    size = f"{_count(suggestions.passages, 'passage')} in {_count(suggestions.documents, 'document')}"
    if not suggestions.passages:
        yield "The library is empty: fill it with python -m bot ingest, then look again."
        return
    yield f"{size}.{_sampled(suggestions)}"
    for topic in suggestions.topics:
        yield ""
        yield from _topic(topic)
    yield ""
    yield from _none(suggestions)


def _sampled(suggestions: Suggestions) -> str:
    if suggestions.read == suggestions.passages:
        return ""
    return (
        f" Keywords and phrases are counted in an even sample of {suggestions.read}, in which a phrase's"
        " passages are fewer than in all."
    )


def _topic(topic: OfTopic) -> Iterator[str]:
    if not topic.passages:
        yield f"{topic.name}: nothing is about it. Give it keywords that your documents use, or remove it."
    else:
        held = f"{_count(topic.passages, 'passage')} of {_count(topic.documents, 'document')}"
        yield f"{topic.name}: {held}, {topic.recent} arrived in the last 30 days"
    if topic.lacking:
        yield "  its passages share this and its keywords lack it; to paste after `keywords: [`"
        yield from (f"      {_written(one)},  # {_evidence(one, topic.read)}" for one in topic.lacking)
    if topic.absent:
        yield f"  keywords that stand nowhere: {', '.join(topic.absent)}"
    for keyword, share in topic.wide:
        yield f"  too wide a keyword: {keyword} stands in {share:.0%} of all passages"


def _none(suggestions: Suggestions) -> Iterator[str]:
    if not suggestions.topics:
        yield "No topics are declared: topics, a digest's chapters, stand below `topics:` in config.yml."
        if suggestions.shared:
            yield "What your documents speak of; to paste there, with more keywords of each:"
    else:
        share = suggestions.on_none / suggestions.passages
        yield f"on no topic: {_count(suggestions.on_none, 'passage')}, {share:.0%}"
        if not suggestions.shared:
            return
        yield "  they share this; to paste below `topics:`"
    for one in suggestions.shared:
        if suggestions.topics:
            evidence = f"in {one.inside} of the {suggestions.untold} on no topic, in {_others(one)}"
        else:
            evidence = f"in {_count(one.inside, 'passage')} of {_count(one.documents, 'document')}"
        name, keyword, examples = _topic_name(one), _written(one), ", ".join(one.examples)
        yield f"  {name}: {{keywords: [{keyword}]}}  # {evidence}: {examples}"


def _evidence(shared: Shared, read: int) -> str:
    whose = _count(shared.documents, "document")
    if shared.sources != shared.documents:
        whose += f", {_count(shared.sources, 'source')}"
    return f"in {shared.inside} of its {_count(read, 'passage')}, in {_others(shared)}; {whose}"


def _others(shared: Shared) -> str:
    return f"{shared.outside or 'none'} of the others"


def _written(shared: Shared) -> str:
    """Return a phrase as YAML takes it within a list."""
    surface = shared.phrase.surface
    return surface if _PLAIN.fullmatch(surface) else json.dumps(surface, ensure_ascii=False)


def _topic_name(shared: Shared) -> str:
    """Return a phrase as a topic may be named."""
    return " ".join(re.findall(r"[^\W_]+", shared.phrase.surface))[:LONGEST_NAME].strip()


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
