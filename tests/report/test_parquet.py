import os

import numpy as np
import pytest

from brushite.errors import FileError
from brushite.plan import Plan
from brushite.simulate import PART, in_parts
from engine.toy_patient import twin

polars = pytest.importorskip("polars")
write_parts = pytest.importorskip("brushite.report.parquet").write_parts
CURRENT = Plan(name="Current care")


def parts(size, weeks=1):
    return in_parts(twin(size), CURRENT, weeks=weeks)


def test_all_parts_come_into_one_table_in_order(tmp_path):
    path = tmp_path / "deep" / "paths.parquet"

    assert write_parts(path, parts(PART + 2)) == PART + 2

    table = polars.read_parquet(path)
    assert table["draw"].to_list() == [d for d in range(1, PART + 3) for _ in range(2)]
    assert table["week"].to_list() == [0.0, 1.0] * (PART + 2)
    assert set(table["outcome"]) == {"solved"}
    last = next(iter(parts(PART + 2))).values["observed_pth"][5]
    assert table.filter(polars.col("draw") == 6)["observed_pth"].to_list() == last.tolist()
    assert [p.name for p in path.parent.iterdir()] == ["paths.parquet"]


def test_what_was_finished_before_an_interrupt_is_kept(tmp_path):
    def interrupted():
        yield next(parts(3))
        raise KeyboardInterrupt

    assert write_parts(tmp_path / "x.parquet", interrupted()) == 3
    assert polars.read_parquet(tmp_path / "x.parquet").height == 6


def test_an_older_file_stays_when_nothing_was_finished(tmp_path):
    def interrupted():
        raise KeyboardInterrupt
        yield

    (tmp_path / "x.parquet").write_bytes(b"older")

    assert write_parts(tmp_path / "x.parquet", interrupted()) == 0
    assert (tmp_path / "x.parquet").read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_is_refused_before_anything_is_computed(tmp_path):
    def never():
        raise AssertionError
        yield

    with pytest.raises(FileError, match="it is a folder"):
        write_parts(tmp_path, never())


def test_a_draw_that_failed_is_written_with_its_reason(tmp_path):
    broken = twin(2, mobilisation=[6, np.nan])
    write_parts(tmp_path / "x.parquet", in_parts(broken, CURRENT, weeks=1))

    table = polars.read_parquet(tmp_path / "x.parquet")
    assert table["outcome"][0] == "solved"
    assert table["outcome"][3].startswith("stopped between hour 0")
    assert np.isnan(table["observed_pth"][3])


def test_who_may_read_a_file_stays_as_it_was(tmp_path):
    path = tmp_path / "x.parquet"
    path.write_bytes(b"older")
    path.chmod(0o600)

    write_parts(path, parts(1))

    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_no_ordinary_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FileError, match="no ordinary file"):
        write_parts(tmp_path / "pipe", parts(1))
