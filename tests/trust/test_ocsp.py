"""Certificate status: openssl believes the answers, and no request breaks the responder."""

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from hypothesis import given, settings
from hypothesis import strategies as st

from sealservice.trust.errors import CertificateUnknown
from sealservice.trust.model import IssuedCertificate, RevocationReason
from sealservice.trust.ocsp import VALIDITY
from tests.world_trust import TrustWorld, openssl, performed, write_pem

Status = ocsp.OCSPCertStatus
Answered = ocsp.OCSPResponseStatus


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Give a demonstration domain."""
    return performed()


@pytest.fixture(scope="module")
def seal(world: TrustWorld) -> IssuedCertificate:
    """Give a seal's certificate."""
    return world.seal_certificate()


def _request(
    world: TrustWorld,
    certificate: IssuedCertificate,
    *extensions: tuple[x509.ExtensionType, bool],
) -> bytes:
    issuer = world.certificates.by_sha256(certificate.issuer_sha256)
    assert issuer is not None
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        certificate.x509, issuer.x509, hashes.SHA256()
    )
    for value, is_critical in extensions:
        builder = builder.add_extension(value, critical=is_critical)
    return builder.build().public_bytes(serialization.Encoding.DER)


def _asked(world: TrustWorld, request: bytes, authority: str = "seal-ca") -> ocsp.OCSPResponse:
    return ocsp.load_der_ocsp_response(world.ocsp().respond(authority, request))


def _openssl_status(
    world: TrustWorld,
    certificate: IssuedCertificate,
    folder: Path,
    digest: str = "-sha1",
    nonce: str = "-nonce",
) -> str:
    """Let openssl ask, take our answer, and verify it down to the root.

    At its second call it must add no nonce of its own; it compares that of the first.
    """
    issuer = world.certificates.by_sha256(certificate.issuer_sha256)
    assert issuer is not None
    request, response = folder / "request.der", folder / "response.der"
    leaf, ca = write_pem(folder, "leaf", certificate), write_pem(folder, "ca", issuer)
    named = ("-issuer", ca, "-cert", leaf)
    openssl("ocsp", digest, nonce, *named, "-reqout", request)
    response.write_bytes(world.ocsp().respond(issuer.unit, request.read_bytes()))
    root = write_pem(folder, "root", world.unit("root"))
    files = ("-no_nonce", "-reqin", request, "-respin", response, "-CAfile", root)
    said = openssl("ocsp", digest, *named, *files, "-verify_other", ca)
    assert "Response verify OK" in said
    return said


@pytest.mark.parametrize("name", ["demonstration", "demonstration-rsa"])
def test_openssl_learns_good_revoked_and_unknown(name: str, tmp_path: Path) -> None:
    """The three states arrive at openssl, which verifies the delegated responder's chain."""
    world = performed(name)
    seal = world.seal_certificate()
    assert "leaf.pem: good" in _openssl_status(world, seal, tmp_path)
    world.revoke(seal, RevocationReason.KEY_COMPROMISE)
    revoked = _openssl_status(world, world.certificates.rows[seal.sha256], tmp_path)
    assert "leaf.pem: revoked" in revoked
    assert "Reason: keyCompromise" in revoked
    del world.certificates.rows[seal.sha256]
    assert "leaf.pem: unknown" in _openssl_status(world, seal, tmp_path)


def test_openssl_accepts_both_kinds_of_hash_and_the_nonce(
    world: TrustWorld, seal: IssuedCertificate, tmp_path: Path
) -> None:
    """Requests by SHA-256, with and without nonce, are answered in kind."""
    without = _openssl_status(world, seal, tmp_path, "-sha256", "-no_nonce")
    assert "leaf.pem: good" in without
    assert "leaf.pem: good" in _openssl_status(world, seal, tmp_path, "-sha384")


def test_the_time_stamping_unit_has_a_status_too(world: TrustWorld, tmp_path: Path) -> None:
    """The time-stamping authority has a responder of its own."""
    assert "leaf.pem: good" in _openssl_status(world, world.unit("tsa"), tmp_path)


def test_an_answer_is_not_older_than_a_time_stamp_before_it(
    world: TrustWorld, seal: IssuedCertificate
) -> None:
    """Within one second too, thisUpdate of a later answer is not before genTime."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}
    query = tsp.TimeStampReq({"version": 1, "message_imprint": imprint}).dump()
    token = tsp.TimeStampResp.load(world.timestamps().respond(query))["time_stamp_token"]
    stamped = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    answer = _asked(world, _request(world, seal))
    assert answer.this_update_utc >= stamped
    assert answer.this_update_utc == world.clock.now.astimezone(UTC).replace(microsecond=0)
    assert answer.next_update_utc == answer.this_update_utc + VALIDITY


@pytest.mark.parametrize("size", [1, 32, 128])
def test_the_nonce_is_repeated(world: TrustWorld, seal: IssuedCertificate, size: int) -> None:
    """A nonce of 1 to 128 bytes comes back."""
    nonce = x509.OCSPNonce(bytes(range(size)))
    answer = _asked(world, _request(world, seal, (nonce, False)))
    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value == nonce


@pytest.mark.parametrize("size", [0, 129])
def test_a_nonce_of_another_size_is_malformed(
    world: TrustWorld, seal: IssuedCertificate, size: int
) -> None:
    """RFC 9654: an empty or oversized nonce makes the request malformed."""
    request = _request(world, seal, (x509.OCSPNonce(bytes(size)), False))
    assert _asked(world, request).response_status is Answered.MALFORMED_REQUEST


def test_extensions_we_do_not_know_are_refused_only_when_critical(
    world: TrustWorld, seal: IssuedCertificate
) -> None:
    """An unknown extension is ignored; a critical one makes the request malformed."""
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00")
    assert _asked(world, _request(world, seal, (unknown, False))).certificate_status is Status.GOOD
    refused = _asked(world, _request(world, seal, (unknown, True)))
    assert refused.response_status is Answered.MALFORMED_REQUEST


def test_another_authoritys_certificates_are_not_our_business(
    world: TrustWorld, seal: IssuedCertificate
) -> None:
    """A request about another issuer is unauthorized, never good or unknown."""
    answer = _asked(world, _request(world, seal), "time-stamping-ca")
    assert answer.response_status is Answered.UNAUTHORIZED


@pytest.mark.parametrize("authority", ["root", "nobody", "tsa", ""])
def test_only_authorities_with_a_responder_answer(world: TrustWorld, authority: str) -> None:
    """A name without responder is reported as unknown to the caller."""
    with pytest.raises(CertificateUnknown):
        world.ocsp().respond(authority, b"")


@pytest.mark.parametrize("reason", [RevocationReason.UNSPECIFIED, RevocationReason.SUPERSEDED])
def test_a_reason_is_told_unless_it_is_none(reason: RevocationReason) -> None:
    """RFC 5280 5.3.1: the reason unspecified is left out."""
    world = performed()
    seal = world.seal_certificate()
    world.revoke(seal, reason)
    answer = _asked(world, _request(world, seal))
    assert answer.certificate_status is Status.REVOKED
    assert answer.revocation_time_utc == world.clock.now.astimezone(UTC).replace(microsecond=0)
    told = answer.revocation_reason
    assert (told is None) == (reason is RevocationReason.UNSPECIFIED)


def test_without_a_live_responder_there_is_an_internal_error() -> None:
    """When the responder's certificate is over, nothing is signed with it."""
    world = performed()
    request = _request(world, world.seal_certificate())
    world.clock.advance(timedelta(days=366))
    assert _asked(world, request).response_status is Answered.INTERNAL_ERROR


def test_requests_over_the_limit_or_about_several_certificates_are_malformed(
    world: TrustWorld, seal: IssuedCertificate, tmp_path: Path
) -> None:
    """Too many bytes, bytes behind the end, or two certificates: malformedRequest."""
    request = tmp_path / "request.der"
    issuer = write_pem(tmp_path, "issuer", world.unit("seal-ca"))
    openssl("ocsp", "-issuer", issuer, "-serial", "1", "-serial", "2", "-reqout", request)
    good = _request(world, seal)
    small = replace(world.ocsp(), limit=len(good) - 1)
    for answer in (
        _asked(world, request.read_bytes()),
        _asked(world, good + b"\x00"),
        _asked(world, good[:-1]),
        ocsp.load_der_ocsp_response(small.respond("seal-ca", good)),
    ):
        assert answer.response_status is Answered.MALFORMED_REQUEST


def test_a_negative_serial_number_is_malformed(world: TrustWorld, seal: IssuedCertificate) -> None:
    """No certificate has a negative serial number, and no answer can carry one."""
    request = bytearray(_request(world, seal))
    request[-20] |= 0x80
    assert _asked(world, bytes(request)).response_status is Answered.MALFORMED_REQUEST


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120))
def test_garbage_is_malformed(world: TrustWorld, garbage: bytes) -> None:
    """Whatever bytes come, there is an answer that says what they are."""
    assert _asked(world, garbage).response_status is Answered.MALFORMED_REQUEST


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_damaged_requests_are_always_answered(
    world: TrustWorld, seal: IssuedCertificate, data: st.DataObject
) -> None:
    """A request with some bytes changed gets an answer that can be read."""
    request = bytearray(_request(world, seal, (x509.OCSPNonce(bytes(8)), False)))
    for _ in range(data.draw(st.integers(1, 3))):
        request[data.draw(st.integers(0, len(request) - 1))] = data.draw(st.integers(0, 255))
    _asked(world, bytes(request))
