"""The header of a mail: who sent it, when and about what, in whatever encoding."""

import binascii
import datetime
import re
from email.message import Message
from email.utils import parsedate_to_datetime

from bot.errors import ReadError
from bot.library.decode import decode
from bot.library.facts import LONGEST
from bot.library.readers.markup import one_line

LONGEST_FIELD = 5000
"""Characters of a field that are looked at; a subject has some dozens."""

FIRST_YEAR = 1971
"""The year of the first e-mail between computers; a clock that is not set tells an earlier one."""

_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?([^?]*)\?=", re.IGNORECASE | re.ASCII)
_SENDER = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^"<]*))\s*<([^<>]*)>')
_OLD_SENDER = re.compile(r"\s*(\S+@\S+)\s*\(([^()]*)\)")


def headers_of(message: Message) -> dict[str, str]:
    """Return the fields of *message* as they are written, the first of each name, in small letters."""
    fields: dict[str, str] = {}
    for name, value in message.raw_items():
        fields.setdefault(name.lower(), str(value)[:LONGEST_FIELD])
    return fields


def text_in(raw: str, charset: str | None) -> str:
    """Return the text that a field says (RFC 2047); bytes of no stated encoding are in *charset*, maybe."""
    pieces: list[tuple[bytes, str | None]] = []
    at = 0
    for word in _WORD.finditer(raw[:LONGEST_FIELD]):
        between = raw[at : word.start()]
        # Space between encoded words only parts them.
        if between.strip() or (between and not at):
            pieces.append((_bytes(between), charset))
        stated = word[1]
        content = (_of_base64 if word[2] in "bB" else _of_quoted)(word[3])
        # Characters may be cut in two between words: what is in one encoding is decoded as one.
        if at and not between.strip() and pieces[-1][1] == stated:
            content = pieces.pop()[0] + content
        pieces.append((content, stated))
        at = word.end()
    pieces.append((_bytes(raw[at:LONGEST_FIELD]), charset))
    return one_line("".join(_said(content, stated) for content, stated in pieces))


def name_in(raw: str, charset: str | None) -> str | None:
    """Return the name of who is written in a field, the address if there is none, or None."""
    found = _SENDER.match(raw)
    if found:
        name = re.sub(r"\\(.)", r"\1", found[1]) if found[1] else found[2] or ""
        address = found[3]
    elif old := _OLD_SENDER.match(raw):
        address, name = old[1], old[2]
    else:
        address, name = raw, ""
    told = text_in(name, charset)
    if len(told) > 1 and told[0] == told[-1] and told[0] in "\"'":
        told = told[1:-1].strip()
    told = told or text_in(address, charset)
    return told if 0 < len(told) <= LONGEST else None


def day_of(raw: str) -> datetime.date | None:
    """Return the day that a field states, where it was written; None if it states none."""
    try:
        day = parsedate_to_datetime(raw[:100]).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return day if day.year >= FIRST_YEAR else None


def _bytes(text: str) -> bytes:
    """Return the bytes of a field; those that are no ASCII came as halves of characters."""
    return text.encode("utf-8", "surrogateescape")


def _of_quoted(said: str) -> bytes:
    return binascii.a2b_qp(said.encode("ascii", "replace"), header=True)


def _of_base64(said: str) -> bytes:
    letters = re.sub(r"[^A-Za-z0-9+/]", "", said)
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(whole + "=" * (-len(whole) % 4))


def _said(content: bytes, stated: str | None) -> str:
    try:
        return decode(content, stated)
    except ReadError:
        return " " if content.isspace() else ""
