"""Which passages bear which topics, kept at today's declarations."""

from collections.abc import Sequence

from bot.config import Config
from bot.document import Excerpt, Passage
from bot.library.topics import Topics
from bot.store.library import Library


def mark_again(library: Library, config: Config) -> int:
    """Mark all excerpts if the declared topics have changed; return how many documents that changed."""
    topics = Topics(config.topics)
    if library.state().topics_mark == topics.mark:
        return 0
    changed = 0
    for declared, excerpts in library.living():
        marks = {excerpt.id: topics_of(excerpt, topics, declared) for excerpt in excerpts}
        if any(marks[excerpt.id] != excerpt.topics for excerpt in excerpts):
            library.mark(excerpts[0].document.id, marks)
            changed += 1
    library.set_topics_mark(topics.mark)
    return changed


def topics_of(passage: Passage | Excerpt, topics: Topics, declared: Sequence[str]) -> tuple[str, ...]:
    """Return the topics a passage is about: those its document declares, and those its words tell."""
    told = topics.of(passage.text, beside=(passage.context or "", *passage.section))
    return (*declared, *(name for name in told if name not in declared))
