"""XML to a tree of elements: nothing in it is expanded, fetched, or nested without end."""

import re
from typing import Any

from lxml import etree

from bot.errors import ReadError

Element = Any
"""An element of lxml, which has no types."""

_STATED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_PLAIN = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
"""Encodings in which a declaration of entities cannot hide; Word files and books are in the first three."""

_HOSTILE = "declares entities of XML, as no {} needs to; leave it out"


def tree_of(data: bytes, *, what: str = "document") -> Element:
    """Return the root element of *data*, part of a *what*. Raises ReadError if it is damaged or unsafe."""
    refuse_entities(data, what=what)
    stated = _STATED.search(data[:300].replace(b"\x00", b""))
    if stated and stated[1].lower() not in _PLAIN:
        raise ReadError(f"states the encoding {stated[1].decode()!r}; save it as UTF-8")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "depth" in str(error):
            raise ReadError("nests its elements more than 256 deep; no document does") from error
        raise ReadError(f"is damaged: {str(error)[:100]}; save it anew") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise ReadError(_HOSTILE.format(what))  # In an encoding in which they were not seen.
    return root


def refuse_entities(data: bytes, *, what: str = "document") -> None:
    """Raise ReadError if *data* declares entities or has a place to do so, in UTF-8 or UTF-16."""
    plain = data.replace(b"\x00", b"")
    opened = plain.find(b"<!DOCTYPE")
    subset = plain.find(b"[", opened, plain.find(b">", opened)) if opened != -1 else -1
    if b"<!ENTITY" in plain or subset != -1:
        raise ReadError(_HOSTILE.format(what))


def local(element: Element) -> str:
    """Return the name of *element* without its namespace, '' for what is none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element | None, name: str) -> str | None:
    """Return the attribute *name* of *element*, whatever its namespace; None without it."""
    if element is None:
        return None
    for full, value in element.attrib.items():
        if full.rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child *name* of *element*, whatever its namespace; None without one."""
    return None if element is None else next((c for c in element if local(c) == name), None)


def content(element: Element | None, name: str) -> list[Element]:
    """Return what is in the first child *name* of *element*; nothing without one."""
    found = child(element, name)
    return [] if found is None else list(found)
