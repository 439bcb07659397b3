"""Only authentic status answers count, from revocation lists and from responders."""

from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from sealservice.verification.grounds import Material
from sealservice.verification.status import StatusAnswer, answers_for
from tests.world_verification import LISTED, NOW, SIGNED, SignedWorld, Unit


def response(unit: Unit, responder: Unit, revoked: datetime | None = None) -> bytes:
    """Return an OCSP response about a certificate, signed by a responder."""
    assert unit.issuer is not None
    status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=unit.certificate,
        issuer=unit.issuer.certificate,
        algorithm=hashes.SHA256(),
        cert_status=status,
        this_update=LISTED,
        next_update=LISTED + timedelta(hours=1),
        revocation_time=revoked,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    builder = builder.certificates([responder.certificate])
    return builder.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)


def answers(unit: Unit, *ocsps: bytes, crls: tuple[bytes, ...] = ()) -> tuple[StatusAnswer, ...]:
    """Return what counts about a certificate."""
    assert unit.issuer is not None
    material = Material(crls=frozenset(crls), ocsps=frozenset(ocsps))
    return answers_for(unit.certificate, unit.issuer.certificate, material)


@pytest.fixture(scope="module")
def responder(world: SignedWorld) -> Unit:
    """Return a responder that the signer's authority has appointed."""
    return world.authority.issue("OCSP", purpose=ExtendedKeyUsageOID.OCSP_SIGNING)


def test_answers_of_issuer_and_appointed_responder_count(
    world: SignedWorld, responder: Unit
) -> None:
    """RFC 6960 4.2.2.2: the issuer itself, or a responder that it issued to."""
    for source in (world.authority, responder):
        (answer,) = answers(world.signer, response(world.signer, source))
        assert (answer.source, answer.revoked_at) == ("ocsp", None)
        assert answer.is_in_force(LISTED + timedelta(minutes=5))
        assert not answer.is_in_force(LISTED + timedelta(hours=2))
        assert not answer.is_in_force(SIGNED)


def test_revocation_is_told_with_its_moment(world: SignedWorld, responder: Unit) -> None:
    """A revoked certificate is told by responder and list alike."""
    serial = world.signer.certificate.serial_number
    found = answers(
        world.signer,
        response(world.signer, responder, SIGNED),
        crls=(world.authority.crl(NOW, {serial: SIGNED}),),
    )
    assert [(a.source, a.revoked_at) for a in found] == [("ocsp", SIGNED), ("crl", SIGNED)]


def test_unauthorised_answers_do_not_count(world: SignedWorld, responder: Unit) -> None:
    """Not appointed, appointed by another, not for this purpose, about another: ignored."""
    clerk = world.authority.issue("Clerk")
    elsewhere = world.root.issue("OCSP", purpose=ExtendedKeyUsageOID.OCSP_SIGNING)
    other = world.authority.issue("Other")
    refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    assert answers(world.signer, response(world.signer, clerk)) == ()
    assert answers(world.signer, response(world.signer, elsewhere)) == ()
    assert answers(world.signer, response(other, responder)) == ()
    assert answers(world.signer, refused.public_bytes(Encoding.DER), b"garbage") == ()


def test_foreign_and_broken_lists_do_not_count(world: SignedWorld) -> None:
    """A list of another authority, a forged one, or a damaged one says nothing."""
    genuine = bytearray(world.authority.crl())
    genuine[-1] ^= 1
    forged = SignedWorld().authority.crl()
    lists = (bytes(genuine), forged, world.root.crl(), b"", b"\x30\x00")
    assert answers(world.signer, crls=lists) == ()
