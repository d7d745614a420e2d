"""Where scans lie: one folder for each, whole or not there at all."""

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, final

from brushite.errors import FileError
from brushite.web.settings import Settings
from brushite.web.store import Missing
from brushite.web.store.addresses import data_folder, read_address

ABOUT = "scan.json"
MEASUREMENT, MASKS, BONE = "measurement.json", "masks-{}.npz", "bone.nii.gz"
NUMBER = re.compile(r"[0-9a-f]{16}")
ABANDONED = 86_400.0  # seconds after which a folder that never became a scan is swept away


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scan of a patient as it is kept, without its voxels.

    `told` is what the user said of it, `series` and `labels` are files or folders within `folder`.
    `about` is what is told of it in lists: how it was made and when.
    """

    id: str
    patient: str
    name: str
    added: str
    who: str
    series: str
    told: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    labels: str | None = None
    folder: Path = field(default=Path(), compare=False)

    @property
    def series_path(self) -> Path:
        """The file or folder that holds the series."""
        return self.folder / self.series

    @property
    def labels_path(self) -> Path | None:
        """The file or folder that holds the label map; None where none was sent."""
        return None if self.labels is None else self.folder / self.labels


def folder_of(settings: Settings) -> Path:
    """Where the scans of a server lie: as told, else beside its database."""
    if settings.scans is not None:
        return settings.scans
    file = read_address(settings.database).file
    return data_folder() / "scans" if file is None else file.with_name(f"{file.stem}-scans")


@final
@dataclass(frozen=True, slots=True)
class ScanStore:
    """The folder of all scans. All raise `FileError` where it cannot be read or written."""

    folder: Path

    @contextmanager
    def coming(self) -> Iterator[Path]:
        """A folder for a new scan, which is gone again unless `keep` was called within."""
        with _written():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep()
            new = self.folder / secrets.token_hex(8)
            new.mkdir(mode=0o700)
        try:
            yield new
        finally:
            if not (new / ABOUT).exists():
                shutil.rmtree(new, ignore_errors=True)

    def keep(self, scan: Scan) -> Scan:
        """Write what is known of a scan whose files are in its folder; only now it is there."""
        entries = {n: v for n, v in asdict(scan).items() if n != "folder"}
        self.write(scan, ABOUT, json.dumps(entries, ensure_ascii=False).encode("utf-8"))
        return scan

    def scans(self, patient: str) -> tuple[Scan, ...]:
        """The scans of a patient, the first taken first, those without a date last."""
        if not self.folder.is_dir():
            return ()
        found = (self._read(each) for each in self.folder.iterdir() if NUMBER.fullmatch(each.name))
        own = [scan for scan in found if scan is not None and scan.patient == patient]
        return tuple(sorted(own, key=lambda s: (str(s.about.get("taken") or "9999"), s.added)))

    def scan(self, patient: str, number: str) -> Scan:
        """One scan. Raises `Missing` where this patient has none of this number."""
        found = self._read(self.folder / number) if NUMBER.fullmatch(number) else None
        if found is None or found.patient != patient:
            raise Missing(f"This patient has no scan {number[:40]!r}. It may have been deleted.")
        return found

    def remove(self, scan: Scan) -> None:
        """Delete a scan with all that was made of it."""
        with _written():
            (scan.folder / ABOUT).unlink(missing_ok=True)
        shutil.rmtree(scan.folder, ignore_errors=True)

    @contextmanager
    def beside(self, scan: Scan) -> Iterator[Path]:
        """A new folder within that of a scan, which is gone again where something is refused."""
        new = scan.folder / f"labels-{secrets.token_hex(4)}"
        with _written():
            new.mkdir()
        try:
            yield new
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise

    def take_labels(self, scan: Scan, new: Path) -> Scan:
        """Put a label map, a file or folder beneath the scan's own, in the place of the old one."""
        before = self.scan(scan.patient, scan.id)
        kept = self.keep(replace(before, labels=str(new.relative_to(scan.folder))))
        if before.labels is not None:
            shutil.rmtree(scan.folder / Path(before.labels).parts[0], ignore_errors=True)
        return kept

    def write(self, scan: Scan, name: str, content: bytes) -> None:
        """Write a file of a scan, whole or not at all."""
        new = scan.folder / f".{secrets.token_hex(4)}"
        try:
            with _written():
                new.write_bytes(content)
                new.replace(scan.folder / name)
        except FileNotFoundError:
            raise Missing("The scan was deleted meanwhile.") from None
        finally:
            new.unlink(missing_ok=True)

    def read(self, scan: Scan, name: str) -> bytes | None:
        """A file of a scan; None where there is none."""
        with _written(), suppress(FileNotFoundError):
            return (scan.folder / name).read_bytes()
        return None

    def _read(self, folder: Path) -> Scan | None:
        with _written():
            try:
                entries = json.loads((folder / ABOUT).read_bytes())
            except (FileNotFoundError, NotADirectoryError):
                return None
        return Scan(**entries, folder=folder)

    def _sweep(self) -> None:
        """Take away what a server left that ended in the middle of an upload."""
        for each in self.folder.iterdir():
            if not NUMBER.fullmatch(each.name) or (each / ABOUT).exists():
                continue
            with suppress(OSError):
                newest = max(f.stat().st_mtime for f in (each, *each.rglob("*")))
                if time.time() - newest > ABANDONED:
                    shutil.rmtree(each, ignore_errors=True)


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        place = os.path.basename(error.filename or "") or "the folder of scans"  # noqa: PTH119
        raise FileError(
            f"{place} cannot be read or written: {error.strerror}. "
            "Make room, or start brushite serve with --scans for another folder."
        ) from None
