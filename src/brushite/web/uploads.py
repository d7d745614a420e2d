"""Large uploads: files go to disk as they arrive, and archives are unpacked within bounds."""

import gzip
import math
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import IO

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from brushite.errors import FileError
from brushite.web.readings import plain_name
from brushite.web.workroom import Cancelled

MOST_FILES = 5_000
MOST_UNPACKED = 2_000_000_000  # bytes; 512 x 512 x 1,000 voxels have a quarter of it
FIELDS = ("files", "file", "names")  # in which files may come
LONGEST_WORD = 1_000  # bytes of a field that is no file
BATCH = 1_000_000  # bytes that are written to disk at once
NAMES_TOLD = 60


@dataclass(slots=True, kw_only=True)
class Arrived:
    """What one upload brought: its files by the field they came in, and what was told."""

    files: dict[str, list[Path]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


async def arrived(request: Request, folder: Path) -> Arrived:
    """Write the files of a multipart request into a folder, one sub-folder for each field.

    Never more than `BATCH` of them is in memory. Raises `FileError` for too many files or one that
    cannot be written, `HTTPException` for what is no such request, and `Cancelled` when the browser
    has gone.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise _unreadable()
    with ExitStack() as opened:
        parts = _Parts(folder, opened)
        parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": parts.begin,
                "on_part_data": parts.data,
                "on_part_end": parts.end,
                "on_header_field": parts.header,
                "on_header_value": parts.value,
                "on_header_end": parts.header_end,
                "on_headers_finished": parts.headed,
            },
        )
        waiting = bytearray()
        try:
            async for chunk in request.stream():
                waiting += chunk
                if len(waiting) >= BATCH:
                    await run_in_threadpool(parser.write, bytes(waiting))
                    waiting.clear()
            await run_in_threadpool(parser.write, bytes(waiting))
            parser.finalize()
        except FormParserError:
            raise _unreadable() from None
        except ClientDisconnect:
            raise Cancelled from None
        except OSError as error:
            raise FileError(f"The upload cannot be kept: {error.strerror}.") from None
    return parts.found


def _unreadable() -> HTTPException:
    text = "The body cannot be read. Send the files as multipart/form-data."
    return HTTPException(HTTPStatus.BAD_REQUEST, text)


class _Parts:
    """The parts of a request as the parser comes upon them."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.found = Arrived()
        self._folder = folder
        self._opened = opened
        self._count = 0
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._field = ""
        self._word = bytearray()
        self._file: IO[bytes] | None = None

    def begin(self) -> None:
        self._headers = {}

    def header(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def headed(self) -> None:
        """Open the file of a part, or begin a word."""
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._field = options.get(b"name", b"").decode("utf-8", errors="replace")
        self._word.clear()
        if b"filename" not in options:
            return
        self._count += 1
        if self._count > MOST_FILES:
            raise _too_many()
        if self._field not in FIELDS:
            raise FileError(
                f"The upload has files in a field {self._field[:NAMES_TOLD]!r}. Send them in one "
                f"of {', '.join(FIELDS)}."
            )
        folder = self._folder / self._field
        folder.mkdir(exist_ok=True)
        name = plain_name(options[b"filename"].decode("utf-8", errors="replace"))
        path = folder / name
        if path.exists():
            path = folder / f"{self._count}-{name}"
        self.found.files.setdefault(self._field, []).append(path)
        self._file = self._opened.enter_context(path.open("xb"))

    def data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(memoryview(data)[start:end])
            return
        self._word += data[start:end]
        if len(self._word) > LONGEST_WORD:
            raise FileError(
                f"What was told of {self._field[:NAMES_TOLD]!r} is longer than {LONGEST_WORD} "
                "bytes. Send a shorter one, or a file."
            )

    def end(self) -> None:
        if self._file is None:
            self.found.said[self._field] = self._word.decode("utf-8", errors="replace").strip()
            return
        self._file.close()
        self._file = None


def _too_many() -> FileError:
    return FileError(
        f"The upload has more than {MOST_FILES:,} files. Send one series at a time, without others."
    )


def unpacked(archive: Path, folder: Path) -> None:
    """Unpack a ZIP archive into a folder that is there.

    Raises `FileError` for what is no archive, is encrypted, leads out of the folder, or swells to
    more than `MOST_FILES` or `MOST_UNPACKED`; what was written until then stays for the caller.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            inside = [each for each in opened.infolist() if not each.is_dir()]
            _refuse_odd(inside, archive.name)
            left = MOST_UNPACKED
            for each in inside:
                left = _copied(opened, each, folder, left)
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError) as error:
        raise FileError(f"{archive.name} is no ZIP archive that can be read: {error}.") from None
    except OSError as error:
        raise FileError(f"{archive.name} cannot be unpacked: {error.strerror}.") from None
    except zlib.error:
        raise FileError(f"{archive.name} is a damaged ZIP archive. Send it again.") from None


def _refuse_odd(inside: list[zipfile.ZipInfo], name: str) -> None:
    if not inside:
        raise FileError(f"{name} is empty. Send an archive of one series.")
    if len(inside) > MOST_FILES:
        raise _too_many()
    for each in inside:
        parts = PurePosixPath(each.filename.replace("\\", "/"))
        drive = parts.parts[0].endswith(":") if parts.parts else True
        if parts.is_absolute() or drive or ".." in parts.parts:
            raise FileError(
                f"{name} holds {each.filename[:NAMES_TOLD]!r}, which leads out of the archive. "
                "Pack the series again."
            )
        if stat.S_ISLNK(each.external_attr >> 16):
            raise FileError(
                f"{name} holds {each.filename[:NAMES_TOLD]!r}, which is a link. "
                "Pack the files themselves."
            )
        if each.flag_bits & 1:
            raise FileError(f"{name} is encrypted. Pack the series without a password.")
    if sum(each.file_size for each in inside) > MOST_UNPACKED:
        raise _swells(name)


def _copied(opened: zipfile.ZipFile, each: zipfile.ZipInfo, folder: Path, left: int) -> int:
    """Write one file; what its heading says of its size is not believed."""
    steps = PurePosixPath(each.filename.replace("\\", "/")).parts
    path = folder.joinpath(*(plain_name(step) for step in steps))
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path = path.with_name(f"{each.header_offset}-{path.name}")
    with opened.open(each) as source, path.open("xb") as copy:
        while chunk := source.read(BATCH):
            left -= len(chunk)
            if left < 0:
                raise _swells(Path(str(opened.filename)).name)
            copy.write(chunk)
    return left


def _swells(name: str) -> FileError:
    return FileError(
        f"{name} holds more than {MOST_UNPACKED // 1_000_000_000} GB. "
        "Send one CT series without others."
    )


def refuse_what_swells(paths: Iterable[Path]) -> None:
    """Refuse images whose own headers promise more than can be held.

    Raises `FileError`. What has no such header is left to those who read it.
    """
    left = MOST_UNPACKED
    for path in paths:
        left -= _promised(path)
        if left < 0:
            raise _swells(path.name)


def _promised(path: Path) -> int:
    """Bytes that an image takes once it is read; 0 where its header does not say."""
    with path.open("rb") as file:
        begin = file.read(132)
    if begin[128:] == b"DICM":
        return _promised_by_dicom(path)
    if path.name.lower().endswith((".nii", ".nii.gz")) or begin[:2] == b"\x1f\x8b":
        return _promised_by_nifti(path, is_packed=begin[:2] == b"\x1f\x8b")
    return 0


def _promised_by_nifti(path: Path, *, is_packed: bool) -> int:
    try:
        with gzip.open(path, "rb") if is_packed else path.open("rb") as file:
            head = file.read(348)
    except (OSError, EOFError, zlib.error):
        return 0
    if len(head) < 348:
        return 0
    order = "<" if struct.unpack("<i", head[:4])[0] == 348 else ">"
    count, *sizes = struct.unpack(f"{order}8h", head[40:56])
    bits: int = struct.unpack(f"{order}h", head[72:74])[0]
    voxels: int = math.prod(max(1, size) for size in sizes[: max(0, min(count, 7))])
    return voxels * abs(bits) // 8


def _promised_by_dicom(path: Path) -> int:
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError
    from pydicom.filereader import read_file_meta_info
    from pydicom.uid import DeflatedExplicitVRLittleEndian

    try:
        if read_file_meta_info(path).get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
            raise FileError(
                f"{path.name} is packed as a whole (deflated), which may swell without bound. "
                "Write it out in another transfer syntax."
            )
        tags = ["Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "BitsAllocated"]
        head = dcmread(path, stop_before_pixels=True, specific_tags=tags)
        counts = (int(head.get(tag) or 1) for tag in tags[:4])
        size: int = math.prod(max(1, count) for count in counts)
        depth: int = int(head.get(tags[4]) or 16)
        return size * -(-depth // 8)
    except (InvalidDicomError, EOFError, ValueError, TypeError, KeyError):
        return 0
