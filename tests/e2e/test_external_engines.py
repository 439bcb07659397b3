"""Engines that others run: the commands of “Your own engines” in the README, in a new home."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from sealservice.bootstrap.demonstration import ensure_ceremony
from sealservice.bootstrap.trust import performed_plan
from sealservice.infra.processes import ProcessKind
from tests.command_line import Ended, call
from tests.e2e.demonstrated import Demonstrated

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]


def as_stranger(
    demonstrated: Demonstrated, kind: ProcessKind, home: Path, *arguments: str
) -> Ended:
    """Run a command that only knows the engines' addresses, and one process's credentials."""
    url = make_url(demonstrated.installation.database_urls[kind])
    account = demonstrated.installation.accounts[kind]
    return call(
        *arguments,
        SEALSERVICE_HOME=str(home),
        SEALSERVICE_DATABASE_URL=f"postgresql:///{url.database}?host={url.query['host']}",
        SEALSERVICE_DATABASE_PASSWORD=str(url.password),
        SEALSERVICE_DATABASE_USER=str(url.username),
        SEALSERVICE_S3_ENDPOINT=account.endpoint,
        SEALSERVICE_S3_ACCESS_KEY=account.access_key,
        SEALSERVICE_S3_SECRET_KEY=account.secret_key,
    )


def test_setup_may_be_repeated(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """Tables and buckets that are there stay; a program learns that they are."""
    ended = as_stranger(demonstrated, ProcessKind.ADMIN, tmp_path / "none", "setup", "--json")
    assert (ended.status, ended.value) == (0, {"ready": True})


def test_only_the_credentials_of_setup_enrol_a_holder(
    demonstrated: Demonstrated, tmp_path: Path
) -> None:
    """With the web process's own, the command says whose it takes; with the owner's it is done."""
    enrol = ("license", "enrol", demonstrated.license_id, "--json")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    refused = as_stranger(demonstrated, ProcessKind.WEB, home, *enrol)
    assert (refused.status, refused.error["code"]) == (77, "holder_enrolment_refused")
    assert "sealservice setup" in refused.error["en"]
    done = as_stranger(demonstrated, ProcessKind.ADMIN, home, *enrol)
    assert done.status == 0, done.err
    assert done.value["kind"] == "demonstration"
    again = as_stranger(demonstrated, ProcessKind.WEB, home, *enrol)
    assert again.value == done.value


def test_a_ceremony_makes_its_home(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """Where no engine made a home, the ceremony does: private, with plan and roots in it."""
    home = tmp_path / "new" / "home"
    plan = str(demonstrated.home / "ceremony.yaml")
    ended = as_stranger(demonstrated, ProcessKind.SIGNER, home, "keys", "ceremony", plan)
    assert ended.status == 0, ended.err
    assert home.stat().st_mode & 0o777 == 0o700
    assert {"ceremony.yaml", "kek", "roots"} <= {entry.name for entry in home.iterdir()}


def test_a_ceremony_that_was_half_kept_is_completed(demonstrated: Demonstrated) -> None:
    """A power cut between the roots and the plan does not end the demonstration for ever."""
    plan = demonstrated.home / "ceremony.yaml"
    before = plan.read_bytes()
    plan.unlink()
    ensure_ceremony(demonstrated.installation, lambda _: None)
    assert plan.read_bytes() == before
    assert performed_plan(demonstrated.installation).name == "demonstration"
