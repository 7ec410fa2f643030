"""Markdown, with front matter in YAML for what the document says of itself."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, BinaryIO

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.errors import ReadError
from bot.library.facts import facts_of
from bot.library.readers.whole import read_whole
from bot.library.reading import LONGEST_HEADING, Kind, Reading, number
from bot.plain_yaml import PlainYamlError, parse

# A rule of dashes above a text is no front matter: that begins with a key, a comment or a mistake of YAML.
_FRONT = re.compile(r"\A---[^\S\n]*\n(?:((?=[\w#\[{&*!-]).*?)\n)?---[^\S\n]*(?:\n|\Z)", re.DOTALL)
_PARSER = MarkdownIt("commonmark").enable("table")


def read(file: BinaryIO, most: int) -> Iterator[Reading]:
    """Yield the one reading of *file*. Raises ReadError for front matter that is no YAML mapping."""
    text = read_whole(file, most)
    front = _FRONT.match(text)
    facts = facts_of(_mapping(front[1] or "")) if front else {}
    blocks = _blocks(_PARSER.parse(text[front.end() :] if front else text))
    if not blocks:
        raise ReadError("has no text below its front matter")
    if "title" not in facts and blocks[0][0] is Kind.HEADING and blocks[0][2] == 1:
        facts["title"] = blocks[0][1]
    yield Reading(number(blocks), **facts)


def _mapping(text: str) -> dict[str, Any]:
    try:
        return parse(text)
    except PlainYamlError as error:
        raise ReadError(f"its front matter: {error}") from error


def _blocks(tokens: list[Token]) -> list[tuple[Kind, str, int]]:
    blocks: list[tuple[Kind, str, int]] = []
    inside: list[Token] = []
    cells: list[str] = []
    is_fresh = False  # The first paragraph of an item bears its mark.
    for token in tokens:
        if token.nesting == 1:
            inside.append(token)
            is_fresh = is_fresh or token.type == "list_item_open"
        elif token.nesting == -1:
            inside.pop()
            is_fresh = is_fresh and token.type != "list_item_close"
            if token.type == "tr_close":
                blocks.append((Kind.PARAGRAPH, " | ".join(cells), 1))
                cells = []
        elif token.type in {"fence", "code_block"}:
            blocks.append((Kind.PARAGRAPH, token.content.strip(), 1))
        elif token.type == "html_block":
            blocks += [(Kind.PARAGRAPH, line, 1) for line in _texts_of_html(token.content)]
        elif token.type == "inline" and (text := _plain(token)):
            if inside[-1].type in {"th_open", "td_open"}:
                cells.append(text)
                continue
            blocks.append(_block(text, inside, is_item=is_fresh))
            is_fresh = False
    return [block for block in blocks if block[1]]


def _block(text: str, inside: list[Token], *, is_item: bool) -> tuple[Kind, str, int]:
    around = inside[-1]
    if around.type == "heading_open":
        kind = Kind.HEADING if len(text) <= LONGEST_HEADING else Kind.PARAGRAPH
        return kind, text, int(around.tag[1])
    if not is_item:
        return Kind.PARAGRAPH, text, 1
    lists = [token for token in inside if token.type.endswith("_list_open")]
    item = next(token for token in reversed(inside) if token.type == "list_item_open")
    mark = f"{item.info}{item.markup} " if lists[-1].type == "ordered_list_open" else ""
    return Kind.ITEM, mark + text, len(lists)


class _Texts(HTMLParser):
    """Collects what a browser would show of a piece of HTML, a text an element."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as it is called
        """Enter an element; what is within a script or a style is not shown."""
        self._hidden += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._hidden -= tag in {"script", "style"} and self._hidden > 0

    def handle_data(self, data: str) -> None:
        """Take a text."""
        if not self._hidden:
            self.texts.append(" ".join(data.split()))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Take `<![` for a comment where nothing known follows, as a browser does."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i)


def _texts_of_html(content: str) -> list[str]:
    reader = _Texts()
    reader.feed(content)
    reader.close()
    return [text for text in reader.texts if text]


def _plain(token: Token) -> str:
    """Return the words of a run of text without its marks, as a reader sees them."""
    pieces = []
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            pieces.append(" ")
        elif child.type in {"text", "code_inline", "text_special"}:
            pieces.append(child.content)
    return " ".join("".join(pieces).split())
