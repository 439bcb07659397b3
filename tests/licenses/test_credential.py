"""Credentials of licenses: what is accepted, and everything that is refused."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from sealservice.kernel.json import JsonObject
from sealservice.licenses.credential import credential_text, face_digest, wallet_key
from sealservice.licenses.credential_errors import (
    CredentialInvalid,
    CredentialNotFound,
    LicenseNotInForce,
    WalletKeyInvalid,
)
from sealservice.licenses.model import LicenseStatus, face_to_json
from sealservice.trust.domain import chain
from sealservice.trust.jose import encoded
from sealservice.trust.model import KeyPurpose
from tests.world_credentials import CredentialWorld

GOOD = {"alg": "ES256", "typ": "dc+sd-jwt"}
ENDS = (LicenseStatus.REVOKED, LicenseStatus.CANCELLED, LicenseStatus.SUSPENDED)


@pytest.fixture(scope="module")
def world() -> CredentialWorld:
    """Give a license and its issuer; tests put back what they change."""
    return CredentialWorld()


@pytest.fixture(scope="module")
def credential(world: CredentialWorld) -> str:
    """Give one credential for all tests."""
    return world.credential()


def _part(data: object) -> str:
    return encoded(json.dumps(data).encode())


def bound(world: CredentialWorld, shown: str, **more: object) -> str:
    """Return what is shown with the wallet's proof behind it."""
    over = encoded(hashlib.sha256(shown.encode()).digest())
    moment = int(world.trust.clock().timestamp())
    payload = {"nonce": "n", "aud": "https://bank", "iat": moment, "sd_hash": over, **more}
    signed = f"{_part({'alg': 'ES256', 'typ': 'kb+jwt'})}.{_part(payload)}"
    der = world.wallet.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
    raw = b"".join(number.to_bytes(32) for number in decode_dss_signature(der))
    return f"{shown}{signed}.{encoded(raw)}"


def test_every_line_of_the_face_is_shown_or_not(world: CredentialWorld, credential: str) -> None:
    """All of them, or one of them, or none; version and digest are there in any case."""
    whole = world.checked(credential).claims
    face = face_to_json(world.license.face)
    assert {name: whole[name] for name in face} == face
    jwt, *disclosures, _ = credential.split("~")
    one = world.checked(f"{jwt}~{disclosures[1]}~").claims
    assert len(set(one) & set(face)) == 1
    none = world.checked(f"{jwt}~").claims
    assert not set(none) & set(face)
    assert (none["version"], none["digest"]) == (1, face_digest(world.license.face))
    assert all(str(value) not in base64.urlsafe_b64decode(jwt.split(".")[1] + "==").decode()
               for value in (world.license.name, world.license.uscc))  # fmt: skip


@pytest.mark.security
@pytest.mark.parametrize("status", ENDS)
def test_the_end_of_a_license_ends_its_credential_at_once(
    world: CredentialWorld, credential: str, status: LicenseStatus
) -> None:
    """The very next check refuses it, and nothing new is signed; resumed, it is good again."""
    waiting = world.asked().id
    world.licenses.set_status(world.license.id, status)
    with pytest.raises(CredentialInvalid):
        world.checked(credential)
    with pytest.raises(LicenseNotInForce):
        world.signing.sign(waiting)
    world.licenses.set_status(world.license.id, LicenseStatus.ACTIVE)
    assert world.checked(credential)


@pytest.mark.security
def test_a_changed_face_ends_its_credential(world: CredentialWorld, credential: str) -> None:
    """A credential of an older version is invalid, and none is signed of it."""
    waiting = world.asked().id
    world.licenses.set_face(replace(world.license, version=2))
    with pytest.raises(CredentialInvalid):
        world.checked(credential)
    with pytest.raises(CredentialNotFound):
        world.signing.sign(waiting)
    world.licenses.set_face(world.license)


@pytest.mark.security
def test_a_credential_is_signed_once(world: CredentialWorld) -> None:
    """What was signed, or was never asked for, is not signed."""
    wanted = world.asked()
    world.signing.sign(wanted.id)
    for credential_id in (wanted.id, "crd_unknown"):
        with pytest.raises(CredentialNotFound):
            world.signing.sign(credential_id)


@pytest.mark.security
@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("~", "", 1),
        lambda text: text + "x",
        lambda text: text.replace(".", ".A", 1),
        lambda text: text.partition("~")[0] + "~" + _part(["salt", "name", "别名"]) + "~",
        lambda text: "~".join([*text.split("~")[:2], text.split("~")[1], ""]),
        lambda text: _part({"alg": "none", "typ": "dc+sd-jwt"}) + text[text.index(".") :],
        lambda text: _part({"alg": "ES256", "typ": "JWT"}) + text[text.index(".") :],
        lambda text: _part({**GOOD, "x5c": []}) + text[text.index(".") :],
        lambda _text: "~" * 70_000,
        lambda _text: "",
    ],
)  # fmt: skip
def test_what_is_spoilt_is_refused(
    world: CredentialWorld, credential: str, spoil: Callable[[str], str]
) -> None:
    """Changed, doubled, invented, unsigned or of another kind: refused, and the reason said."""
    spoilt = spoil(credential)
    if spoilt == credential + "x":
        with pytest.raises(CredentialInvalid):
            world.checked(spoilt, nonce="n", audience="https://bank")
        return
    with pytest.raises(CredentialInvalid):
        world.checked(spoilt)


@pytest.mark.security
@pytest.mark.parametrize(
    "more",
    [
        {"issuer": "https://other.example"},
        {"anchors": []},
        {"fetch": lambda _address: ""},
    ],
)
def test_another_issuer_or_no_status_is_refused(
    world: CredentialWorld, credential: str, more: JsonObject
) -> None:
    """Nothing is taken on trust: issuer, anchors and status are all needed."""
    with pytest.raises(CredentialInvalid):
        world.checked(credential, **more)


@pytest.mark.security
def test_times_and_stale_lists_are_refused(world: CredentialWorld, credential: str) -> None:
    """Expired, not yet valid, or with a status list of six minutes ago."""
    now, stale = world.trust.clock(), world.signing.status_list(0)
    for moment in (now + timedelta(days=31), now - timedelta(minutes=5)):
        with pytest.raises(CredentialInvalid):
            world.checked(credential, now=moment)
    later = now + timedelta(minutes=6)
    with pytest.raises(CredentialInvalid):
        world.checked(credential, now=later, fetch=lambda _address: stale)


@pytest.mark.security
def test_the_holder_proves_to_be_there_when_asked(world: CredentialWorld, credential: str) -> None:
    """Bound to our question it is accepted; stripped, replayed, stale or over other lines not."""
    asked = {"nonce": "n", "audience": "https://bank"}
    assert world.checked(bound(world, credential), **asked).is_bound
    jwt, first, *_ = credential.split("~")
    moment = int(world.trust.clock().timestamp())
    for presented in (
        credential,
        bound(world, credential, nonce="other"),
        bound(world, credential, aud="https://thief"),
        bound(world, credential, iat=moment - 600),
        f"{jwt}~{first}~" + bound(world, credential).rpartition("~")[2],
        bound(CredentialWorld(trust=world.trust), credential),
    ):
        with pytest.raises(CredentialInvalid):
            world.checked(presented, **asked)


@pytest.mark.security
def test_only_the_key_for_licenses_issues(world: CredentialWorld) -> None:
    """A token that the report key signed has the wrong usage, though its chain is as good."""
    trust = world.trust
    unit = trust.unit("report")
    seal_like = trust.keys.open(unit.key_id, KeyPurpose.REPORT)

    forged = credential_text(
        world.asked(), world.license, trust.domain.public_url, seal_like,
        chain(trust.certificates, unit),
    )  # fmt: skip
    with pytest.raises(CredentialInvalid) as refused:
        world.checked(forged)
    assert "certificate" in refused.value.message.en


@pytest.mark.security
@pytest.mark.parametrize(
    "change",
    [{"d": "AA"}, {"crv": "P-384"}, {"kty": "RSA"}, {"x": "AA"}, {"y": "A" * 43}, {"x": 5}],
)
def test_only_public_keys_on_p256_are_bound(world: CredentialWorld, change: JsonObject) -> None:
    """Private parts, other curves, and points beside the curve are refused; the rest is cut."""
    assert wallet_key({**world.jwk, "use": "sig"}) == world.jwk
    with pytest.raises(WalletKeyInvalid):
        wallet_key({**world.jwk, **change})
    with pytest.raises(WalletKeyInvalid):
        wallet_key("key")
