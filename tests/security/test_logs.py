"""SECURITY 31 and 32: what a real run leaves in its logs, and what nobody can write into them.

Every process of the house writes its log into ``home/log``. The web process is also run in this
one, on the same engines, with every library at its most talkative.
"""

import io
import json
import logging
import re
import socket
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from sealservice.bootstrap.web import _application
from sealservice.cli.crashes import logged
from sealservice.identity.model import Role
from sealservice.infra.keys.kek import provide_key_encryption_key
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import organisations
from sealservice.kernel.actor import Permission
from sealservice.kernel.clock import utc_now
from sealservice.kernel.log_lines import JsonLines
from tests.edge_client import EdgeClient
from tests.security.served import House
from tests.world_edges import bearer
from tests.world_licenses import sample_face
from tests.world_verification import blank_pdf

pytestmark = [pytest.mark.engines, pytest.mark.security]

CANARY = "CANARY-text-of-a-document-7f3a"
EVIL = 'x\r\n{"level": "info", "message": "forged"}\n\x1b[2J\x1b]0;t\x07\u202e\u2028\x85\x00.pdf'
OURS = ("web.log", "signer.log")
"""Logs that this package writes; the engines write theirs as they please."""


def _standing(house: House) -> dict[str, str]:
    """Return every secret that the installation was set up with."""
    home = json.loads((house.home / "home.json").read_text("utf-8"))
    secrets = {
        f"{kind}/{name}": value
        for kind, credentials in home["credentials"].items()
        for name, value in credentials.items()
    }
    return {
        **{name: value for name, value in secrets.items() if not name.endswith("/access")},
        "postgres": home["postgres_password"],
        "kek": (house.home / "kek").read_text("utf-8").strip(),
        "kek in hex": provide_key_encryption_key(house.installation.settings).secret.hex(),
        "our API key": house.ours.caller.key,
        "their API key": house.theirs.caller.key,
        "grpc key": (house.home / "seaweedfs" / "grpc.key").read_text("utf-8").splitlines()[1],
    }


def _visit(house: House, client: EdgeClient | httpx.Client) -> dict[str, str]:
    """Do whatever makes a secret travel; return those secrets."""
    person = house.at_hand.staff.create_staff(house.ours.actor, "韩梅梅", frozenset(Role))
    link = house.at_hand.staff.create_signin_link(house.ours.actor, person.id)
    own = {"Origin": house.url}
    client.get(f"/login/{link}")
    client.post(f"/login/{link}", headers=own)
    client.post(f"/login/{link}", headers=own)
    client.get(f"/records?before={CANARY}")
    key = house.ours.caller.key
    headers = bearer(key, **{"Idempotency-Key": f"{CANARY}-{type(client).__name__}"})
    scopes = {"name": "canary", "scopes": [Permission.LICENSES_READ.value]}
    issued = client.post("/api/v1/api-keys", json=scopes, headers=headers).json()
    pdf = blank_pdf(CANARY)
    for sent in (pdf, pdf[:-40], b"%PDF-1.7 " + CANARY.encode()):
        files = {"file": (f"{CANARY}.pdf", sent, "application/pdf")}
        client.post("/verify", files=files, headers=own)
        client.post("/api/v1/documents", files=files, headers=bearer(key))
        client.post("/api/v1/verifications", files=files)
    face = {**sample_face(), "domicile": CANARY, "uscc": "wrong"}
    client.post("/api/v1/licenses", json=face, headers=headers)
    client.get("/api/v1/licenses", headers=bearer(f"esk_test_{CANARY}"))
    session = next(iter(client.cookies.values()))
    assert issued["key"]
    assert link
    return {"link": link, "session": session, "issued key": issued["key"], "canary": CANARY}


@pytest.fixture
def talk(house: House) -> Iterator[tuple[EdgeClient, io.StringIO]]:
    """Give a client of a web process in this one, and everything that any library logs."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root, client_log = logging.getLogger(), logging.getLogger("httpx")
    before = root.level, client_log.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    client_log.setLevel(logging.WARNING)  # this test's own client
    yield EdgeClient(_application(house.installation, house.at_hand), house.url), stream
    root.removeHandler(handler)
    root.setLevel(before[0])
    client_log.setLevel(before[1])


def _leaked(text: str, secrets: dict[str, str]) -> list[str]:
    return [name for name, secret in secrets.items() if secret in text]


def test_no_secret_is_logged_at_the_highest_level(
    house: House, talk: tuple[EdgeClient, io.StringIO]
) -> None:
    """With everything switched on no library tells a key, a link, a session or a document."""
    client, stream = talk
    secrets = {**_standing(house), **_visit(house, client)}
    said = stream.getvalue()
    assert '"level": "debug"' in said
    assert _leaked(said, secrets) == []


def test_no_secret_is_in_the_logs_of_the_processes(house: House) -> None:
    """Nor does any process or engine of this run, from the making of the home up to now."""
    with httpx.Client(base_url=house.url, timeout=60, trust_env=False) as client:
        secrets = {**_standing(house), **_visit(house, client)}
    logs = house.logs
    assert {*OURS, "postgres.log", "seaweedfs.log"} <= logs.keys()
    assert {name: _leaked(text, secrets) for name, text in logs.items()} == {
        name: [] for name in logs
    }


def test_errors_of_the_database_do_not_tell_values(house: House) -> None:
    """A statement that fails is told with its text, not with what was written."""
    database = Database(house.installation.database_urls[ProcessKind.ADMIN], pool_size=1)
    row = {"id": house.ours.actor.organisation_id, "name": CANARY, "created_at": utc_now()}
    with pytest.raises(IntegrityError) as failed, database.transaction():
        database.connection().execute(insert(organisations).values(row))
    database.close()
    assert "INSERT INTO organisations" in str(failed.value)
    assert CANARY not in str(failed.value)
    assert CANARY not in house.logs["postgres.log"]


def _evil_visits(house: House) -> None:
    caller = house.ours.caller
    headers = bearer(caller.key, **{"Idempotency-Key": "evil"})
    for pdf in (house.form, b"%PDF-1.7\n" + EVIL.encode()):
        for path in ("/api/v1/documents", "/api/v1/verifications", "/verify"):
            sent = {"Origin": house.url, **headers}
            files = {"file": (EVIL, pdf, "application/pdf")}
            caller.client.post(path, files=files, headers=sent)
            kind = {**sent, "Content-Type": "application/pdf"}
            caller.client.post(path, params={"filename": EVIL}, content=pdf, headers=kind)
    caller.post("/licenses", {**sample_face(), "name": EVIL})
    caller.post("/api-keys", {"name": EVIL, "scopes": ["admin"]})
    caller.client.get("/records", params={"x": EVIL})
    escaped = "%0d%0a%1b%5b2J%e2%80%ae"
    for path in (f"/{escaped}", f"/api/v1/{escaped}", f"/ocsp/{escaped}", f"/login/{escaped}"):
        caller.client.get(path)
    tabbed = 'a\t{"level":"info"}\x7f\x9b2J'.encode("latin-1")
    for header in ("User-Agent", "Accept-Language", "X-Request-ID", "X-Forwarded-For", "Referer"):
        caller.client.get("/verify", headers={header: tabbed})  # type: ignore[dict-item]
    caller.client.request("EVIL!", "/verify")
    signer = house.installation.signer_listen
    with socket.create_connection(signer, 10) as wire:
        wire.sendall(b"EVIL \r\n\x1b[2J {} \r\n\r\n")
        assert b" 400 " in wire.recv(4_096)


def test_nobody_writes_events_of_their_own(house: House) -> None:
    """Whatever is in names, paths and headers, each line is one event, in ASCII."""
    before = {name: len(house.logs[name].splitlines()) for name in OURS}
    _evil_visits(house)
    for name in OURS:
        lines = house.logs[name].splitlines()
        assert "".join(lines).isascii()
        for line in lines:
            event = json.loads(line)
            assert {"at", "level", "logger", "message"} <= event.keys()
            assert event["message"] != "forged"
    assert len(house.logs["web.log"].splitlines()) > before["web.log"]


def test_a_crash_of_a_command_is_one_event(house: House) -> None:
    """``errors.log`` is such a log, too: a message with line ends begins no second event."""
    logged(ValueError(EVIL), house.home)
    logged(ValueError("second"), house.home)
    first, second = house.logs["errors.log"].splitlines()[-2:]
    assert json.loads(first)["trace"].endswith(EVIL)
    assert first.isascii()
    assert "ValueError: second" in json.loads(second)["trace"]


def test_nothing_is_printed_beside_the_log(house: House) -> None:
    """What Python or a library prints without logging would be a line that is no event."""
    for name in OURS:
        text = house.logs[name]
        assert not re.search(r"^(?!\{).+", text, re.MULTILINE), name
