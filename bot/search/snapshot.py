"""The index as it stands at one moment: what can be asked of it."""

from collections.abc import Iterable, Sequence
from datetime import date

import tantivy
from tantivy import Occur

from bot.document import Excerpt
from bot.library.words import LANGUAGES, STOP_WORDS, stem
from bot.search.entry import COMMON, excerpt_of, microseconds
from bot.search.forward import Forward
from bot.search.parts import (
    Added,
    AllOf,
    AnyOf,
    Dated,
    Field,
    Languages,
    Named,
    Not,
    Part,
    Phrase,
    Prefix,
    Sources,
    Topics,
    Word,
)
from bot.search.period import Span
from bot.search.query import Query
from bot.search.vocabulary import Vocabulary

OWN = "own"
"""A field that the index does not keep: see `entry.SCHEMA`."""

EXACT = 1000
"""Entries that have a word up to which they are counted one by one."""

BEGINNINGS = 32
"""Beginnings of words whose queries are kept: one of two letters may be of some thousand words."""

FAR = 2**62
"""Later than any day or microsecond."""


class Snapshot:
    """Reads one state of the index; queries are built from terms, never parsed from text."""

    def __init__(
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, forward: Forward, words: Vocabulary
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._beginnings: dict[str, tantivy.Query] = {}
        self._among: tuple[tuple[str, ...], tantivy.Query] = (), tantivy.Query.empty_query()
        self.forward = forward
        """The terms of its passages, by number."""
        self.words = words
        """All words that stood in it, whoever saw them."""
        self.size = max(searcher.num_docs - 1, 0)
        """How many excerpts it holds, of all workspaces."""
        stated = (code for code, _ in searcher.terms_with_prefix("language", ""))
        self.languages = tuple(dict.fromkeys(["en", *sorted(LANGUAGES.keys() & set(stated))]))
        """Those in which its words are stemmed."""
        self._is_common = self.count(self.term("workspace", COMMON)) == self.size
        self._is_tidy = (
            searcher.doc_freq("workspace", COMMON) == self.size
        )  # Nothing removed is still counted.

    @property
    def is_empty(self) -> bool:
        """Whether it holds no excerpt: one entry is the index's own."""
        return self.size == 0

    def term(self, field: str, value: str) -> tantivy.Query:
        """Match entries whose *field* has *value*; OWN are stems of `body` that not only the title has."""
        if field == OWN:
            body = self.term("body", value)
            return body if not self._titled(value) else within(body, [], [self.term("titled", value)])
        return tantivy.Query.term_query(self._schema, field, value)

    def among(self, ids: Sequence[str]) -> tantivy.Query:
        """Match the entries with these *ids*; many subscriptions look among the same, one after the other."""
        asked = tuple(ids)
        kept, query = self._among
        if kept != asked:
            query = self.numbered(self.forward.numbers_of(asked))
            self._among = asked, query
        return query

    def phrase(self, words: Sequence[str]) -> tantivy.Query:
        """Match entries in which *words* stand side by side."""
        if len(words) == 1:
            return self.term("words", words[0])
        return tantivy.Query.phrase_query(self._schema, "words", list(words))

    def forms(self, words: Sequence[str]) -> tantivy.Query:
        """Match entries with any form of a single word, or with several side by side as they are."""
        if len(words) > 1 or words[0] in STOP_WORDS:
            return self.phrase(words)
        return any_of([self.term(OWN, stem) for stem in self.stems(words[0])])

    def stems(self, word: str) -> tuple[str, ...]:
        """Return the stems of *word* in the languages that there are."""
        if len(self.languages) == 1:
            return (stem(word),)
        return tuple(dict.fromkeys(stem(word, language) for language in self.languages))

    def frequency(self, field: str, value: str, workspace: str) -> int:
        """Return how many entries that *workspace* sees have *value* in *field*.

        Exactly where they are few, or there are clips; else what was removed and not yet cleared away counts.
        """
        there = (
            self.held(value) - self._titled(value) if field == OWN else self._searcher.doc_freq(field, value)
        )
        if there == 0 or (self._is_common and (self._is_tidy or there > EXACT)):
            return there
        return self.count(self.term(field, value), *self.limits(workspace))

    def limits(self, workspace: str) -> list[tantivy.Query]:
        """Return what an entry must match to be seen by *workspace*: nothing, where all may see all."""
        return [] if self._is_common else [self.seen_by(workspace)]

    def seen_by(self, workspace: str) -> tantivy.Query:
        """Match what *workspace* sees."""
        common = self.term("workspace", COMMON)
        return any_of([common, self.term("workspace", workspace)]) if workspace else common

    def narrowed(self, query: Query, workspace: str, *, dated: bool = True) -> list[tantivy.Query]:
        """Return what an excerpt must match whatever it is about; without dates if not *dated*."""
        required = [part for part in query.parts if isinstance(part, Named)]
        musts = [*self.limits(workspace), *map(self.match, (*required, *query.requirements))]
        if query.added:
            musts.append(self._added(query.added))
        if dated and (query.after or query.before):
            musts.append(self._dated(query.after, query.before))
        return musts

    def excluded(self, query: Query) -> list[tantivy.Query]:
        """Return what an excerpt must not match."""
        return [self.match(part) for part in query.excluded]

    def match(self, part: Part) -> tantivy.Query:
        """Match entries that are as *part* says: its words stand in the passage, or in its headings."""
        match part:
            case AnyOf():
                return any_of(map(self.match, part.parts))
            case AllOf():
                return all_of(map(self.match, part.parts))
            case Not():
                return none_of(self.match(part.part))
            case Word() | Prefix() | Phrase():
                return self._thing(part)
            case _:
                return self._field(part)

    def _thing(self, part: Word | Prefix | Phrase) -> tantivy.Query:
        match part:
            case Word():
                return self.forms((part.word,))
            case Prefix():
                return self._beginning(part.start)
            case Phrase():
                return self.phrase(part.words)

    def _field(self, part: Field) -> tantivy.Query:
        match part:
            case Topics():
                return any_of([self.term("topic", name) for name in part.names])
            case Sources():
                return any_of(all_of([self.term("source", word) for word in name]) for name in part.names)
            case Languages():
                return any_of([self.term("language", name) for name in part.names])
            case Dated():
                return self._dated(part.after, part.before)
            case Added():
                return self._added(part.span)

    def beginning(self, start: str, workspace: str, most: int) -> list[str]:
        """Return up to *most* words that *workspace* sees and that begin so, the commonest first."""
        seen = None if self._is_common else self.seen_by(workspace)
        found = self._searcher.terms_with_prefix("words", start, filter_query=seen, limit=most)
        return [word for word, count in found if count and word not in STOP_WORDS]

    def _beginning(self, start: str) -> tantivy.Query:
        """Match entries with any form of any word that begins with *start*; one question asks it twice."""
        kept = self._beginnings.get(start)
        if kept is None:
            if len(self._beginnings) > BEGINNINGS:
                self._beginnings.clear()
            kept = self._beginnings[start] = self._with_any(self.begun(start))
        return kept

    def begun(self, start: str) -> list[str]:
        """Return all words that begin with *start*, whoever sees them."""
        return [word for word, _ in self._searcher.terms_with_prefix("words", start)]

    def _with_any(self, told: Sequence[str]) -> tantivy.Query:
        """Match entries with any form of any of the words *told*."""
        common = STOP_WORDS.intersection(told)  # Which have no forms in the index.
        forms = {stem for word in told if word not in common for stem in self.stems(word)}
        titled = {stem for stem in forms if self._titled(stem)}
        own = [self.term(OWN, stem) for stem in sorted(titled)]
        return any_of(
            [self._one_of("body", sorted(forms - titled)), *own, self._one_of("words", sorted(common))]
        )

    def _one_of(self, field: str, values: Sequence[str]) -> tantivy.Query:
        return tantivy.Query.term_set_query(self._schema, field, list(values))

    def count(self, *queries: tantivy.Query) -> int:
        """Return how many entries match all *queries*."""
        found = self._searcher.search(all_of(queries) if len(queries) > 1 else queries[0], limit=1)
        return int(found.count)  # type: ignore[attr-defined]  # missing from Tantivy's stub

    def best(self, query: tantivy.Query, limit: int) -> list[tuple[float, tantivy.DocAddress]]:
        """Return the *limit* best entries for *query*: score and address."""
        return self._searcher.search(query, limit=limit, count=False).hits

    def newest(self, query: tantivy.Query, limit: int, *, offset: int) -> list[Excerpt]:
        """Return *limit* entries that match *query*, the last to arrive first, without the first *offset*."""
        hits = self._searcher.search(query, limit, False, "added", offset).hits
        return [self.excerpt(address) for _, address in hits]

    def numbers(self, addresses: Sequence[tantivy.DocAddress]) -> list[int]:
        """Return the numbers in the forward index of the entries at these *addresses*."""
        return self._searcher.fast_field_values("number", list(addresses))  # type: ignore[return-value]  # all have one

    def numbered(self, numbers: Sequence[int]) -> tantivy.Query:
        """Match the entries with these *numbers*."""
        return tantivy.Query.term_set_query(self._schema, "number", list(numbers))

    def which(self, query: tantivy.Query, numbers: Sequence[int]) -> set[int]:
        """Return those of *numbers* whose entries match *query*."""
        found = self.best(all_of([query, self.numbered(numbers)]), len(numbers))
        return set(self.numbers([address for _, address in found]))

    def has(self, word: str) -> bool:
        """Tell whether an entry has *word* as it is written, whoever sees it."""
        return bool(self._searcher.doc_freq("words", word))

    def held(self, stem: str) -> int:
        """Return how many entries have *stem*, whoever sees them, and what is not yet cleared away."""
        return int(self._searcher.doc_freq("body", stem))

    def excerpt(self, address: tantivy.DocAddress) -> Excerpt:
        """Return the excerpt at this *address*."""
        return excerpt_of(self._searcher.doc(address))

    def _titled(self, stem: str) -> int:
        """Return how many entries have *stem* in their document's title alone."""
        return int(self._searcher.doc_freq("titled", stem))

    def by_id(self, excerpt_id: str, workspace: str) -> Excerpt | None:
        """Return the excerpt with this id, if *workspace* sees it."""
        found = self.best(all_of([self.among([excerpt_id]), self.seen_by(workspace)]), 1)
        return self.excerpt(found[0][1]) if found else None

    def documents(self, workspace: str) -> int:
        """Return how many documents *workspace* sees."""
        return self.count(self.term("first", "first"), *self.limits(workspace))

    def undated(self) -> tantivy.Query:
        """Match what states no date."""
        return none_of(tantivy.Query.exists_query("date"))

    def _dated(self, after: date | None, before: date | None) -> tantivy.Query:
        """Match what is of a day from *after* on and before *before*."""
        least = after.toordinal() if after else 0
        return self._between("date", least, before.toordinal() if before else FAR)

    def _added(self, span: Span) -> tantivy.Query:
        """Match what arrived in *span*."""
        least = microseconds(span.after) + 1 if span.after else 0
        return self._between("added", least, microseconds(span.upto) + 1 if span.upto else FAR)

    def _between(self, field: str, least: int, below: int) -> tantivy.Query:
        return tantivy.Query.range_query(
            self._schema,
            field,
            tantivy.FieldType.Integer,
            lower_bound=least,
            upper_bound=below,
            include_upper=False,
        )


def any_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """Match what matches one of *queries*; the scores of those that do add up."""
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])


def all_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """Match what matches each of *queries*."""
    return tantivy.Query.boolean_query([(Occur.Must, query) for query in queries])


def both(musts: Sequence[tantivy.Query], shoulds: Sequence[tantivy.Query]) -> tantivy.Query:
    """Match what matches all *musts*; what matches some of *shoulds* as well scores more."""
    clauses = [(Occur.Must, query) for query in musts] + [(Occur.Should, query) for query in shoulds]
    return tantivy.Query.boolean_query(clauses)


def everything() -> tantivy.Query:
    """Match all excerpts; the index has an entry of its own besides."""
    return tantivy.Query.exists_query("number")


def none_of(query: tantivy.Query) -> tantivy.Query:
    """Match the excerpts that do not match *query*."""
    return tantivy.Query.boolean_query([(Occur.Must, everything()), (Occur.MustNot, query)])


def within(
    query: tantivy.Query, musts: Sequence[tantivy.Query], nots: Sequence[tantivy.Query]
) -> tantivy.Query:
    """Match what *query* matches, all *musts* and none of *nots*; the scores are *query*'s."""
    if not musts and not nots:
        return query  # Tantivy passes over what cannot be among the best only where nothing else is asked.
    return tantivy.Query.boolean_query(
        [
            (Occur.Must, query),
            *((Occur.Must, tantivy.Query.const_score_query(must, 0.0)) for must in musts),
            *((Occur.MustNot, no) for no in nots),
        ]
    )
