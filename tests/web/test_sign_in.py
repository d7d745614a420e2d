"""Who is let in, by password, token and cookie, and what `brushite serve` says of it."""

import os
import re
import socket
import subprocess
import sys

import httpx
import pytest

from web.asking import asking
from web.serving import PROGRAM, SOURCE, running

SECRET = "a long secret of ours"
NEVER = "another-secret-entirely"
RIGHT = {"authorization": f"Bearer {SECRET}"}


def sign_in(client, password: str) -> httpx.Response:
    return client.post("/api/sign-in", json={"name": "Dr A", "password": password})


def refused(tmp_path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`brushite serve` where it is to end at once."""
    database = f"sqlite:///{tmp_path}/refused.db"
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "serve", "--no-browser", "--database", database, *options],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, "PYTHONPATH": SOURCE, **environment},
    )


@pytest.fixture
def client(make_url):
    with asking(make_url("sqlite"), secret=SECRET) as client:
        yield client


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer"},
        {"authorization": f"Basic {SECRET}"},
        {"authorization": f"Bearer {SECRET}x"},
        {"cookie": "brushite="},
        {"cookie": "brushite=guessed"},
    ],
)
def test_without_the_secret_nothing_is_told_and_nothing_changed(client, headers):
    answers = [
        client.get("/api/patients", headers=headers),
        client.post("/api/cases/case-1", headers=headers),
        client.get("/api/audit", headers=headers),
        client.get("/api/nothing", headers=headers),
    ]

    assert [a.status_code for a in answers] == [401] * 4
    assert {a.headers["www-authenticate"] for a in answers} == {"Bearer"}
    assert len(client.get("/api/patients", headers=RIGHT).json()) == 3


def test_the_right_token_lets_a_program_in_under_its_own_name(client):
    headers = {**RIGHT, "x-user": "a robot"}

    answer = client.post("/api/cases/case-1", headers=headers)

    assert answer.status_code == 201
    assert answer.json()["who"] == "a robot"


def test_the_password_gives_a_cookie_that_no_script_and_no_other_site_can_use(client):
    answer = sign_in(client, SECRET)

    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()
    assert SECRET not in cookie
    assert client.post("/api/cases/case-1").json()["who"] == "Dr A"
    assert client.get("/api/health").json()["who"] == "Dr A"


def test_the_cookie_is_worth_nothing_after_the_sign_out(client):
    sign_in(client, SECRET)
    cookie = client.cookies["brushite"]

    answer = client.post("/api/sign-out")

    assert answer.status_code == 204
    again = client.get("/api/patients", headers={"cookie": f"brushite={cookie}"})
    assert again.status_code == 401


def test_a_wrong_password_is_refused_and_noted_but_not_kept(client):
    answer = sign_in(client, NEVER)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers
    assert NEVER not in answer.text
    audit = client.get("/api/audit", headers=RIGHT)
    assert audit.json()[0]["action"] == "sign-in refused"
    assert NEVER not in audit.text


def test_the_page_and_the_health_are_open_so_that_somebody_can_sign_in(client):
    assert client.get("/").status_code == 200
    assert client.get("/api/health").json()["needs_sign_in"] is True


@pytest.mark.parametrize("body", [{"name": "A", "password": NEVER * 100}, {"password": NEVER}])
def test_a_sign_in_that_does_not_fit_does_not_repeat_the_password(client, body):
    answer = client.post("/api/sign-in", json=body)

    assert answer.status_code == 422
    assert NEVER not in answer.text


def test_a_server_that_others_reach_makes_up_a_token_and_demands_it(tmp_path):
    url = f"sqlite:///{tmp_path}/app.db"
    with running(url, "--host", "0.0.0.0", after=2) as (address, said):
        local = address.replace("0.0.0.0", "127.0.0.1")
        token = re.search(r"made up for now: (\S+)", "".join(said))[1]
        without = httpx.get(f"{local}/api/patients")
        with_it = httpx.get(f"{local}/api/patients", headers={"authorization": f"Bearer {token}"})

    assert len(token) >= 32
    assert without.status_code == 401
    assert with_it.status_code == 200
    assert "not encrypted" in "".join(said)


def test_passwords_stand_in_nothing_that_the_server_says(tmp_path):
    url = f"sqlite:///{tmp_path}/app.db"
    with (
        running(url, BRUSHITE_PASSWORD=SECRET) as (address, said),
        httpx.Client(base_url=address) as client,
    ):
        answers = [
            sign_in(client, NEVER),
            sign_in(client, SECRET),
            client.post("/api/sign-in", json={"name": "", "password": NEVER}),
            client.get("/api/patients", headers={"authorization": f"Bearer {NEVER}"}),
            client.get("/api/audit", headers=RIGHT),
        ]

    told = "".join((*said, *(a.text for a in answers)))
    assert [a.status_code for a in answers] == [401, 204, 422, 401, 200]
    assert SECRET not in told
    assert NEVER not in told


def test_a_password_that_is_too_short_is_refused_without_being_repeated(tmp_path):
    file = tmp_path / "password"
    file.write_text("q7-short"[:7], encoding="utf-8")

    ended = [
        refused(tmp_path, "--password-file", str(file)),
        refused(tmp_path, BRUSHITE_PASSWORD="q7-shor"),
    ]

    assert [e.returncode for e in ended] == [2, 2]
    assert all("shorter than 8 characters" in e.stderr for e in ended)
    assert not any("q7-shor" in e.stderr + e.stdout for e in ended)


def test_a_port_that_is_taken_is_told_in_words(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        ended = refused(tmp_path, "--port", port)

    assert ended.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
