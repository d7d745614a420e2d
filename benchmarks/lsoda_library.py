"""The LSODA inside numbalsoda, built from its published source with a C++ compiler alone.

numbalsoda (MIT) is published as source only, and its own build asks for Fortran too, for methods
that are not measured here. Built for this very processor, as the lanes are.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "0.3.4"
LIBRARY = Path(sys.prefix) / "numbalsoda" / VERSION / "liblsoda.so"
FLAGS = ("-O3", "-march=native", "-std=c++11", "-fPIC", "-shared")


class CannotBuildError(Exception):
    """Says why numbalsoda is not here."""


def library() -> Path:
    """The library, built if it is not there; raises `CannotBuildError` with the reason."""
    if LIBRARY.exists():
        return LIBRARY
    compiler = _compiler()
    with tempfile.TemporaryDirectory() as folder:
        source = _source(Path(folder))
        unfinished = Path(folder) / LIBRARY.name
        files = [str(source / "src" / name) for name in ("LSODA.cpp", "wrapper.cpp")]
        _do([compiler, *FLAGS, "-o", str(unfinished), *files])
        LIBRARY.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(unfinished, LIBRARY)
    return LIBRARY


def _compiler() -> str:
    asked = [os.environ.get("CXX", ""), "c++", "g++", "clang++"]
    found = next((path for name in asked if name and (path := shutil.which(name))), None)
    if found is None:
        raise CannotBuildError("There is no C++ compiler (c++, g++, clang++ or $CXX).")
    return found


def _source(folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    wanted = ["--no-deps", "--no-binary", "numbalsoda", f"numbalsoda=={VERSION}"]
    _do([*pip, *wanted, "--dest", str(folder)])
    packed = next(folder.glob("numbalsoda-*.tar.gz"), None)
    if packed is None:
        raise CannotBuildError("pip found no source of numbalsoda.")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return folder / packed.name.removesuffix(".tar.gz")


def _do(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines() or ["no word of why"]
        raise CannotBuildError(f"{Path(command[0]).name} failed: {last[-1]}")
