"""An answer as JSON, for programs."""

from typing import Any

from bot.search.answer import Answer, Hit


def report(answer: Answer, *, took_ms: float) -> dict[str, Any]:
    """Return *answer* in the form that `python -m bot search --json` promises."""
    return {
        "query": answer.query.text,
        "total": answer.total,
        "total_is_exact": answer.is_exact,
        "took_ms": round(took_ms, 3),
        "corrected": [{"from": c.typed, "to": c.taken} for c in answer.corrections],
        "notes": list(answer.query.notes),
        "nearest": [near.term for near in answer.nearest],
        "hits": [_hit(hit) for hit in answer.hits],
    }


def refused(query: str, why: str) -> dict[str, Any]:
    """Return the same form for a question that cannot be asked, and why."""
    return {
        "query": query,
        "total": 0,
        "took_ms": 0.0,
        "corrected": [],
        "notes": [],
        "nearest": [],
        "hits": [],
        "error": why,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    excerpt, document = hit.excerpt, hit.excerpt.document
    return {
        "id": excerpt.id,
        "text": excerpt.text,
        "context": excerpt.context,
        "score": round(hit.score, 4),
        "topics": list(excerpt.topics),
        "document": {
            "id": document.id,
            "title": document.title,
            "publisher": document.publisher,
            "based_on": document.based_on,
            "url": document.url,
            "date": str(document.date) if document.date else None,
            "file": document.file,
        },
        "section": list(excerpt.section),
        "page": excerpt.page,
        "paragraph": excerpt.paragraph,
        "also_in": [other.id for other in hit.also_in],
    }
