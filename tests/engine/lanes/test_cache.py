"""Code on disk: what is kept, what is not trusted, and two processes at once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from brushite.engine.lanes import machine
from brushite.engine.lanes.block import run
from brushite.engine.lanes.cache import folder, keep, kept
from brushite.engine.lanes.engine import engine
from engine.lanes.programs import block_of, kaps

KEY = "0123456789abcdef" * 4
CODE = b"code\nwith lines\0"
NUMBERS = {"constants": 3, "work": 7}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BRUSHITE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def file(cache):
    keep(KEY, CODE, NUMBERS)
    (only,) = cache.iterdir()
    return only


def runs(made):
    return run(made, block_of(made, [1.0])).states[0, 0]


def test_what_was_kept_is_found(file):
    assert kept(KEY) == (CODE, NUMBERS)
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("cache")
def test_what_was_never_kept_is_not_found():
    assert kept(KEY) is None


@pytest.mark.usefixtures("file")
def test_another_key_with_the_same_beginning_is_not_confused():
    assert kept(KEY[:-1] + "0") is None


@pytest.mark.parametrize("length", [0, 1, 40, -1])
def test_a_truncated_file_is_not_used(file, length):
    file.write_bytes(file.read_bytes()[:length])

    assert kept(KEY) is None


def test_a_file_with_any_byte_altered_is_not_used(file):
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert kept(KEY) is None, place


@pytest.mark.parametrize("content", [b"[]\n", b"{}\n", b'{"key": 1, "numbers": 2}\n', b"\xff\n"])
def test_a_file_that_is_something_else_is_not_used(file, content):
    file.write_bytes(content)

    assert kept(KEY) is None


def test_a_file_that_others_may_write_is_not_used(file):
    file.chmod(0o666)

    assert kept(KEY) is None


def test_a_folder_that_others_may_write_is_not_used(file):
    file.parent.chmod(0o777)

    assert kept(KEY) is None


@pytest.mark.parametrize("damage", [lambda b: b[:100], lambda b: b[:-1] + b"x", lambda b: b[:0]])
def test_damaged_code_is_made_again(cache, damage):
    wanted = runs(engine(kaps()))
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))

    assert runs(engine(kaps())) == wanted
    assert file.read_bytes() == whole


def test_code_of_another_machine_is_not_used(cache, monkeypatch):
    from brushite.engine.lanes import engine as module

    here = machine.host()
    engine(kaps())
    elsewhere = machine.Host(
        "elsewhere", here.features + ",+other", here.width, here.llvm, here.system
    )
    monkeypatch.setattr(module, "host", lambda _: elsewhere)
    made = []
    monkeypatch.setattr(
        module, "compiled", lambda text, _: made.append(1) or machine.compiled(text, here)
    )
    monkeypatch.setattr(module, "loaded", lambda code, _: machine.loaded(code, here))

    engine(kaps())

    assert made == [1]
    assert len(list(cache.iterdir())) == 2


def test_a_folder_that_cannot_be_made_is_no_harm(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("BRUSHITE_CACHE", str(tmp_path / "file" / "cache"))

    assert runs(engine(kaps())) == pytest.approx(0.1353, abs=1e-4)


def test_a_folder_that_cannot_be_written_is_no_harm(unprivileged, monkeypatch):
    monkeypatch.setenv("BRUSHITE_CACHE", str(unprivileged))
    unprivileged.chmod(0o500)

    keep("key", b"code", {"constants": 1})

    assert kept("key") is None
    assert list(unprivileged.iterdir()) == []

    unprivileged.chmod(0o700)
    keep("key", b"code", {"constants": 1})
    assert kept("key") == (b"code", {"constants": 1})


def test_two_processes_at_once_both_get_their_answer(cache):
    program = (
        "from brushite.engine.lanes.engine import engine\n"
        "from brushite.engine.lanes.block import run\n"
        "from engine.lanes.programs import block_of, kaps\n"
        "made = engine(kaps())\n"
        "print(run(made, block_of(made, [1.0])).states[0, 0].hex())\n"
    )

    def answer(_):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(answer, range(4)))

    assert len(answers) == 1
    (only,) = cache.iterdir()
    assert only.suffix == ".code"


def test_the_folder_is_the_users_own_unless_asked(cache, monkeypatch):
    assert folder() == cache

    monkeypatch.delenv("BRUSHITE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    monkeypatch.setattr(sys, "platform", "linux")

    assert str(folder()) == "/somewhere/brushite"
