"""Files that hold one document are read whole, up to a size."""

from typing import BinaryIO

from bot.errors import ReadError
from bot.library.decode import decode


def read_whole(file: BinaryIO, most: int) -> str:
    """Return the text of *file*. Raises ReadError if it has more than *most* bytes or is no text."""
    data = file.read(most + 1)
    if len(data) > most:
        raise ReadError(
            f"is larger than {most // 1_000_000} MB; split it, or raise limits.file_megabytes in config.yml"
        )
    return decode(data)
