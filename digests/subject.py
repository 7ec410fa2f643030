"""What someone wants to hear of, as it is typed: a topic, with what it leaves out, or a saved query."""

import datetime
import re
from collections.abc import Iterable, Sequence

from rapidfuzz import process, utils

from bot.config import Config
from bot.errors import BotError
from bot.library.words import stem, words
from bot.search.query import topic_query
from bot.search.search import Searcher
from digests.schedule import Subscription
from digests.wish import CADENCES, LIKE_TIME

PAST = "added:30d"
"""What narrows a question to the past that a confirmation shows."""

TOPICS_UNITS = 250
"""Characters of the topics of a digest: its questions name them all, and have more to say."""

_IS_QUERY = re.compile(
    r'["“”«»「」|()（）]|(?<!\S)[-−–—]\S|\b(?i:topic|source|lang|after|before|added)[:：]|\b(?:OR|NOT)\b|\w[*＊](?!\S)'
)

_IS_GROUPED = re.compile(r"[|()（）*＊]|\bOR\b")
_WITHOUT = re.compile(r"(?<!\S)(?=[-−–—]\S|NOT\s)")
_TOPIC = re.compile(r'topic:\s*"?([^"]*)"?', re.IGNORECASE)


_PIECES = re.compile(r'\([^()]*\)|[^\s"(),]*"[^"]*"?|[^\s"(),]+')
"""What may be left out: a group, a phrase with or without a field before it, a word."""

_QUOTES = str.maketrans(dict.fromkeys("“”„«»「」", '"'))


def left_out(typed: str) -> list[str]:
    """Return what a person leaves out, piece by piece: words, phrases, fields and groups without a minus."""
    pieces = [piece.lstrip("-−–—") for piece in _PIECES.findall(typed.translate(_QUOTES))]
    return [piece for piece in pieces if re.search(r"\w", piece) and piece not in {"OR", "AND", "NOT"}]


def followed(question: str) -> str:
    """Return a question as it can be subscribed to: of plain words, all have to stand in a passage."""
    return question if _IS_QUERY.search(question) else f"({question})"


class Subjects:
    """Reads subjects by the declared topics and the grammar of questions."""

    def __init__(self, searcher: Searcher, config: Config) -> None:
        self._searcher = searcher
        self._config = config

    def query(self, subject: str, *, today: datetime.date) -> str:
        """Return the query for *subject*. Raises BotError for one that names no topic and asks nothing."""
        name = _WITHOUT.split(subject, maxsplit=1)[0]
        without = subject[len(name) :].strip()
        named = _TOPIC.fullmatch(name.strip())
        is_grouped = _IS_GROUPED.search(subject)
        topic = None if is_grouped else self.topic(named[1] if named else name.strip())
        query = f"{topic_query(topic)} {without}".strip() if topic else " ".join(subject.split())
        if not topic and not _IS_QUERY.search(subject):
            raise BotError(self._no_topic(subject))
        if not topic and (odd := _odd_cadence(subject)):
            raise BotError(
                f"“{odd}” is not understood there. Write how often and when at the end, as: daily 09:00"
                " Europe/Berlin, or weekly monday 09:00; what is to be found stands in quotes."
            )
        return self._asked(query, today)

    def wanted(self, topic: str, words: str, without: str, *, today: datetime.date) -> str:
        """Return the query for a topic, words or both, less what is left out, as a form tells of them.

        Raises BotError where it asks nothing.
        """
        less = [f"-{piece}" for piece in left_out(without)]
        if topic:
            asked = [topic_query(topic), *([followed(words)] if words else []), *less]
            return self._asked(" ".join(asked), today)
        is_named = bool(self.topic(_WITHOUT.split(words, maxsplit=1)[0]))
        return self.query(" ".join([words if is_named else followed(words), *less]), today=today)

    def parts(self, query: str) -> tuple[str, str, str]:
        """Return a saved query as the fields of a form have it: topic, words, and what is left out."""
        heads = [(name, topic_query(name)) for name in self._config.topics]
        topic, head = next((one for one in heads if f"{query} ".startswith(f"{one[1]} ")), ("", ""))
        rest = query[len(head) :].strip()
        less = left_out(rest)
        if topic and rest == " ".join(f"-{piece}" for piece in less):
            return topic, "", " ".join(less)
        bare = rest[1:-1]
        is_bare = rest == followed(bare) and (topic or not self.topic(bare))
        return topic, bare if is_bare else rest, ""

    def _asked(self, query: str, today: datetime.date) -> str:
        """Return a query. Raises BotError for one that cannot be followed."""
        self._searcher.parsed(query, today=today)
        most = self._config.limits.query_characters
        if len(f"{query} {PAST}") > most:  # Which a question would be cut to, and this is asked for long.
            raise BotError(
                f"That has {len(query)} characters; at most {most - len(PAST) - 1} can be followed."
            )
        return query

    def topic(self, name: str) -> str | None:
        """Return the declared topic that goes by *name*."""
        wanted = _stems(name)
        for topic, declared in self._config.topics.items():
            if wanted and wanted in [_stems(known) for known in (topic, *declared.aliases)]:
                return topic
        return None

    def topics(self, names: str) -> tuple[str, ...]:
        """Return the declared topics that *names*, parted by commas, tell of. Raises BotError for others."""
        found = {name.strip(): self.topic(name.strip()) for name in names.split(",") if name.strip()}
        for name, topic in found.items():
            if topic is None:
                raise BotError(f"There is no topic “{name}”. {self._near(name)} Commas part several.")
        return self.fitting(topic for topic in found.values() if topic)

    def fitting(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return declared topics for one digest, each once. Raises BotError for others, and for too many."""
        topics = tuple(dict.fromkeys(names))
        if gone := [name for name in topics if name not in self._config.topics]:
            raise BotError(f"The topic “{gone[0]}” is declared no more.")
        if len(", ".join(topics)) > TOPICS_UNITS:
            raise BotError(
                f"{len(topics)} topics are too many for one digest; one without topics tells of all."
            )
        return topics

    def _no_topic(self, subject: str) -> str:
        quoted = f'{self._config.command} subscribe "{subject}"'
        return f"There is no topic “{subject}”. {self._near(subject)} To follow words, quote them: {quoted}"

    def _near(self, name: str) -> str:
        near = process.extract(
            name, list(self._config.topics), processor=utils.default_process, limit=3, score_cutoff=60
        )
        names = " or ".join(name for name, _, _ in near)
        return f"Did you mean {names}?" if near else f"There are {', '.join(self._config.topics) or 'none'}."

    def can_be_asked(self, query: str, *, today: datetime.date) -> bool:
        """Tell whether a saved query still has a meaning: its topic may be declared no more."""
        try:
            self._searcher.parsed(query, today=today)
        except BotError:
            return False
        return True


def chosen(
    subject: str, mine: Sequence[Subscription], channels: Sequence[Subscription], *, is_here: bool
) -> list[Subscription]:
    """Return the subscriptions that *subject* names: a number of the list, a name, or all."""
    own = channels if is_here else mine
    if subject.lower() in {"all", "everything"}:
        return [*own]
    if re.fullmatch(r"#?[0-9]{1,4}", subject):
        at = int(subject.lstrip("#"))
        numbered = enumerate([*mine, *channels], start=1)
        return [one for number, one in numbered if number == at and (one in channels or not is_here)]
    exact = [one for one in own if subject.lower() in {one.name.lower(), one.query.lower()}]
    near = [one for one in own if _stems(subject) in (_stems(one.name), _stems(one.query))]
    return exact or (near if len(near) == 1 else [])


def _odd_cadence(subject: str) -> str:
    """Return the first word outside quotes that tells how often or when, '' if there is none."""
    outside = re.sub(r'"[^"]*"', " ", subject.lower()).split()
    odd = [word for word in outside if word in CADENCES or word == "monthly" or LIKE_TIME.fullmatch(word)]
    return odd[0] if odd else ""


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words(text)]
