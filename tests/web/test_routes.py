"""What the routes of patients, records, plans and documents answer."""

import pytest

from brushite.errors import UnitError
from brushite.intake.plans import plans_in
from web.asking import asking
from web.serving import PLAN, first

RECORD = (
    "brushite: record/1\nperson: {label: Somebody, age: 52 years}\nmeasurements:\n"
    "- {analyte: phosphate, value: 2.1 mmol/L}\n"
)
UNITLESS = "brushite: plan/1\nplan: Odd\nsteps:\n- give: sevelamer 3.2\n"
REPORT = (
    "A 52-year-old man had been on haemodialysis for 6 years. He was dialysed three times a week "
    "for 4 hours. Serum calcium was 2.45 mmol/L, phosphate was 2.31 mmol/L and PTH was 845 pg/mL. "
    "A month later phosphate was 5.9. He took sevelamer 2.4 g/day. Calcium was high.\n"
)
TABLE = "date,calcium (mmol/L),phosphate (mmol/L),PTH (pg/mL)\n2024-01-10,2.40,2.10,640\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with asking(f"sqlite:///{tmp_path_factory.mktemp('routes')}/app.db") as client:
        yield client


@pytest.fixture
def patient(client) -> str:
    return client.post("/api/patients", json={"yaml": RECORD}).json()["id"]


def test_the_three_cases_are_there_at_first_and_not_put_back(make_url):
    url = make_url("sqlite")
    with asking(url) as client:
        at_first = [row["label"] for row in client.get("/api/patients").json()]
        client.delete(f"/api/patients/{first(client, 'Case 2')}")

    with asking(url) as client:
        later = [row["label"] for row in client.get("/api/patients").json()]

    assert at_first == ["Case 1", "Case 2", "Case 3"]
    assert later == ["Case 1", "Case 3"]


def test_a_patient_is_added_with_what_was_sent(client):
    answer = client.post("/api/patients", json={"yaml": RECORD})

    assert answer.status_code == 201
    added = answer.json()
    assert (added["label"], added["revision"], added["yaml"]) == ("Somebody", 1, RECORD)
    assert client.get(f"/api/patients/{added['id']}").json() == added


def test_who_is_slower_is_refused_and_changes_nothing(client, patient):
    place = f"/api/patients/{patient}"
    faster = {"expected": 1, "yaml": RECORD.replace("Somebody", "Faster")}
    slower = {"expected": 1, "yaml": RECORD.replace("Somebody", "Slower")}

    statuses = [client.put(place, json=each).status_code for each in (faster, slower)]

    assert statuses == [200, 409]
    now = client.get(place).json()
    assert (now["label"], now["revision"]) == ("Faster", 2)


def test_a_removed_patient_is_off_the_list_and_can_be_put_back(client, patient):
    def listed(deleted: str = "false") -> set[str]:
        rows = client.get("/api/patients", params={"deleted": deleted}).json()
        return {row["id"] for row in rows}

    removed = client.delete(f"/api/patients/{patient}").status_code
    during = patient in listed(), patient in listed("true")
    restored = client.post(f"/api/patients/{patient}/restore").status_code

    assert (removed, during, restored) == (204, (False, True), 200)
    assert patient in listed()


def test_going_back_is_a_new_revision_and_all_of_it_is_in_the_audit(client, patient):
    place = f"/api/patients/{patient}"
    client.put(place, json={"expected": 1, "yaml": RECORD.replace("52", "53"), "what": "older"})

    back = client.post(f"{place}/revisions", json={"expected": 2, "to": 1}).json()

    assert (back["revision"], back["yaml"]) == (3, RECORD)
    told = [(r["number"], r["what"]) for r in client.get(f"{place}/revisions").json()]
    assert told == [(3, "back to revision 1"), (2, "older"), (1, "a new patient")]
    audit = client.get("/api/audit", params={"patient": patient}).json()
    assert [entry["revision"] for entry in audit] == [3, 2, 1]
    assert {entry["who"] for entry in audit} == {"this computer"}


def test_a_record_is_the_same_as_text_and_as_mappings(client):
    as_text = client.post("/api/records/check", json={"yaml": RECORD}).json()

    as_mappings = client.post("/api/records/check", json={"record": as_text["record"]}).json()

    assert as_mappings == as_text
    assert "2.1 mmol/L" in as_text["yaml"]


def test_plans_are_the_same_as_text_and_as_mappings(client, patient):
    asked = {"plans": [PLAN], "patient": patient}
    as_mappings = client.post("/api/plans/check", json=asked).json()

    as_text = client.post(
        "/api/plans/check", json={"yaml": as_mappings["yaml"], "patient": patient}
    ).json()

    assert as_text == as_mappings
    assert as_text["plans"][0]["name"] == "Longer sessions"


def test_an_unfit_plan_is_refused_in_the_words_of_the_command_line(client):
    with pytest.raises(UnitError) as told:
        plans_in(UNITLESS, name="plans.yaml")

    answer = client.post("/api/plans/check", json={"yaml": UNITLESS})

    assert answer.status_code == 422
    assert answer.json()["error"] == {"kind": "UnitError", "text": str(told.value)}


def test_a_document_is_read_reviewed_marked_and_becomes_a_patient(client):
    reading = client.post("/api/readings", files={"file": ("case.txt", REPORT.encode())}).json()
    place = f"/api/readings/{reading['id']}"
    doubt = next(d for d in reading["doubts"] if d["options"])
    given = {"answers": [{"number": doubt["number"], "answer": "1"}]}

    answered = client.put(place, json=given)
    page = client.get(f"{place}/marked")
    patient = client.post(f"{place}/patient", json={"label": "From a report"}).json()

    assert any("845 pg/mL" in fact["words"] for fact in reading["facts"])
    assert "845 pg/mL" in reading["yaml"]
    assert answered.status_code == 200
    assert answered.json()["doubts"][doubt["number"] - 1]["answer"] == "1"
    assert client.get(place).json() == answered.json()
    assert "845" in page.text
    assert "sandbox" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    assert patient["label"] == "From a report"
    assert "845 pg/mL" in patient["yaml"]


def test_a_table_is_read_with_its_columns(client):
    reading = client.post("/api/readings", files={"file": ("values.csv", TABLE.encode())}).json()

    assert reading["kind"] == "table"
    assert reading["columns"][0]["column"] == "date"
    assert "2.10 mmol/L" in reading["yaml"] or "2.1 mmol/L" in reading["yaml"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/patients/x", None),
        ("PUT", "/api/patients/x", {"expected": 1, "yaml": RECORD}),
        ("DELETE", "/api/patients/x", None),
        ("POST", "/api/patients/x/restore", None),
        ("POST", "/api/patients/x/compare", {}),
        ("POST", "/api/patients/x/fit", {}),
        ("POST", "/api/patients/x/code", {}),
        ("GET", "/api/patients/x/levers", None),
        ("GET", "/api/readings/x", None),
        ("GET", "/api/readings/x/marked", None),
        ("GET", "/api/jobs/x", None),
        ("GET", "/api/jobs/x/events", None),
        ("GET", "/api/jobs/x/file", None),
        ("POST", "/api/cases/x", None),
        ("GET", "/api/x", None),
    ],
)
def test_what_is_not_there_is_told_in_words(client, method, path, body):
    answer = client.request(method, path, json=body)

    assert answer.status_code == 404
    assert answer.json()["error"]["text"]
