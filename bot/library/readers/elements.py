"""The elements of XML one after another, as far as it can be read; none is kept, fetched or expanded."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from bot.library.readers.prolog import Outermost, mended

Element = Any
"""An element of lxml, which has no types."""


def elements_of(
    outermost: Outermost, *, events: Sequence[str] = ("end",)
) -> Iterator[tuple[str, str, Element]]:
    """Yield (event, local name in small letters, element) for all below *outermost*.

    Who has read an element clears it. What follows the last whole tag, where the end is missing, is left out.
    """
    text = mended(outermost.text)
    text = text[: text.rfind(">") + 1] if outermost.is_cut else text
    steps = etree.iterparse(
        io.BytesIO(text.encode("utf-8", "replace")),
        events=events,
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in steps:
            yield event, local(element), element
    except etree.XMLSyntaxError:  # As far as it went.
        return


def local(element: Element) -> str:
    """Return the name of *element* without its namespace or prefix, in small letters."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
