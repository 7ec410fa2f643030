"""ZIP archives, whoever made them: read within limits, in memory, and never written to any disk."""

import io
import zipfile
import zlib
from typing import BinaryIO

from bot.errors import ReadError
from bot.library.readers.whole import bytes_of

MEMBERS = 20_000
"""Members of an archive; a thick illustrated book has a few thousand."""

DIRECTORY_BYTES = 5_000_000
"""Bytes of the list of members, which is read before anything can be counted; 20,000 need about 2 MB."""

INFLATED = 20
"""Times the most bytes of a file that all that is read of it may have when it is inflated."""

RATIO = 200
"""Bytes that one byte may become; texts become ten, and tables full of zeros fifty. Deflate can do 1,032."""

RATIO_FROM = 1_000_000
"""Bytes from which that counts: small members may well be of one letter."""

CHUNK = 65_536
"""Bytes that are inflated at a time."""

_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_LAST_RECORD = 22 + 65_535
"""Bytes from a ZIP archive's end within which its last record begins (APPNOTE.TXT, 4.3.16)."""

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError, NotImplementedError)
"""What zipfile raises for archives that are not well; struct.error and its like come as BadZipFile."""


class Archive:
    """The members of a ZIP archive by their names. What is read of it in all has a limit."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        """Open *file* of at most *most* bytes. Raises ReadError for what is no sound archive."""
        data = bytes_of(file, most)
        _look_at(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED as error:
            raise ReadError("is no ZIP archive, or damaged; save it anew") from error
        members = self._zip.infolist()
        if len(members) > MEMBERS:
            raise ReadError(f"holds {len(members):,} members; {MEMBERS:,} are the most that are looked at")
        if sum(member.compress_size for member in members) > len(data):
            raise ReadError("holds members that overlap, as no honest archive does; leave it out")
        self._members = {member.filename.casefold(): member for member in members}
        self._left = INFLATED * most
        self._most = INFLATED * most

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a member *name*; capitals make no difference."""
        return name.casefold() in self._members

    def read(self, name: str) -> bytes:
        """Return the member *name*. Raises ReadError if it is missing, damaged, locked, or a bomb."""
        member = self._members.get(name.casefold())
        if member is None:
            raise ReadError(f"is damaged: it has no {name[:60]!r}; save it anew")
        if member.flag_bits & 0x1:
            raise ReadError("is encrypted; remove the password")
        # Others inflate without a bound: a few bytes of bzip2 become hundreds of megabytes at once.
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise ReadError("is packed in a way that documents are not; save it anew")
        try:
            return self._inflated(member)
        except _DAMAGED as error:
            raise ReadError(f"is damaged: {name[:60]!r} in it cannot be read; save it anew") from error

    def _inflated(self, member: zipfile.ZipInfo) -> bytes:
        """Count what comes out, whatever sizes the archive states."""
        pieces: list[bytes] = []
        held = 0
        with self._zip.open(member) as opened:
            while piece := opened.read(CHUNK):
                pieces.append(piece)
                held += len(piece)
                self._left -= len(piece)
                if held > RATIO_FROM and held > RATIO * member.compress_size:
                    raise ReadError(f"becomes more than {RATIO} times as large unpacked, as no text does")
                if self._left < 0:
                    raise ReadError(f"holds more than {self._most // 1_000_000:,} MB unpacked; split it")
        return b"".join(pieces)


def _look_at(data: bytes) -> None:
    """Raise ReadError for what need not be opened to be refused."""
    if data.startswith(_OFFICE):
        if _LOCKED in data:
            raise ReadError("is encrypted; remove the password")
        raise ReadError("is an old binary file of Office under a new name; save it anew")
    if not data.strip(b"\x00 \r\n\t"):
        raise ReadError("is empty: there is nothing to read")
    last = data.rfind(b"PK\x05\x06", -_LAST_RECORD)
    if last != -1 and int.from_bytes(data[last + 12 : last + 16], "little") > DIRECTORY_BYTES:
        raise ReadError(f"holds more than {MEMBERS:,} members, or very long names; leave it out")
