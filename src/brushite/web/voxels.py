"""The few scans whose voxels are in memory: each is read once, and the oldest goes first."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import final

from brushite.ct.measured import Candidate
from brushite.ct.volume import LabelMap, Volume
from brushite.errors import FileError, ImageError
from brushite.web.desk import Kept
from brushite.web.scan_store import Scan

AT_HAND = 2  # volumes in memory; one of 512 x 512 x 400 voxels has 210 MB
CANDIDATES = 64  # label maps of which the candidates are at hand
TOLD = ("kilovolts", "thickness", "position", "taken", "kernel")
OURS = ("files", "files-unpacked", "file", "file-unpacked")  # folders that the user never saw


@final
class Voxels:
    """Volumes and label maps of scans; any thread may call, and all raise what reading raises."""

    def __init__(self) -> None:
        self._volumes: OrderedDict[str, Volume] = OrderedDict()
        self._labels: OrderedDict[str, LabelMap] = OrderedDict()
        self._candidates: Kept[str, tuple[Candidate, ...]] = Kept(CANDIDATES)
        self._lock = threading.Lock()  # held while reading, so that nothing is read twice at once

    @property
    def at_hand(self) -> tuple[str, ...]:
        """The scans whose voxels are in memory."""
        return tuple(self._volumes)

    def volume(self, scan: Scan) -> Volume:
        """The voxels of a scan, read unless they are at hand."""
        with self._lock:
            if scan.id not in self._volumes:
                while len(self._volumes) >= AT_HAND:
                    self._volumes.popitem(last=False)
                self._volumes[scan.id] = _volume(scan)
            self._volumes.move_to_end(scan.id)
            return self._volumes[scan.id]

    def labels(self, scan: Scan) -> LabelMap | None:
        """The label map of a scan, read unless it is at hand; None where none was sent."""
        if scan.labels_path is None:
            return None
        volume = self.volume(scan)
        with self._lock:
            place = str(scan.labels_path)
            if place not in self._labels:
                while len(self._labels) >= AT_HAND:
                    self._labels.popitem(last=False)
                self._labels[place] = _labels(scan, volume)
            return self._labels[place]

    def candidates(self, scan: Scan) -> tuple[Candidate, ...]:
        """What is as bright as mineral outside the labelled bones, looked for once.

        Without a label map nothing tells bone from masses, and there are none.
        """
        labels = self.labels(scan)
        if labels is None:
            return ()
        place = str(scan.labels_path)
        kept = self._candidates.get(place)
        if kept is not None:
            return kept
        from brushite.ct.candidates import candidates

        return self._candidates.put(place, candidates(self.volume(scan), labels))

    def forget(self, scan: Scan) -> None:
        """Let the voxels of a scan go."""
        with self._lock:
            self._volumes.pop(scan.id, None)
            self._labels.pop(str(scan.labels_path), None)


def _volume(scan: Scan) -> Volume:
    from brushite.ct.series import Said, read_series

    told = {name: value for name, value in scan.told.items() if name in TOLD}
    with as_sent(scan.folder):
        found = read_series(scan.series_path, series=scan.told.get("uid"), said=Said(**told))
    return replace(found, acquisition=replace(found.acquisition, source=scan.name))


def _labels(scan: Scan, volume: Volume) -> LabelMap:
    from brushite.ct.labels import read_labels

    with as_sent(scan.folder):
        return read_labels(scan.folder / str(scan.labels), volume)


@contextmanager
def as_sent(folder: Path) -> Iterator[None]:
    """Let what is refused name files as the user knows them, not where the server put them."""
    try:
        yield
    except (FileError, ImageError) as error:
        words = str(error)
        inner = [each for each in folder.glob("labels-*") if each.is_dir()]
        for place in (*inner, folder):
            for name in OURS:
                words = words.replace(f"{place}/{name}/", "").replace(f"{place}/{name}", "it")
            words = words.replace(f"{place}/", "")
        raise type(error)(words) from None
