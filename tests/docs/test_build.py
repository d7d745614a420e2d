"""The whole site is built without a warning, and opens without a network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADED = re.compile(
    r"<(?:script|img|iframe|source|image|use)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//"
    r"|<link\b[^>]*?rel=[\"']?(?:stylesheet|preconnect|preload|icon)[^>]*?href=[\"']?(?:https?:)?//"
    r"|(?:url\(|@import)\s*[\"']?(?:https?:)?//"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    (folder / "mkdocs.yml").write_text(
        (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    run("-m", "brushite.docs", str(folder / "build" / "docs"), cwd=ROOT)
    run("-m", "mkdocs", "build", "--strict", "--quiet", cwd=folder)
    return folder / "build" / "site"


def run(*words, cwd):
    paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": paths, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_no_page_of_the_site_loads_anything_from_elsewhere(built):
    loading = {
        str(file.relative_to(built)): found
        for file in built.rglob("*")
        if file.suffix in {".html", ".css", ".svg"}
        and (found := LOADED.findall(file.read_text(encoding="utf-8")))
    }
    assert loading == {}


@pytest.mark.slow
def test_the_site_can_be_searched_without_a_server(built):
    assert (built / "search" / "search_index.js").stat().st_size > 10_000
    home = (built / "index.html").read_text(encoding="utf-8")
    assert "assets/iframe-worker.js" in home


@pytest.mark.slow
def test_every_sub_model_and_decision_is_in_the_navigation(built):
    model = (built / "model" / "index.html").read_text(encoding="utf-8")
    assert {p.name for p in (built / "model" / "equations").glob("*.html")} <= set(
        re.findall(r'href="equations/([\w-]+\.html)"', model)
    )
    why = (built / "why" / "index.html").read_text(encoding="utf-8")
    decisions = {p.stem for p in (ROOT / "docs" / "decisions").glob("*.md")}
    assert decisions <= set(re.findall(r'href="([\w-]+)\.html"', why))
