"""The store: patients, documents and the audit, alike in SQLite and PostgreSQL."""

import re
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import postgres
from brushite.errors import BrushiteError, FileError
from brushite.web.store import (
    Conflict,
    Contents,
    Document,
    DocumentRow,
    Missing,
    PatientRow,
    backup,
    restore,
)
from brushite.web.store.addresses import data_folder, read_address
from brushite.web.store.chain import entry_hash

FIRST = Contents("Ms A", "brushite: record/1\n", "brushite: plan/1\n")
SECOND = Contents("Ms A, 61", "brushite: record/1\nage: 61 years\n")
TABLES = ("patients", "revisions", "documents", "audit")


def everything(store):
    """All rows of all tables, in an order of their own."""
    with store.reading() as connection:
        rows = {name: connection.execute(text(f"SELECT * FROM {name}")).all() for name in TABLES}
    return {name: sorted(map(repr, each)) for name, each in rows.items()}


def tamper(store, *statements):
    """Alter the database behind the back of its triggers, as an administrator could."""
    with store.engine.begin() as connection:
        for table in ("revisions", "audit"):
            if store.engine.dialect.name == "postgresql":
                connection.execute(text(f"DROP TRIGGER {table}_refuses ON {table}"))
            else:
                connection.execute(text(f"DROP TRIGGER {table}_refuses_update"))
                connection.execute(text(f"DROP TRIGGER {table}_refuses_delete"))
        for statement in statements:
            connection.execute(text(statement))


def filled(store):
    """A store with a patient of two revisions, one who was removed, and a document."""
    one = store.add(FIRST, "anna", "read from letter.pdf")
    store.change(one.patient, 1, SECOND, "bert", "age")
    other = store.add(Contents("Mr B", "b"), "anna", "typed")
    store.remove(other.patient, "bert")
    store.keep_document(
        Document(name="letter.pdf", content=bytes(range(256)), who="anna", patient=one.patient)
    )
    store.note("anna", "sign-in")
    return one.patient, other.patient


# Patients


def test_a_new_patient_is_there_with_its_first_revision(store):
    new = store.add(FIRST, "anna", "read from letter.pdf")

    assert (new.number, new.who, new.what) == (1, "anna", "read from letter.pdf")
    assert Contents(new.label, new.record, new.plans) == FIRST
    assert store.latest(new.patient) == new
    assert store.revision(new.patient, 1) == new
    assert store.patients() == (
        PatientRow(new.patient, "Ms A", 1, new.at, "anna", is_deleted=False),
    )


def test_a_change_adds_a_revision_and_leaves_those_before(store):
    first = store.add(FIRST, "anna", "made")
    second = store.change(first.patient, 1, SECOND, "bert", "age")

    assert store.revisions(first.patient) == (second, first)
    assert store.latest(first.patient) == second
    assert store.patients()[0].label == "Ms A, 61"


def test_patients_are_listed_by_their_last_change(store):
    one, two = (store.add(Contents(name, ""), "anna", "made").patient for name in "AB")
    assert [row.label for row in store.patients()] == ["B", "A"]

    store.change(one, 1, Contents("A2", ""), "anna", "changed")

    assert [row.id for row in store.patients()] == [one, two]


def test_a_change_of_a_stale_revision_says_who_was_faster(store):
    patient = store.add(FIRST, "anna", "made").patient
    second = store.change(patient, 1, SECOND, "bert", "age")

    with pytest.raises(Conflict, match=r"bert changed 'Ms A, 61' on \d{4}-\d\d-\d\d at \d\d:\d\d"):
        store.change(patient, 1, FIRST, "carl", "phosphate")

    assert store.latest(patient) == second
    assert len(store.audit()) == 2


def test_a_patient_who_was_removed_is_kept_and_can_be_restored(store):
    patient = store.add(FIRST, "anna", "made").patient
    store.remove(patient, "bert")
    store.remove(patient, "bert")

    assert store.patients() == ()
    assert [row.is_deleted for row in store.patients(deleted=True)] == [True]
    assert store.latest(patient).label == "Ms A"
    with pytest.raises(Conflict, match="was removed"):
        store.change(patient, 1, SECOND, "anna", "age")

    store.restore(patient, "anna")
    store.restore(patient, "anna")

    assert [row.is_deleted for row in store.patients()] == [False]
    assert [entry.action for entry in store.audit()] == [
        "patient restored",
        "patient removed",
        "patient added",
    ]


@pytest.mark.parametrize("unknown", ["nobody", "", "\0", "\ud800", "x' OR '1'='1", "é" * 9])
def test_who_is_not_there_is_missing(store, unknown):
    for ask in (store.latest, store.revisions, store.document, store.documents):
        with pytest.raises(Missing):
            ask(unknown)
    with pytest.raises(Missing):
        store.remove(unknown, "anna")


def test_a_revision_that_is_not_there_is_missing(store):
    patient = store.add(FIRST, "anna", "made").patient

    for number in (0, 2, -1, 10**30):
        with pytest.raises(Missing, match="has no revision"):
            store.revision(patient, number)


def test_text_comes_back_as_it_was(store):
    odd = Contents("Ümit 🦴 'q' \"d\" %s :x", "a\r\nb\n\n\ttab\\ \x7f", "x" * 2_000_000)

    patient = store.add(odd, "Zoë", "100 % of :it").patient

    kept = store.latest(patient)
    assert Contents(kept.label, kept.record, kept.plans) == odd
    assert store.broken() == ()


@pytest.mark.parametrize("odd", ["a\0b", "a\udc80b"])
def test_text_that_cannot_be_kept_is_refused(store, odd):
    patient = store.add(FIRST, "anna", "made").patient
    changes = (
        lambda: store.add(Contents(odd, ""), "anna", "made"),
        lambda: store.change(patient, 1, Contents("", odd), "anna", "made"),
        lambda: store.remove(patient, odd),
        lambda: store.keep_document(Document(name=odd, content=b"", who="anna")),
        lambda: store.note("anna", odd),
    )

    for change in changes:
        with pytest.raises(BrushiteError, match="cannot be kept"):
            change()

    assert len(store.audit()) == 1
    assert not store.patients()[0].is_deleted


# Documents


def test_a_document_is_kept_answered_and_attached(store):
    content = bytes(range(256)) * 10
    kept = store.keep_document(Document(name="letter.pdf", content=content, who="anna"))
    patient = store.add(FIRST, "anna", "made").patient
    row = DocumentRow(kept.id, None, "letter.pdf", 2560, kept.at, "anna")

    assert store.document(kept.id) == kept
    assert store.documents(None) == (row,)
    assert store.documents(patient) == ()

    store.answer(kept.id, '[{"answer": 1}]', "bert")
    store.attach(kept.id, patient, "carl")

    assert store.document(kept.id) == replace(kept, answers='[{"answer": 1}]', patient=patient)
    assert store.documents(patient) == (replace(row, patient=patient),)
    assert store.documents(None) == ()
    assert [(entry.who, entry.action) for entry in store.audit(limit=2)] == [
        ("carl", "document attached"),
        ("bert", "document answered"),
    ]


def test_a_document_of_nobody_known_is_refused(store):
    with pytest.raises(Missing):
        store.keep_document(Document(name="x", content=b"", who="anna", patient="nobody"))
    kept = store.keep_document(Document(name="x", content=b"", who="anna"))
    with pytest.raises(Missing):
        store.attach(kept.id, "nobody", "anna")

    assert len(store.audit()) == 1


# The audit


def test_each_change_has_its_entry(store):
    one, other = filled(store)
    entries = store.audit()

    assert [(entry.number, entry.who, entry.action) for entry in reversed(entries)] == [
        (1, "anna", "patient added"),
        (2, "bert", "patient changed"),
        (3, "anna", "patient added"),
        (4, "bert", "patient removed"),
        (5, "anna", "document kept"),
        (6, "anna", "sign-in"),
    ]
    assert {entry.patient for entry in store.audit(one)} == {one}
    assert [entry.revision for entry in store.audit(other)] == [None, 1]
    assert store.audit(limit=2) == entries[:2]
    assert store.broken() == ()


@pytest.mark.parametrize("table", ["audit", "revisions"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET who = 'nobody'", "DELETE FROM {}"])
def test_history_can_be_neither_altered_nor_deleted(store, table, deed):
    filled(store)
    before = everything(store)

    with (
        pytest.raises(DBAPIError, match=f"{table} is only added to"),
        store.engine.begin() as connection,
    ):
        connection.execute(text(deed.format(table)))

    assert everything(store) == before


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("UPDATE audit SET detail = 'nothing' WHERE number = 2", "Entry 2 .* was altered"),
        ("UPDATE audit SET who = 'nobody' WHERE number = 6", "Entry 6 .* was altered"),
        ("DELETE FROM audit WHERE number = 4", "Between entries 3 and 5 .* gone"),
        ("DELETE FROM audit WHERE number = 1", "Between entries 0 and 2 .* gone"),
        ("DELETE FROM audit WHERE number >= 3", "Revision 1 of patient .* has no entry"),
        ("UPDATE revisions SET record = 'x' WHERE number = 2", "Revision 2 .* is not what entry 2"),
        ("DELETE FROM revisions WHERE number = 2", "Revision 2 .* of entry 2, is gone"),
    ],
)
def test_what_was_altered_is_found(store, deed, told):
    filled(store)

    tamper(store, deed)

    assert [each for each in store.broken() if re.search(told, each)] != []


def test_an_entry_that_was_altered_with_its_hash_is_found(store):
    filled(store)
    second = store.audit()[-2]
    forged = entry_hash(replace(second, who="nobody"))

    tamper(store, f"UPDATE audit SET who = 'nobody', hash = '{forged}' WHERE number = 2")

    assert store.broken() == ("Entry 3 of the audit does not follow from entry 2.",)


# Several at once


def test_many_who_write_at_once_make_one_whole_chain(url, opening):
    stores = [opening(url) for _ in range(4)]

    def write(store):
        for number in range(15):
            patient = store.add(Contents(str(number), ""), "anna", "made").patient
            store.change(patient, 1, SECOND, "anna", "changed")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, stores))

    numbers = [entry.number for entry in stores[0].audit(limit=1000)]
    assert numbers == list(range(120, 0, -1))
    assert stores[0].broken() == ()


def test_of_two_who_change_one_revision_at_once_one_is_told(url, opening):
    stores = [opening(url), opening(url)]
    patient = stores[0].add(FIRST, "anna", "made").patient
    together = threading.Barrier(2)

    def change(store):
        won = 0
        for number in range(1, 11):
            together.wait()
            try:
                store.change(patient, number, FIRST, "anna", "changed")
                won += 1
            except Conflict:
                pass
        return won

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(change, stores)) == 10
    assert stores[0].latest(patient).number == 11


def test_several_can_open_a_new_database_at_once(url, opening):
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(opening, [url] * 4))

    assert [store.patients() for store in stores] == [()] * 4


# Copies


def test_a_backup_opens_as_a_database_of_its_own(store, opening, tmp_path):
    patient, _ = filled(store)
    copy = tmp_path / "copies" / "copy ü?.db"

    backup(store, copy)

    assert [each.name for each in copy.parent.iterdir()] == ["copy ü?.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    copied = restored_from(copy, opening, tmp_path)
    assert everything(copied) == everything(store)
    copied.change(patient, 2, FIRST, "anna", "changed in the copy")
    assert copied.broken() == ()


def restored_from(copy, opening, tmp_path):
    """A store of what a backup holds."""
    url = f"sqlite:///{tmp_path / 'again.db'}"
    restore(copy, url)
    return opening(url)


def test_a_backup_is_opened_by_its_url(store, opening, tmp_path):
    filled(store)
    backup(store, tmp_path / "copy.db")

    assert everything(opening(f"sqlite:///{tmp_path / 'copy.db'}")) == everything(store)


def test_a_backup_takes_the_place_of_the_one_before(store, opening, tmp_path):
    backup(store, tmp_path / "copy.db")
    filled(store)

    backup(store, tmp_path / "copy.db")

    assert everything(opening(f"sqlite:///{tmp_path / 'copy.db'}")) == everything(store)


def test_a_backup_is_whole_while_others_write(url, opening, tmp_path):
    store, other = opening(url), opening(url)
    patient = store.add(FIRST, "anna", "made").patient
    ended = threading.Event()

    def write():
        number = 1
        while not ended.is_set():
            number = other.change(patient, number, FIRST, "anna", "changed").number
        return number

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            for number in range(5):
                backup(store, tmp_path / f"{number}.db")
        finally:
            ended.set()
        last = writing.result()
    copies = [opening(f"sqlite:///{tmp_path / f'{number}.db'}") for number in range(5)]

    assert [copy.broken() for copy in copies] == [()] * 5
    counts = [copy.latest(patient).number for copy in copies]
    assert [len(copy.audit(limit=10**6)) for copy in copies] == counts
    assert sorted(counts) == counts
    assert counts[0] < counts[-1] <= last


def test_a_database_is_restored_whole(store, make_url, kind, opening, tmp_path):
    filled(store)
    backup(store, tmp_path / "copy.db")
    (tmp_path / "copy.db").chmod(0o400)
    before = (tmp_path / "copy.db").read_bytes()
    url = make_url(kind)
    opening(url).close()  # an empty one may have been opened before

    restore(tmp_path / "copy.db", url)

    assert everything(opening(url)) == everything(store)
    assert opening(url).broken() == ()
    assert (tmp_path / "copy.db").read_bytes() == before


def test_nothing_is_restored_into_a_database_that_holds_something(store, url, tmp_path):
    store.note("anna", "sign-in")
    backup(store, tmp_path / "copy.db")
    before = everything(store)

    with pytest.raises(FileError, match="is not empty"):
        restore(tmp_path / "copy.db", url)

    assert everything(store) == before


def test_a_restore_that_fails_leaves_nothing(make_url, kind, opening, tmp_path):
    source = opening(f"sqlite:///{tmp_path / 'source.db'}")
    filled(source)
    backup(source, tmp_path / "copy.db")
    connection = sqlite3.connect(tmp_path / "copy.db")  # which looks at no reference
    connection.execute("UPDATE documents SET patient = 'nobody'")
    connection.commit()
    connection.close()
    url = make_url(kind)

    with pytest.raises(FileError, match=r"(?i)foreign key"):
        restore(tmp_path / "copy.db", url)

    assert all(rows == [] for rows in everything(opening(url)).values())


@pytest.mark.parametrize("make", ["folder", "other", "absent", "empty", "in use"])
def test_what_is_no_backup_is_not_restored(make, url, opening, tmp_path):
    path = tmp_path / "copy.db"
    if make == "folder":
        path.mkdir()
    elif make == "other":
        path.write_text("a letter", encoding="utf-8")
    elif make == "empty":
        path.touch()
    elif make == "in use":
        opening(f"sqlite:///{path}").note("anna", "sign-in")

    with pytest.raises(FileError, match=r"copy\.db"):
        restore(path, url)


def test_a_backup_is_not_written_over_a_database_in_use(opening, tmp_path):
    path = tmp_path / "own.db"
    store = opening(f"sqlite:///{path}")
    filled(store)

    with pytest.raises(FileError, match="is in use"):
        backup(store, path)

    assert store.broken() == ()


def test_a_backup_that_cannot_be_written_leaves_nothing(store, tmp_path):
    (tmp_path / "file").touch()

    for path in (tmp_path, tmp_path / "file" / "copy.db"):
        with pytest.raises(FileError, match="cannot be written"):
            backup(store, path)


# Opening


def test_what_was_written_is_there_when_opened_again(url, opening):
    store = opening(url)
    filled(store)
    before = everything(store)
    store.close()

    assert everything(opening(url)) == before


def test_sqlite_writes_ahead_and_to_the_disk(opening, tmp_path):
    store = opening(f"sqlite:///{tmp_path / 'a.db'}")

    with store.reading() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]

    assert told == ["wal", 2, 1, 30_000]


def test_only_its_owner_reads_a_new_database(opening, tmp_path):
    opening(f"sqlite:///{tmp_path / 'new' / 'a.db'}").note("anna", "sign-in")

    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "new").iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_without_a_url_the_database_is_in_the_users_folder(opening, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")

    assert opening(None).place == str(tmp_path / "brushite" / "brushite.db")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder() == tmp_path / ".local" / "share" / "brushite"
    monkeypatch.setattr("sys.platform", "darwin")
    assert data_folder() == tmp_path / "Library" / "Application Support" / "brushite"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert data_folder() == tmp_path / "Local" / "brushite"


def test_a_newer_schema_is_refused(store, url, opening):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE brushite_version SET version_num = '9999'"))

    with pytest.raises(FileError, match="newer brushite: its schema is 9999"):
        opening(url)


def test_the_database_of_another_program_is_refused_and_not_changed(url, opening):
    store = opening(url)
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE brushite_version"))
    before = everything(store)

    with pytest.raises(FileError, match="of another program"):
        opening(url)

    assert everything(store) == before


def test_a_file_that_is_no_database_is_refused_and_not_changed(opening, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague, this letter is long enough to be a heading", "utf-8")

    with pytest.raises(FileError, match=r"letter\.txt is no database"):
        opening(f"sqlite:///{path}")

    assert path.read_text("utf-8").startswith("Dear colleague")


def test_a_damaged_database_is_refused(opening, tmp_path):
    path = tmp_path / "a.db"
    path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)

    with pytest.raises(FileError, match="does not work: file is not a database"):
        opening(f"sqlite:///{path}")


def test_a_folder_is_refused(opening, tmp_path):
    with pytest.raises(FileError, match="it is a folder"):
        opening(f"sqlite:///{tmp_path}")


def test_what_may_only_be_read_is_refused(opening, unprivileged):
    path = unprivileged / "a.db"
    opening(f"sqlite:///{path}").close()
    path.chmod(0o400)
    with pytest.raises(FileError, match="may not be overwritten"):
        opening(f"sqlite:///{path}")

    path.unlink()
    unprivileged.chmod(0o500)
    with pytest.raises(FileError, match="may not be changed"):
        opening(f"sqlite:///{path}")


def test_what_is_not_there_is_not_made_where_it_is_not_wanted(url, opening):
    with pytest.raises(FileError, match="There is no database of brushite"):
        opening(url, make=False)

    if url.startswith("sqlite"):
        assert not Path(url.removeprefix("sqlite:///")).exists()


# URLs and passwords


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "cannot be read"),
        ("copy.db", "Write sqlite:///FILE"),
        ("sqlite://", "in memory keeps nothing"),
        ("sqlite:///:memory:", "in memory keeps nothing"),
        ("sqlite:///a.db?mode=ro", "a file and nothing else"),
        ("mysql://u:secret@host/d", "keeps nothing in mysql"),
        ("postgresql://u:sec@secret@host/d", "two @"),
        ("postgresql://u:secret@host:secret/d", "cannot be read"),
        ("postgresql://host/d", "names no user"),
        ("postgresql://u:secret@host", "no database"),
        ("postgresql://u:secret@host/d?sslmod=secret", "Did you mean 'sslmode'"),
        ("postgresql://u@host/d?password=secret", "an option 'password'"),
        ("postgresql://u:secret@127.0.0.1:1/d?sslmode=some", "sslmode=some"),
        ("postgresql://u:secret@127.0.0.1:1/d", "Can't create a connection"),
        ("postgres://u:secret@127.0.0.1:1/d?sslmode=verify-full", "Can't create a connection"),
    ],
)
def test_a_url_that_cannot_be_used_is_told_without_its_password(url, told, opening, caplog):
    caplog.set_level("DEBUG")
    with pytest.raises(FileError, match=told) as raised:
        opening(url)

    assert "secret" not in str(raised.value)
    assert "secret" not in caplog.text
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_a_wrong_password_is_in_no_message(server, opening):
    with pytest.raises(FileError, match="password authentication failed") as raised:
        opening(postgres.url(server, "postgres", "Wr0ng-pass"))

    assert "Wr0ng" not in str(raised.value)


def test_the_password_is_in_nothing_that_the_store_shows(make_url, opening, caplog):
    caplog.set_level("DEBUG")
    url = make_url("postgresql")
    assert postgres.PASSWORD in url

    store = opening(url)
    filled(store)
    store.close()

    assert store.place.startswith("postgresql://brushite@127.0.0.1:")
    shown = [repr(store), str(store), repr(store.engine), repr(read_address(url)), caplog.text]
    assert [each for each in shown if postgres.PASSWORD in each] == []


def test_a_server_that_goes_away_is_told(opening):
    programs = postgres.programs()
    if programs is None:
        pytest.skip(postgres.NO_POSTGRES)
    with postgres.running(programs) as port:
        store = opening(postgres.make_database(port, "soon_gone"))
        store.note("anna", "sign-in")

    with pytest.raises(FileError, match="does not work"):
        store.note("anna", "sign-in")
    with pytest.raises(FileError, match="does not work"):
        store.patients()


def test_a_full_disk_is_told_and_nothing_of_the_change_is_kept(opening, tmp_path):
    store = opening(f"sqlite:///{tmp_path / 'a.db'}")
    filled(store)
    before = everything(store)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(FileError, match="disk is full"):
        store.add(Contents("big", "x" * 1_000_000), "anna", "made")

    assert everything(store) == before
