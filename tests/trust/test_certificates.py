"""Certificates as openssl reads them: usages, names, addresses, chains."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from sealservice.trust.authority import CertificateAuthority
from sealservice.trust.domain import chain
from sealservice.trust.errors import KeyPurposeMismatch, SubjectInvalid, UnitMissing
from sealservice.trust.issuing_key import as_private_key
from sealservice.trust.model import (
    IssuedCertificate,
    KeyAlgorithm,
    KeyPurpose,
    RevocationReason,
)
from tests.world_trust import ADMINISTRATOR, COMPANY, TrustWorld, openssl, performed, write_pem

USAGES = {
    "root": ("CA:TRUE, pathlen:1", "Certificate Sign, CRL Sign", None),
    "seal-ca": ("CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", None),
    "license-registry-ca": ("CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", None),
    "time-stamping-ca": ("CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", None),
    "tsa": ("CA:FALSE", "Digital Signature", ("critical", "Time Stamping")),
    "seal-ca-status": ("CA:FALSE", "Digital Signature", ("", "OCSP Signing")),
    "time-stamping-ca-status": ("CA:FALSE", "Digital Signature", ("", "OCSP Signing")),
}


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Give a demonstration domain."""
    return performed()


@pytest.fixture(scope="module")
def seal(world: TrustWorld) -> IssuedCertificate:
    """Give the certificate of a seal."""
    return world.seal_certificate()


def _text(folder: Path, certificate: IssuedCertificate) -> str:
    path = write_pem(folder, "one", certificate)
    return openssl("x509", "-in", path, "-noout", "-text", "-nameopt", "utf8,sep_comma_plus_space")


@pytest.mark.parametrize("unit", USAGES)
def test_usages_are_those_of_the_purpose(world: TrustWorld, tmp_path: Path, unit: str) -> None:
    """Each unit may do what its purpose says and nothing else; critical where it must be."""
    text = _text(tmp_path, world.unit(unit))
    constraints, key_usage, extended = USAGES[unit]
    assert re.search(rf"Basic Constraints: critical\n +{constraints}\n", text)
    assert re.search(rf"Key Usage: critical\n +{key_usage}\n", text)
    found = re.search(r"Extended Key Usage: ?(critical)?\n +(.+)\n", text)
    assert (found and (found[1] or "", found[2])) == extended
    assert ("OCSP No Check" in text) == unit.endswith("-status")


@pytest.mark.parametrize("unit", USAGES)
def test_demonstration_units_say_what_they_are(
    world: TrustWorld, tmp_path: Path, unit: str
) -> None:
    """Every demonstration subject says in both languages that it has no legal effect."""
    subject = re.search(r"Subject: (.+)\n", _text(tmp_path, world.unit(unit)))
    assert subject
    assert "CN=TEST, NO LEGAL EFFECT / 测试" in subject[1]


@pytest.mark.parametrize("name", ["demonstration", "demonstration-rsa"])
def test_chains_verify_strictly(name: str, tmp_path: Path) -> None:
    """Under -x509_strict every certificate verifies up to the root, for both kinds of keys."""
    world = performed(name)
    root = write_pem(tmp_path, "root", world.unit("root"))
    for certificate in (*world.certificates.list(), world.seal_certificate()):
        links = chain(world.certificates, certificate)
        path = write_pem(tmp_path, "leaf", certificate)
        issuers = write_pem(tmp_path, "issuers", *links[1:], links[-1])
        verify = ("-x509_strict", "-check_ss_sig", "-CAfile", root, "-untrusted", issuers)
        assert "OK" in openssl("verify", *verify, path)


def test_a_seal_certificate_carries_the_credit_code(
    tmp_path: Path, seal: IssuedCertificate
) -> None:
    """Name and credit code are in the subject; it signs documents, with commitment."""
    text = _text(tmp_path, seal)
    assert f"O={COMPANY.organisation}, organizationIdentifier=NTRCN-{COMPANY.uscc}" in text
    assert re.search(r"Key Usage: critical\n +Digital Signature, Non Repudiation\n", text)
    assert re.search(r"Extended Key Usage: \n +1\.3\.6\.1\.5\.5\.7\.3\.36\n", text)
    assert re.search(r"Basic Constraints: critical\n +CA:FALSE\n", text)
    assert "organizationIdentifier=NTRCN-" in seal.subject


def test_addresses_lie_under_the_public_url(tmp_path: Path, seal: IssuedCertificate) -> None:
    """CRL, OCSP and issuer addresses name the issuing authority."""
    text = _text(tmp_path, seal)
    assert "URI:http://localhost:8443/crl/seal-ca.crl" in text
    assert "OCSP - URI:http://localhost:8443/ocsp/seal-ca" in text
    assert "CA Issuers - URI:http://localhost:8443/ca/seal-ca.cer" in text


def test_serial_numbers_are_long_positive_and_never_repeated(world: TrustWorld) -> None:
    """Serial numbers have 20 octets at most, are positive, and differ."""
    serials = [world.seal_certificate().serial for _ in range(50)]
    assert len(set(serials)) == len(serials)
    assert all(0 < serial < 1 << 159 for serial in serials)
    assert max(serial.bit_length() for serial in serials) > 150


def test_a_long_name_is_whole_in_the_organisation_and_cut_in_the_common_name(
    world: TrustWorld,
) -> None:
    """A name of 64 letters fits; its common name ends at a whole letter within 64 bytes."""
    name = "福" * 64
    subject = replace(COMPANY, organisation=name, common_name=name)
    parsed = world.seal_certificate(subject).x509.subject
    (organisation,) = parsed.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    (common,) = parsed.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert organisation.value == name
    assert common.value == "福" * 20 + "…"


@pytest.mark.parametrize("name", ["", "福" * 65])
def test_a_name_that_does_not_fit_is_refused(world: TrustWorld, name: str) -> None:
    """An empty name, or one over 64 letters, gets no certificate."""
    with pytest.raises(SubjectInvalid):
        world.seal_certificate(replace(COMPANY, organisation=name))


def test_only_seal_keys_get_seal_certificates(world: TrustWorld) -> None:
    """A key for another purpose is refused."""
    authority = CertificateAuthority(world.domain, world.plan)
    key = world.keys.generate(KeyPurpose.OCSP, authority.seal_algorithm)
    with pytest.raises(KeyPurposeMismatch):
        authority.issue_seal_certificate(COMPANY, key, ADMINISTRATOR)


def test_a_certificate_never_outlives_its_issuer() -> None:
    """Near the end of the authority, a certificate ends with it."""
    world = performed()
    authority = world.unit("seal-ca")
    world.clock.advance(timedelta(days=3600))
    assert world.seal_certificate().not_after == authority.not_after


def test_a_revoked_authority_issues_nothing() -> None:
    """After its authority was revoked no seal gets a certificate."""
    world = performed()
    world.revoke(world.unit("seal-ca"), RevocationReason.AUTHORITY_COMPROMISE)
    with pytest.raises(UnitMissing):
        world.seal_certificate()


@pytest.mark.parametrize("purpose", [KeyPurpose.CERTIFICATE_AUTHORITY, KeyPurpose.OCSP])
def test_a_pss_key_issues_nothing(world: TrustWorld, purpose: KeyPurpose) -> None:
    """Even one that was made behind the ceremony's back: what it signed would say PKCS#1."""
    stored = world.keys.generate(purpose, KeyAlgorithm.RSA3072_PSS)
    with pytest.raises(TypeError, match="PSS"):
        as_private_key(world.keys.open(stored.id, purpose))


def test_an_issuing_key_gives_nothing_away(world: TrustWorld) -> None:
    """The object the builders sign with refuses everything but signing."""
    certificate = world.unit("root")
    key = as_private_key(world.keys.open(certificate.key_id, certificate.purpose))
    with pytest.raises(TypeError):
        key.private_numbers()
