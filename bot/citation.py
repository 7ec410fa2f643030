"""A passage as it is cited elsewhere: in Markdown, in plain text and for BibTeX."""

import re

from bot.document import Excerpt

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#+!|~])")
_TEX = str.maketrans(
    {
        **{character: f"\\{character}" for character in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def plain(excerpt: Excerpt) -> str:
    """Return it in quotation marks, with who says it and where."""
    return f"“{_line(excerpt.text)}” — {_where(excerpt)}"


def markdown(excerpt: Excerpt) -> str:
    """Return it as a quotation in Markdown, nothing of it acting as Markdown."""
    lines = [f"> {_MARKDOWN.sub(_escaped, line)}".rstrip() for line in excerpt.text.splitlines()]
    return "\n".join([*lines, ">", f"> — {_MARKDOWN.sub(_escaped, _where(excerpt))}"])


def bibtex(excerpt: Excerpt) -> str:
    """Return the entry of its document, where it stands as a note."""
    document = excerpt.document
    told = {
        "title": _tex(document.based_on or document.name),
        "author": _tex(document.author or ""),
        "publisher": _tex(document.publisher or ""),
        "year": str(document.date.year) if document.date else "",
        "month": str(document.date.month) if document.date else "",
        "day": str(document.date.day) if document.date else "",
        "url": re.sub(r"[{}\\\s]", "", document.url or ""),
        "note": _tex(excerpt.locator),
    }
    fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in told.items() if value)
    return f"@misc{{{document.id or 'briefbot'},\n{fields}\n}}"


def _where(excerpt: Excerpt) -> str:
    url = f", {excerpt.document.url}" if excerpt.document.url else ""
    return _line(f"{excerpt.document.citation}, {excerpt.locator}{url}")


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[1]}"


def _tex(text: str) -> str:
    return _line(text).translate(_TEX)
