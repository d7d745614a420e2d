"""Machine code on disk, so that a model is compiled once per machine.

A file has a line that says what it holds and how it was made, then the code. One that does not fit
its own checksum or belongs to another machine is not used; nor is one that somebody else may have
written. Without a folder to keep it in, the code is made anew each time.
"""

import json
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

LARGEST_HEADING = 4096  # bytes


def folder() -> Path:
    """Where code is kept: `BRUSHITE_CACHE`, else the user's own folder for caches."""
    asked = os.environ.get("BRUSHITE_CACHE")
    if asked:
        return Path(asked)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "brushite" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "brushite"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "brushite"


def kept(key: str) -> tuple[bytes, Mapping[str, int]] | None:
    """The code kept under `key` and its numbers; None if there is none that can be trusted."""
    try:
        path = _path(key)
        if not _is_ours(path.parent) or not _is_ours(path):
            return None
        heading, _, code = path.read_bytes().partition(b"\n")
        if len(heading) > LARGEST_HEADING:
            return None
        said = json.loads(heading)
        numbers = {str(n): int(v) for n, v in said["numbers"].items()}
        if said["key"] != key or said["checksum"] != _checksum(key, numbers, code):
            return None
    except (
        OSError,
        RuntimeError,
        ArithmeticError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ):
        return None
    return code, numbers


def keep(key: str, code: bytes, numbers: Mapping[str, int]) -> None:
    """Keep code under `key`, whole or not at all; a folder that cannot be written is no harm."""
    said = {"key": key, "numbers": dict(numbers), "checksum": _checksum(key, numbers, code)}
    content = json.dumps(said).encode() + b"\n" + code
    unfinished: Path | None = None
    try:
        path = _path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
        unfinished = Path(name)
        with os.fdopen(number, "wb") as file:
            file.write(content)
        unfinished.replace(path)
    except (OSError, RuntimeError):  # no home, no room, no permission
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def _path(key: str) -> Path:
    return folder() / f"{key[:32]}.code"


def _checksum(key: str, numbers: Mapping[str, int], code: bytes) -> str:
    said = json.dumps([key, dict(sorted(numbers.items()))]).encode()
    return sha256(said + b"\n" + code).hexdigest()


def _is_ours(path: Path) -> bool:
    """Whether only this user could have written it."""
    if not hasattr(os, "getuid"):
        return True
    status = path.stat()
    others = stat.S_IWGRP | stat.S_IWOTH
    return status.st_uid == os.getuid() and not status.st_mode & others
