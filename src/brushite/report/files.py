"""Files that are written whole or not at all."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from brushite.errors import FileError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it; its folder is made.

    Raises `FileError` where nothing can be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
            try:
                part.write(content)
                part.close()
                Path(part.name).chmod(0o666 & ~_mask())
                Path(part.name).replace(path)
            finally:
                Path(part.name).unlink(missing_ok=True)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None


def _mask() -> int:
    """The permissions that new files lack here."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
