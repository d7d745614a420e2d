"""What stands in front of the app: hosts, origins, sizes, paths, and the headers of all answers."""

import socket

import httpx
import pytest

from brushite.web.guard import HEADERS
from brushite.web.routes import about
from brushite.web.settings import LARGEST_BODY
from web.asking import asking
from web.serving import running

RECORD = "brushite: record/1\nperson: {label: Somebody}\n"
LARGE = 50_000_000
CHUNK = b" " * 1_000_000


def labels(client) -> list[str]:
    return [row["label"] for row in client.get("/api/patients").json()]


def first_line(address: str, *lines: str) -> str:
    """The first line of the answer to a request as it stands, without its body."""
    url = httpx.URL(address)
    with socket.create_connection((url.host, url.port), timeout=10) as connection:
        connection.sendall("\r\n".join((*lines, "", "")).encode("latin-1"))
        return connection.recv(4096).decode("latin-1").partition("\r\n")[0]


def own(address: str) -> str:
    """The Host header of a server."""
    return httpx.URL(address).netloc.decode("ascii")


@pytest.fixture
def client(make_url):
    with asking(make_url("sqlite")) as client:
        yield client


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server as users start it."""
    with running(f"sqlite:///{tmp_path_factory.mktemp('guard')}/app.db") as (address, _):
        yield address


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_a_name_that_nobody_gave_the_server_is_refused(client, host):
    answer = client.get("/api/patients", headers={"host": host})

    assert answer.status_code == 421
    assert answer.json()["error"]["kind"] == "HostRefused"
    assert host in answer.json()["error"]["text"]


@pytest.mark.parametrize("host", ["", "10.0.0.5", "localhost.", "127.0.0.1@evil.example"])
def test_a_host_that_is_not_this_machine_is_refused_on_the_loopback_address(client, host):
    answer = client.get("/", headers={"host": host})

    assert answer.status_code == 421


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "127.0.0.2", "[::1]:8"]
)
def test_this_machine_may_be_called_by_its_address_or_localhost(client, host):
    answer = client.get("/api/patients", headers={"host": host})

    assert answer.status_code == 200


def test_a_name_that_was_said_and_any_address_reach_a_server_of_others(make_url):
    settings = {"host": "0.0.0.0", "names": ("Kidney.example",)}
    with asking(make_url("sqlite"), **settings) as client:
        statuses = {
            host: client.get("/api/health", headers={"host": host}).status_code
            for host in ("kidney.example", "10.0.0.5:8000", "other.example")
        }

    assert statuses == {"kidney.example": 200, "10.0.0.5:8000": 200, "other.example": 421}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"},
    ],
)
def test_a_page_of_another_site_changes_nothing(client, headers):
    patient = client.get("/api/patients").json()[0]["id"]
    place = f"/api/patients/{patient}"
    before = client.get("/api/audit").json()

    statuses = [
        client.post("/api/patients", json={"yaml": RECORD}, headers=headers).status_code,
        client.put(place, json={"expected": 1, "yaml": RECORD}, headers=headers).status_code,
        client.delete(place, headers=headers).status_code,
        client.post("/api/cases/case-1", headers=headers).status_code,
        client.post("/api/readings", files={"file": ("a.txt", b"a")}, headers=headers).status_code,
    ]

    assert statuses == [403] * 5
    assert client.get("/api/audit").json() == before
    assert labels(client) == ["Case 1", "Case 2", "Case 3"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}],
    ids=["a program", "our page"],
)
def test_our_page_and_programs_may_change_things(client, headers):
    answer = client.post("/api/patients", json={"yaml": RECORD}, headers=headers)

    assert answer.status_code == 201
    assert labels(client)[0] == "Somebody"


@pytest.mark.parametrize("path", ["/api/patients", "/api/readings", "/api/records/check"])
def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(address, path):
    line = first_line(
        address, f"POST {path} HTTP/1.1", f"Host: {own(address)}", f"Content-Length: {LARGE}"
    )

    assert line.startswith("HTTP/1.1 413 ")


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 19, "9" * 6000])
def test_a_length_that_is_none_is_refused_and_the_server_goes_on(address, length):
    line = first_line(
        address, "POST /api/patients HTTP/1.1", f"Host: {own(address)}", f"Content-Length: {length}"
    )

    assert line.split()[1] in {"400", "413"}
    assert httpx.get(f"{address}/api/health").status_code == 200


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/api/patients", "application/json"),
        ("/api/records/check", "application/json"),
        ("/api/readings", "multipart/form-data; boundary=b"),
    ],
)
def test_a_body_without_a_length_is_refused_once_it_is_too_large(address, path, media):
    head = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    body = (head if number == 0 else CHUNK for number in range(LARGE // len(CHUNK)))

    answer = httpx.post(
        f"{address}{path}", content=body, headers={"content-type": media}, timeout=30
    )

    assert answer.status_code == 413
    assert answer.json()["error"]["kind"] == "TooLarge"
    assert f"{LARGEST_BODY // 1_000_000} MB" in answer.json()["error"]["text"]
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../app.py",
        "/assets/..%2f..%2fapp.py",
        "/assets/%2e%2e/%2e%2e/app.py",
        "/assets/..%5c..%5capp.py",
        "/assets/%252e%252e%252fapp.py",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/x%00.js",
        "/../app.py",
        "/api/jobs/..%2f..%2fetc%2fpasswd/file",
    ],
)
def test_no_path_leads_out_of_what_is_served(address, path):
    line = first_line(address, f"GET {path} HTTP/1.1", f"Host: {own(address)}")

    assert line.split()[1] == "404"


def test_every_kind_of_answer_has_the_strict_headers(client, make_url):
    patient = client.get("/api/patients").json()[0]["id"]
    json = {"content-type": "application/json"}
    with asking(make_url("sqlite"), secret="a long secret") as closed:
        answers = {
            "page": client.get("/"),
            "icon": client.get("/icon.svg"),
            "list": client.get("/api/patients"),
            "file": client.get(f"/api/patients/{patient}/export"),
            "description": client.get("/api/openapi.json"),
            "added": client.post("/api/cases/case-1"),
            "removed": client.delete(f"/api/patients/{patient}"),
            "unreadable": client.post("/api/patients", content=b"{", headers=json),
            "unfit": client.post("/api/patients", json={}),
            "nothing there": client.get("/nothing"),
            "no such job": client.get("/api/jobs/x"),
            "not so": client.put("/api/patients"),
            "another name": client.get("/", headers={"host": "evil.example"}),
            "another site": client.post("/api/cases/case-1", headers={"origin": "null"}),
            "too large": client.post("/api/patients", content=b" " * (LARGEST_BODY + 1)),
            "sign in": closed.get("/api/patients"),
            "wrong password": closed.post("/api/sign-in", json={"name": "A", "password": "b"}),
        }

    lacking = {
        (kind, name)
        for kind, answer in answers.items()
        for name, value in HEADERS.items()
        if answer.headers.get(name) != value
    }

    assert lacking == set()
    assert {a.status_code for a in answers.values()} >= {
        200,
        201,
        204,
        401,
        403,
        404,
        405,
        413,
        421,
    }


def test_the_rules_for_pages_forbid_scripts_of_others_and_frames_around(client):
    rules = dict(
        rule.strip().split(" ", 1)
        for rule in client.get("/").headers["content-security-policy"].split(";")
    )

    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == rules["style-src"] == "'self'"
    assert not any("unsafe" in rule or "http" in rule or "*" in rule for rule in rules.values())


def test_a_fault_of_our_own_has_the_headers_and_tells_nothing_of_the_inside(client, monkeypatch):
    def broken(_record):
        raise RuntimeError("/home/somebody/secrets")

    monkeypatch.setattr(about, "describe", broken)

    answer = client.get("/api/cases")

    assert answer.status_code == 500
    assert {n: answer.headers.get(n) for n in HEADERS} == dict(HEADERS)
    assert "secrets" not in answer.text
    assert answer.json()["error"]["kind"] == "Fault"
