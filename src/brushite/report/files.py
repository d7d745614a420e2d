"""Files that are written whole or not at all."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from brushite.errors import FileError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it; its folder is made.

    A link stays a link, and a device or a pipe is written into. Raises `FileError` where nothing
    can be written.
    """
    refuse_unwritable(path)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(path.resolve(), content)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None


def refuse_unwritable(path: Path) -> None:
    """Raise `FileError` where it can be seen beforehand that nothing can be written."""
    try:
        if path.is_dir():
            raise FileError(f"{path} cannot be written: it is a folder.")
        if path.exists():
            if not os.access(path, os.W_OK):
                raise FileError(f"{path} may not be overwritten. Name another file.")
            return
        place = next(p for p in path.resolve().parents if p.exists())
        if not place.is_dir():
            raise FileError(f"{path} cannot be written: {place} is no folder.")
        if not os.access(place, os.W_OK | os.X_OK):
            raise FileError(f"{path} cannot be written: {place} may not be changed.")
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"{path} cannot be written: {reason}.") from None


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".brushite-", delete=False) as part:
        try:
            part.write(content)
            part.close()
            take_its_place(Path(part.name), path)
        finally:
            Path(part.name).unlink(missing_ok=True)


def take_its_place(finished: Path, path: Path) -> None:
    """Let a finished file be `path`, as readable as what was there."""
    finished.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_mask())
    finished.replace(path)


def _mask() -> int:
    """The permissions that new files lack here."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
