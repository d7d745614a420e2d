"""`brushite database`: copies, and whether the history is whole."""

import sqlite3
import subprocess
import sys

import pytest

import postgres
from brushite.cli import run
from brushite.web.store import Contents

FIRST = Contents("Ms A", "record")


@pytest.fixture
def filled(url, opening) -> str:
    """The URL of a database that holds a patient."""
    store = opening(url)
    store.add(FIRST, "anna", "made")
    store.close()
    return url


def test_a_backup_can_be_checked_and_restored(filled, make_url, kind, opening, tmp_path, capsys):
    copy, new = tmp_path / "copy.db", make_url(kind)

    assert run(["database", "backup", str(copy), "--database", filled]) == 0
    assert run(["database", "check", "--database", f"sqlite:///{copy}"]) == 0
    assert run(["database", "restore", str(copy), "--database", new]) == 0

    told = capsys.readouterr()
    assert told.err == f"Wrote {copy}.\nRestored {copy}.\n"
    assert told.out == f"{copy} is whole.\n"
    assert [row.label for row in opening(new).patients()] == ["Ms A"]


def test_a_database_that_was_altered_ends_in_a_finding(opening, tmp_path, capsys):
    path = tmp_path / "a.db"
    store = opening(f"sqlite:///{path}")
    store.add(FIRST, "anna", "made")
    store.close()
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER audit_refuses_update")
    connection.execute("UPDATE audit SET who = 'nobody'")
    connection.commit()
    connection.close()

    assert run(["database", "check", "--database", f"sqlite:///{path}"]) == 1
    assert "Entry 1 of the audit" in capsys.readouterr().out


def test_the_environment_can_name_the_database(filled, monkeypatch, capsys):
    monkeypatch.setenv("BRUSHITE_DATABASE", filled)

    assert run(["database", "check"]) == 0
    assert capsys.readouterr().out.endswith("is whole.\n")


@pytest.mark.parametrize("words", [["check"], ["backup", "copy.db"]])
def test_a_database_that_is_not_there_is_not_made(words, url, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert run(["database", *words, "--database", url]) == 2

    assert "There is no database of brushite" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_restore_into_what_is_not_empty_ends_in_2(filled, tmp_path, capsys):
    copy = str(tmp_path / "copy.db")
    run(["database", "backup", copy, "--database", filled])

    assert run(["database", "restore", copy, "--database", filled]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_a_password_is_in_no_message(server, capsys):
    url = postgres.url(server, "nowhere", "Wr0ng-pass")
    for words in (["check"], ["backup", "copy.db"], ["restore", "copy.db"], ["check", "more"]):
        run(["database", *words, "--database", url])

    told = capsys.readouterr()
    assert "Wr0ng" not in told.out + told.err
    assert "password authentication failed" in told.err


def test_without_the_libraries_it_says_how_to_install_them(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    assert run(["database", "check"]) == 2
    assert "pip install 'brushite[app]'" in capsys.readouterr().err


def test_help_loads_no_sqlalchemy():
    told = (
        "import sys; from brushite.cli import run; run(['database', 'check', '--help']); "
        "assert not {'sqlalchemy', 'alembic', 'brushite.web.store'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", told], check=True, capture_output=True)
