"""What is on a page and not of the article is left out, each passage by a rule that has a name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.config import Boilerplate
from bot.document import plain
from bot.errors import ConfigError
from bot.library.byline import FRONT_LINES, is_byline
from bot.library.reading import Block, Kind, Left, Reading
from bot.library.sentences import sentence_spans, sentences

LINE_WORDS, LINE_CHARACTERS = 40, 300
"""A rule for lines looks at no longer ones: an article may well speak of copyright."""

QUOTE_WORDS = 5
"""A pull quote has at least as many words; fewer may well be said twice."""

INVITATION = "invitation to comment"

PART_WORDS = 10
"""And as many if it is but a part of the sentence that it repeats."""

_SITES = "Getty Images|Shutterstock|Unsplash|iStock|Pexels|Adobe Stock|Alamy|AFP|Reuters|AP Photo"
_LINES = {
    "photo credit": r"[(\[]?(?:(?i:photo|image|picture|illustration|graphic|cover|featured image|credit)s?"
    r"(?i: credit)?s?\s*(?::|/|(?i:by|courtesy of|via)\s+(?=[A-Z@]))[^!?]{0,120}"
    r"|(?i:source)s?:\s*[^.!?]{0,40}|(?:图片来源|图源|摄影|供图)\s*[:：].{0,40}"
    rf"|(?:[^.!?]{{0,60}}[/|,(]\s*)?(?:{_SITES})[^.!?]{{0,30}})",
    "share invitation": r"(?i:(?:please )?(?:share|tweet|pin|e?mail|print|follow|like|subscribe|sign up"
    r"|sign in|log in|listen to this|advertisement|sponsored|click here|leave a (?:comment|reply)"
    r"|table of contents|back to top|skip to|save)\b(?: this| on| to| us| in| for| with| it| the| our"
    r"| your| story| article| post| stories| articles| posts| newsletter| content| here| main| facebook"
    r"| twitter| x| linkedin| whatsapp| reddit| email| updates| now| free| and| via|,)*\W*"
    r"|(?:read more|read next|read also|related|recommended|more from|tags?|filed under)\b"
    r"\s*(?::.{0,120})?|\d+ comments?)|分享到.{0,20}|阅读时间\s*[:：].{0,20}",
    "copyright": r"(?i:(?:©|\(c\)\s*\d|copyright\s*(?:©|\(c\)|\d{4})).{0,160}"
    r"|.{0,100}all rights reserved\W*)",
    "sources": r"(?i:(?:portions? of )?this (?:article|post|story|piece|blog post)s? "
    r"(?:was|were|is|has been)?\s*(?:first|originally)?\s*"
    r"(?:inspired|sourced|published|appeared|republished|syndicated)\b.{0,200}"
    r"|portions? of this .{0,40}(?:inspired|sourced|adapted)\b.{0,200})"
    r"|[(（]?(?:责任)?编辑\s*[:：].{1,20}|来源\s*[:：].{1,40}",
}
_OPENINGS = {
    "disclaimer": r"免责声明|(?i:disclaimer\s*(?:[:.–—-]|$)"
    r"|(?:the )?(?:views|opinions)(?: and (?:views|opinions))? "
    r"(?:expressed|stated) (?:in this|here|by (?:the|its|our) (?:author|contributor|writer))"
    r"|this (?:article|post) (?:does not (?:constitute|represent|reflect)|is not intended"
    r"|is for informational))",
    "about the author": r"(?i:about (?:the )?(?:author|publisher|us)\W*$"
    r"|(?:compiling|telling|sharing) (?:the )?stories\b|our mission is\b)",
}
_SENTENCES = {
    "invitation to comment": r"(?i:^\W*(?:please )?join (?:the|our) (?:conversation|discussion)"
    r"|\bin the comments? (?:below|section)|\bleave (?:us )?a comment\b|\btell us what you think\b"
    r"|评论区|欢迎留言"
    r"|\bwe (?:invite|encourage|urge) (?:you|readers|our readers|everyone) to (?:share|comment|join|leave)"
    r"|\bshare your (?:thoughts|views|perspective|opinion|experience)s?|\blet us know (?:what|in|your|how)"
    r"|\bdon.?t forget to (?:like|subscribe|share|follow|clap)"
    r"|^\W*(?:like|clap|share) (?:this|and) (?:article|post|subscribe|follow)"
    r"|\b(?:sign up (?:for|to)|subscribe to) our\b)",
}
_IN_SENTENCES = {
    "invitation to comment": (
        "join the", "join our", "the comment", "a comment", "tell us", "评论区", "欢迎留言", "to share",
        "to comment", "to join", "to leave", "share your", "let us know", "forget to", "like this",
        "like and", "clap this", "clap and", "share this", "share and", "sign up ", "subscribe to",
    ),
}  # fmt: skip
"""What a sentence must have in it for the rule's pattern to be found: to look for that takes far less."""

_ODD = re.compile("[\u0130\u0131\u017f\u212a]")
"""Letters that a pattern takes for an i, s or k in either case, and that no folding of case makes one."""

_TO_READER = re.compile(r"\b(?:do|would|are|will|can|have) you\b|\bwhat are your\b", re.IGNORECASE)

RULES: Mapping[str, str] = {
    "byline": "names of authors, dates and reading times above the text",
    "title": "the title, where it stands again",
    "pull quote": "a sentence set apart that stands in a paragraph beside it",
    "photo credit": "who took or drew a picture",
    "share invitation": "buttons and links of the page",
    "copyright": "copyright lines",
    "sources": "notes on where the page took its text from",
    "disclaimer": "disclaimers",
    "about the author": "notes on who wrote or published it, and taglines",
    "invitation to comment": "sentences that ask the reader to comment, share or follow",
}
"""The built-in rules, and what each leaves out."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold: built-in ones less those that are to be kept, and own ones."""

    lines: Mapping[str, re.Pattern[str]]
    openings: Mapping[str, re.Pattern[str]]
    sentences: Mapping[str, re.Pattern[str]]
    kept: frozenset[str]

    def for_sentences_of(self, text: str) -> list[tuple[str, re.Pattern[str]]]:
        """Return the rules for sentences that may leave one of *text* out: for most texts, none."""
        folded = text.lower()
        is_odd = not text.isascii() and _ODD.search(text) is not None
        return [
            (name, pattern)
            for name, pattern in self.sentences.items()
            if is_odd or name not in _IN_SENTENCES or any(mark in folded for mark in _IN_SENTENCES[name])
        ]

    def holds(self, rule: str) -> bool:
        """Tell whether the built-in *rule* is wanted."""
        return rule not in self.kept


def rules_of(boilerplate: Boilerplate) -> Rules:
    """Return the rules that *boilerplate* asks for. Raises ConfigError if it keeps one that is none."""
    for name in boilerplate.keep:
        if name not in RULES:
            raise ConfigError(
                f"library.boilerplate.keep: {name!r} is no built-in rule; there are {', '.join(RULES)}"
            )
    kept = frozenset(boilerplate.keep)
    own = {name: re.compile(pattern) for name, pattern in boilerplate.drop.items()}
    return Rules(
        lines=_compiled(_LINES, kept),
        openings=_compiled(_OPENINGS, kept),
        sentences=_compiled(_SENTENCES, kept) | own,
        kept=kept,
    )


def clean(reading: Reading, rules: Rules) -> list[Block | Left]:
    """Return the reading's blocks in order, with what is left out in its place."""
    cleaned: list[Block | Left] = []
    page = _Page(reading)
    ended = ""  # The rule that leaves out all up to the next heading.
    for at, block in enumerate(reading.blocks):
        is_heading = block.kind is Kind.HEADING
        if is_heading and not _is_signature(reading, at):
            ended = ""
        in_front = at <= FRONT_LINES and block.text in reading.front
        rule = ended or _rule_for(page, at, rules, in_front=in_front)
        if not rule and _is_signature(reading, at) and rules.holds("about the author"):
            rule = ended = "about the author"
        if is_heading and rule in rules.openings:
            ended = rule
        if rule:
            cleaned.append(Left(block.text, rule, block.paragraph))
        elif is_heading:
            cleaned.append(block)
        else:
            cleaned += _without_sentences(block, rules)
    return cleaned


class _Page:
    """A reading with its blocks and title as they are compared."""

    def __init__(self, reading: Reading) -> None:
        self.blocks = reading.blocks
        self.title = None if reading.title is None else plain(reading.title)

    @cached_property
    def plain(self) -> list[str]:
        """Each block's text."""
        return [plain(block.text) for block in self.blocks]


def _is_signature(reading: Reading, at: int) -> bool:
    """Tell whether the block is the author's name again, near the end: what follows speaks of him."""
    if reading.author is None or at < max(FRONT_LINES, len(reading.blocks) - 4):
        return False
    return plain(reading.blocks[at].text) == plain(reading.author)


def _compiled(patterns: Mapping[str, str], kept: frozenset[str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in patterns.items() if name not in kept}


def _rule_for(page: _Page, at: int, rules: Rules, *, in_front: bool) -> str:
    """Return the name of the rule that leaves a whole block out, '' if none does."""
    blocks = page.blocks
    text = blocks[at].text
    if rules.holds("title") and len(blocks) > 1 and page.plain[at] == page.title:
        return "title"
    at_an_end = at <= FRONT_LINES or at >= len(blocks) - 2
    if rules.holds("byline") and (in_front or (at_an_end and is_byline(text))):
        return "byline"
    if rules.holds("pull quote") and _is_pull_quote(page, at):
        return "pull quote"
    for name, pattern in rules.openings.items():
        if pattern.match(text):
            return name
    if len(text) <= LINE_CHARACTERS and len(text.split()) <= LINE_WORDS:
        for name, pattern in rules.lines.items():
            if pattern.fullmatch(text):
                return name
    return ""


def _is_pull_quote(page: _Page, at: int) -> bool:
    block, quote = page.blocks[at], page.plain[at]
    count = quote.count(" ") + 1
    if count < QUOTE_WORDS or block.kind is Kind.ITEM:
        return False
    for beside in range(max(at - 2, 0), min(at + 3, len(page.blocks))):
        other = page.blocks[beside].text
        if beside == at or len(other) <= len(block.text) or quote not in page.plain[beside]:
            continue
        core = block.text.strip(" .!?\"'“”‘’«»")
        is_quoted = any(f"{mark}{core}" in other for mark in "\"'“‘«")
        if is_quoted or count >= PART_WORDS or quote in map(plain, sentences(other)):
            return True
    return False


def _without_sentences(block: Block, rules: Rules) -> Iterator[Block | Left]:
    """Yield *block*, or its parts between the sentences that are left out."""
    able = rules.for_sentences_of(block.text)
    if not able and block.text and block.text == block.text.strip():
        yield block
        return
    spans = sentence_spans(block.text)
    fates = [_sentence_rule(block.text[begin:end], able) for begin, end in spans]
    if INVITATION in fates:
        # Questions to the reader beside an invitation to answer them belong to it.
        fates = [
            fate or (INVITATION if _asks_reader(block.text[begin:end]) else "")
            for fate, (begin, end) in zip(fates, spans, strict=True)
        ]
    start = 0
    for at in range(1, len(spans) + 1):
        if at < len(spans) and fates[at] == fates[start]:
            continue
        text = block.text[spans[start][0] : spans[at - 1][1]]
        rule = fates[start]
        yield Left(text, rule, block.paragraph) if rule else replace(block, text=text)
        start = at


def _asks_reader(sentence: str) -> bool:
    return sentence.endswith(("?", "？")) and _TO_READER.search(sentence) is not None


def _sentence_rule(sentence: str, able: Sequence[tuple[str, re.Pattern[str]]]) -> str:
    return next((name for name, pattern in able if pattern.search(sentence)), "")
