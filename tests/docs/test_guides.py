"""Pages that people wrote keep their links when they stand elsewhere."""

import pytest

from brushite.docs.guides import guides
from brushite.errors import FileError


@pytest.fixture
def project(tmp_path):
    (tmp_path / "docs" / "decisions").mkdir(parents=True)
    (tmp_path / "README.md").write_text(
        "# It\n[g](docs/index.md) [w](docs/decisions/) [b](refs.bib)"
    )
    (tmp_path / "CONTRIBUTING.md").write_text("# How\n")
    (tmp_path / "refs.bib").write_text("@misc{A,}")
    (tmp_path / "docs" / "index.md").write_text(
        "# Guide\n[c](../CONTRIBUTING.md#a) [web](https://a.b/c)"
    )
    (tmp_path / "docs" / "decisions" / "lock.md").write_text("# One lock\n[g](../index.md)")
    return tmp_path


def test_links_lead_to_where_the_pages_stand_now(project):
    pages, files = guides(project)
    text = {page.path: page.text for page in pages}

    assert text["index.md"].endswith("[g](guide/index.md) [w](why/index.md) [b](files/refs.bib)")
    assert text["guide/index.md"].endswith("[c](contributing.md#a) [web](https://a.b/c)")
    assert text["why/lock.md"].endswith("[g](../guide/index.md)")
    assert files == {"files/refs.bib": project / "refs.bib"}


def test_the_decisions_are_listed_by_their_titles(project):
    pages, _ = guides(project)
    (listed,) = [page.text for page in pages if page.path == "why/index.md"]
    assert "- [One lock](lock.md)" in listed


def test_a_link_to_nothing_is_refused(project):
    (project / "docs" / "index.md").write_text("# Guide\n[c](nowhere.md)")
    with pytest.raises(FileError, match=r"docs/index.md links to nowhere.md"):
        guides(project)


def test_a_folder_without_guides_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"has no docs/index.md"):
        guides(tmp_path)
