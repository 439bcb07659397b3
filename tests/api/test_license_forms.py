"""A license in its other forms over the API and on the public page of a printed one."""

from dataclasses import replace

import pytest

from sealservice.licenses.credential import face_digest
from sealservice.licenses.model import License, LicenseStatus
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.world_credentials import CredentialWorld
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_licenses import sample_face

JWK = CredentialWorld().jwk


@pytest.fixture
def license_(world: EdgeWorld, ours: Caller) -> License:
    """Register a license."""
    made = ours.post("/licenses", sample_face()).json()
    return world.licenses.rows[made["id"]]


@pytest.mark.security
def test_a_credential_is_handed_over_once(
    world: EdgeWorld, ours: Caller, license_: License
) -> None:
    """The repeated request gets everything but the credential, which is kept nowhere."""
    path, once = f"/licenses/{license_.id}/credentials", {"Idempotency-Key": "once"}
    first = ours.post(path, {"jwk": JWK}, **once)
    assert first.status_code == 201
    text = first.json()["credential"]
    assert text.endswith("~")
    assert ours.post(path, {"jwk": JWK}, **once).json() == {**first.json(), "credential": None}
    assert text not in repr(world.answers)
    assert ours.post(path, {"jwk": {**JWK, "d": "AA"}}).json()["code"] == "wallet_key_invalid"


@pytest.mark.parametrize("status", [LicenseStatus.SUSPENDED, LicenseStatus.REVOKED])
def test_nothing_is_issued_for_a_license_not_in_force(
    world: EdgeWorld, ours: Caller, license_: License, status: LicenseStatus
) -> None:
    """Neither PDF nor credential, and the reason is said."""
    assert ours.get(f"/licenses/{license_.id}/pdf").status_code == 200
    world.licenses.set_status(license_.id, status)
    refused = ours.get(f"/licenses/{license_.id}/pdf")
    assert (refused.status_code, refused.json()["code"]) == (409, "license_form_not_in_force")
    again = ours.post(f"/licenses/{license_.id}/credentials", {"jwk": JWK})
    assert again.json()["code"] == "license_form_not_in_force"


def test_a_printed_license_says_how_it_stands(world: EdgeWorld, license_: License) -> None:
    """Present, outdated, ended or foreign: to everybody who has the printed address."""
    visitor = EdgeClient(world.web(), PUBLIC_URL)
    address = f"/licenses/{license_.id}/1/{face_digest(license_.face)[:16]}"
    assert "有效，且为最新版本" in visitor.get(address).text
    forged = visitor.get(f"/licenses/{license_.id}/1/{'0' * 16}")
    assert (forged.status_code, license_.name in forged.text) == (404, False)
    assert visitor.get(f"/licenses/{license_.id}/1/{'0' * 15}").status_code == 422
    assert visitor.get(address.replace(license_.id, "lic_none")).status_code == 404
    world.licenses.set_face(replace(license_, version=2))
    assert "已有新版本" in visitor.get(address).text
    world.licenses.set_status(license_.id, LicenseStatus.REVOKED)
    assert "执照未在有效状态" in visitor.get(address).text
