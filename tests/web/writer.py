"""Writes changes until it is killed, and tells each once it has returned; the tests run it."""

import sys
from itertools import count

from brushite.web.store import Contents, Document, open_store

store = open_store(sys.argv[1])
revision = store.add(Contents("Killed", "record 1", "plans 1"), "writer", "made")
for number in count(2):
    sys.stdout.write(f"{revision.patient} {revision.number}\n")
    sys.stdout.flush()
    new = Contents("Killed", f"record {number}", f"plans {number}")
    revision = store.change(revision.patient, revision.number, new, "writer", "changed")
    if number % 5 == 0:
        store.keep_document(Document(name="letter", content=bytes(20_000), who="writer"))
        store.note("writer", "export", revision.patient, "FHIR")
