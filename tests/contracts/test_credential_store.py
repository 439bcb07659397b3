"""Credentials and kept PDFs in PostgreSQL, each as the role that writes them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.credentials import SqlCredentialStore, SqlLicensePdfs
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.kernel.clock import utc_now
from sealservice.kernel.ids import new_id
from sealservice.licenses.credential import Credential
from sealservice.licenses.model import License, LicenseStatus
from sealservice.licenses.pdf import LicensePdf
from sealservice.licenses.status_list import PLACES, Status
from tests.world_licenses import sample_license
from tests.world_webhooks import founded

pytestmark = pytest.mark.engines

Opener = Callable[[ProcessKind], Database]


@pytest.fixture
def license_(database: Database) -> License:
    """Register a license."""
    made = sample_license(founded(database), new_id("lic"))
    SqlLicenseStore(database).add(made)
    return made


def _wanted(license_: License) -> Credential:
    now = utc_now()
    return Credential(
        new_id("crd"), license_.organisation_id, license_.id, license_.version, {"kty": "EC"},
        0, 0, now, now + timedelta(days=1),
    )  # fmt: skip


def test_a_credential_is_kept_signed_once_and_follows_its_license(
    database: Database, database_as: Opener, license_: License
) -> None:
    """Web writes it, the signer marks it once; its place says at once what became of it."""
    now = utc_now()
    signer = SqlCredentialStore(database_as(ProcessKind.SIGNER))
    wanted = _wanted(license_)
    placed = SqlCredentialStore(database_as(ProcessKind.WEB)).add(wanted)
    assert 0 <= placed.place < PLACES
    assert signer.get(wanted.id) == placed
    assert signer.mark_signed(wanted.id, now)
    assert not signer.mark_signed(wanted.id, now)
    store = SqlLicenseStore(database)
    told = []
    for status in (LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED, LicenseStatus.REVOKED):
        store.set_status(license_.id, status)
        told.append((signer.statuses(placed.list) or {}).get(placed.place, Status.VALID))
    assert told == [Status.VALID, Status.SUSPENDED, Status.INVALID]
    assert signer.statuses(4_000) is None


def test_a_changed_face_ends_its_credentials(database: Database, license_: License) -> None:
    """A credential of an older version is invalid."""
    credentials = SqlCredentialStore(database)
    placed = credentials.add(_wanted(license_))
    SqlLicenseStore(database).set_face(replace(license_, version=license_.version + 1))
    assert (credentials.statuses(placed.list) or {})[placed.place] is Status.INVALID


def test_each_version_has_one_pdf(database_as: Opener, license_: License) -> None:
    """The first one that the signer keeps stays; web reads it."""
    signer = SqlLicensePdfs(database_as(ProcessKind.SIGNER), utc_now)
    web = SqlLicensePdfs(database_as(ProcessKind.WEB), utc_now)
    made = LicensePdf(license_.id, 1, "0" * 64, b"%PDF")
    assert signer.add(made)
    assert not signer.add(replace(made, pdf=b"other"))
    assert web.get(license_.id, 1) == made
    assert web.get(license_.id, 2) is None
    found = web.license(license_.id)
    assert found is not None
    assert found.uscc == license_.uscc
