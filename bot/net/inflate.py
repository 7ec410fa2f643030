"""Packed bodies are unpacked in steps, so that a small one cannot become a huge one."""

import zlib
from collections.abc import Iterator

from bot.errors import FetchError

ACCEPTED = "gzip, deflate"
"""What is asked for: what the standard library can unpack in steps."""

STEP = 65_536
"""Bytes that are unpacked at once."""

MOST_RATIO = 200
"""Feeds and sitemaps of one pattern shrank to a 42nd (measured); a bomb of zeros, to a 1,028th."""

FREE = 1_000_000
"""Bytes before the ratio is looked at: small bodies of one letter do no harm."""

MOST_MEMBERS = 100
"""Parts of one gzip; each may be empty, and costs as much as a full one."""

_GZIP, _ZLIB, _BARE = 31, 15, -15
_MARK = 0x1F


class Inflating:
    """Unpacks one body of *host*, whose Content-Encoding is *coding*. All it does may raise FetchError."""

    def __init__(self, coding: str, *, host: str) -> None:
        self._host = host
        self._coding = _known(coding, host)
        self._packed = self._unpacked = self._members = 0
        self._unpacking: zlib._Decompress | None = None
        self._is_done = False

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """Yield what *packed*, the next bytes of the body, unpacks to, in pieces of *STEP* bytes at most."""
        if not self._coding:
            yield packed
            return
        self._packed += len(packed)
        while packed and not self._is_over(packed):
            unpacking = self._unpacking = self._unpacking or self._begun(packed)
            yield from self._pieces(unpacking, packed)
            packed = unpacking.unused_data
            if unpacking.eof:
                self._unpacking = None

    def finish(self) -> None:
        """Raise FetchError where the body is not at its end."""
        if self._unpacking is not None:
            raise FetchError(f"{self._host}: broke off before the end", is_passing=True)

    def _begun(self, packed: bytes) -> "zlib._Decompress":
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise FetchError(f"{self._host}: sends a body packed in more than {MOST_MEMBERS} parts")
        if self._coding == "gzip":
            return zlib.decompressobj(_GZIP)
        # Many servers leave out zlib's own frame, whose first byte has 8 in its lower half (RFC 1950).
        return zlib.decompressobj(_ZLIB if packed[0] & 15 == 8 else _BARE)

    def _pieces(self, unpacking: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
        piece = b""
        while packed or len(piece) == STEP:
            try:
                piece = unpacking.decompress(packed, STEP)
            except zlib.error:
                raise FetchError(
                    f"{self._host}: sends a body whose {self._coding} is broken", is_passing=True
                ) from None
            packed = unpacking.unconsumed_tail
            self._count(piece)
            yield piece
            if unpacking.eof:
                return

    def _count(self, piece: bytes) -> None:
        self._unpacked += len(piece)
        if self._unpacked > max(FREE, MOST_RATIO * self._packed):
            raise FetchError(
                f"{self._host}: sends a body that unpacks to more than {MOST_RATIO} times its size"
            )

    def _is_over(self, packed: bytes) -> bool:
        """Tell whether *packed* stands behind the last part: gzip alone has several, each with its mark."""
        is_next = self._coding == "gzip" and packed[0] == _MARK
        self._is_done = self._is_done or (self._unpacking is None and self._members > 0 and not is_next)
        return self._is_done


def _known(coding: str, host: str) -> str:
    """Return `gzip`, `deflate` or '' for none."""
    coding = coding.strip().lower().removeprefix("x-")
    if coding in {"", "identity"}:
        return ""
    if coding in {"gzip", "deflate"}:
        return coding
    raise FetchError(f"{host}: sends a body packed as '{coding[:40]}', which was not asked for")
