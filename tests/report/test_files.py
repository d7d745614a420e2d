"""A file is written whole, where it was asked for, and as what it was."""

import os
import stat
import threading

import pytest

from brushite.errors import FileError
from brushite.report.files import refuse_unwritable, write_whole


def test_a_link_stays_a_link_and_its_file_is_written(tmp_path):
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_text("old")
    link.symlink_to(real)

    write_whole(link, b"new")

    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_link_to_nothing_makes_the_file_that_it_names(tmp_path):
    link = tmp_path / "link.html"
    link.symlink_to(tmp_path / "later.html")

    write_whole(link, b"new")

    assert link.is_symlink()
    assert (tmp_path / "later.html").read_text() == "new"


def test_a_pipe_is_written_into_and_not_replaced(tmp_path):
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()

    write_whole(pipe, b"new")
    reader.join(timeout=10)

    assert got == [b"new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    path.chmod(0o640)

    write_whole(path, b"new")

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_may_not_be_written_is_refused(unprivileged):
    path = unprivileged / "report.html"
    path.write_text("old")
    path.chmod(0o400)

    with pytest.raises(FileError, match="may not be overwritten"):
        write_whole(path, b"new")

    assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (".", "it is a folder"),
        ("file/report.html", "is no folder"),
        ("file/new/report.html", "is no folder"),
        ("x" * 300, "too long"),
        ("loop", "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said_beforehand(tmp_path, name, words):
    (tmp_path / "file").write_text("a file")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    with pytest.raises(FileError, match=words):
        refuse_unwritable(tmp_path / name)

    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "loop"]


def test_a_folder_that_is_missing_is_not_made_beforehand(tmp_path):
    refuse_unwritable(tmp_path / "new" / "report.html")

    assert list(tmp_path.iterdir()) == []
