"""Files that hold one document are read whole, up to a size."""

from typing import BinaryIO

from bot.errors import ReadError
from bot.library.decode import decode


def read_whole(file: BinaryIO, most: int) -> str:
    """Return the text of *file*. Raises ReadError if it has more than *most* bytes or is no text."""
    return decode(bytes_of(file, most))


def bytes_of(file: BinaryIO, most: int) -> bytes:
    """Return what *file* holds. Raises ReadError if that is more than *most* bytes."""
    data = file.read(most + 1)
    if len(data) > most:
        raise ReadError(
            f"is larger than {most // 1_000_000} MB; split it, or raise limits.file_megabytes in config.yml"
        )
    return data
