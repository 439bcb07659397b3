"""Revocation lists: openssl believes them, their numbers grow, and nobody revoked is lost."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from sealservice.kernel.actor import Actor, ActorKind, PermissionMissing
from sealservice.kernel.facts import Fact
from sealservice.trust.crl import CrlPublisher
from sealservice.trust.errors import AlreadyRevoked, CertificateUnknown, CrlNumberNotGrown
from sealservice.trust.model import RevocationList, RevocationReason
from sealservice.trust.revocation import RevocationService
from tests.world_trust import ADMINISTRATOR, TrustWorld, openssl, performed, write_pem


def _write(folder: Path, name: str, crl: RevocationList) -> Path:
    der, pem = folder / f"{name}.crl", folder / f"{name}.crl.pem"
    der.write_bytes(crl.der)
    openssl("crl", "-inform", "DER", "-in", der, "-out", pem)
    return pem


def _parsed(crl: RevocationList) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(crl.der)


@pytest.mark.parametrize("name", ["demonstration", "demonstration-rsa"])
def test_openssl_verifies_every_authoritys_list(name: str, tmp_path: Path) -> None:
    """Each authority has a list, signed by its key, in the form of RFC 5280."""
    world = performed(name)
    for unit in world.plan.authorities():
        path = _write(tmp_path, unit.name, world.crls().current(unit.name))
        issuer = write_pem(tmp_path, "issuer", world.unit(unit.name))
        said = openssl("crl", "-in", path, "-CAfile", issuer, "-verify", "-noout", "-text")
        assert "verify OK" in said
        assert "Version 2" in said
        assert "X509v3 Authority Key Identifier" in said
        assert "X509v3 CRL Number: \n                1\n" in said


def _checked(world: TrustWorld, leaf: Path, folder: Path) -> tuple[str | Path, ...]:
    crls = [_write(folder, name, world.crls().current(name)) for name in ("root", "seal-ca")]
    root = write_pem(folder, "root", world.unit("root"))
    issuer = write_pem(folder, "issuer", world.unit("seal-ca"))
    files = [part for crl in crls for part in ("-CRLfile", crl)]
    return ("-x509_strict", "-crl_check_all", "-CAfile", root, "-untrusted", issuer, *files, leaf)


def test_openssl_checks_a_whole_chain_against_the_lists(tmp_path: Path) -> None:
    """A seal verifies with -crl_check_all while it is good, and not after its revocation."""
    world = performed()
    seal = world.seal_certificate()
    leaf = write_pem(tmp_path, "leaf", seal)
    assert "OK" in openssl("verify", *_checked(world, leaf, tmp_path))
    world.revoke(seal, RevocationReason.CESSATION_OF_OPERATION)
    with pytest.raises(AssertionError, match="certificate revoked"):
        openssl("verify", *_checked(world, leaf, tmp_path))


@pytest.mark.parametrize("reason", list(RevocationReason))
def test_a_revocation_is_in_the_next_list_with_its_reason(reason: RevocationReason) -> None:
    """The list after a revocation names serial, moment and reason (but not unspecified)."""
    world = performed()
    seal = world.seal_certificate()
    crl = _parsed(world.revoke(seal, reason))
    entry = crl.get_revoked_certificate_by_serial_number(seal.serial)
    assert entry is not None
    assert entry.revocation_date_utc == world.clock.now.astimezone(UTC).replace(microsecond=0)
    told = [e.value.reason.name for e in entry.extensions if isinstance(e.value, x509.CRLReason)]
    expected = reason.value.replace("authority_", "ca_")
    assert told == ([] if reason is RevocationReason.UNSPECIFIED else [expected])


def test_a_list_is_kept_for_half_of_its_time_and_then_replaced() -> None:
    """Until half time everybody gets the same bytes; then the number is one more."""
    world = performed()
    first = world.crls().current("seal-ca")
    world.clock.advance(timedelta(hours=11, minutes=59))
    assert world.crls().current("seal-ca") == first
    world.clock.advance(timedelta(minutes=2))
    second = world.crls().current("seal-ca")
    assert (first.number, second.number) == (1, 2)
    assert second.next_update == second.this_update + timedelta(hours=24)


def test_a_list_from_the_future_is_not_believed() -> None:
    """After the clock was set back the list is made anew, and its number still grows."""
    world = performed()
    world.clock.advance(timedelta(hours=2))
    first = world.crls().current("seal-ca")
    world.clock.advance(timedelta(hours=-1))
    assert world.crls().current("seal-ca").number == first.number + 1


def test_numbers_grow_and_revocations_stay() -> None:
    """Every list has a greater number than the one before, and all revocations so far."""
    world = performed()
    numbers, counts = [], []
    for _ in range(3):
        crl = world.revoke(world.seal_certificate(), RevocationReason.SUPERSEDED)
        numbers.append(crl.number)
        counts.append(len(list(_parsed(crl))))
    assert numbers == [1, 2, 3]
    assert counts == [1, 2, 3]


def test_of_two_publishers_at_once_one_gives_way() -> None:
    """Who finds the number taken serves the other's list."""
    world = performed()

    class Late(CrlPublisher):
        def publish(self, authority: str) -> RevocationList:
            CrlPublisher(self.domain, self.plan).publish(authority)
            raise CrlNumberNotGrown(number=1)

    assert Late(world.domain, world.plan).current("seal-ca").number == 1


def test_a_revocation_is_for_ever_and_in_the_log() -> None:
    """The first moment and reason stand; a second revocation is refused."""
    world = performed()
    seal = world.seal_certificate()
    world.revoke(seal, RevocationReason.SUPERSEDED)
    assert world.audit.words()[-1] is Fact.CERTIFICATE_REVOKED
    with pytest.raises(AlreadyRevoked):
        world.revoke(seal, RevocationReason.KEY_COMPROMISE)
    kept = world.certificates.by_sha256(seal.sha256)
    assert kept is not None
    assert kept.revocation_reason is RevocationReason.SUPERSEDED
    assert world.audit.words().count(Fact.CERTIFICATE_REVOKED) == 1


def test_roots_and_strangers_cannot_be_revoked() -> None:
    """A root has nobody who could say so; an unknown certificate is not ours."""
    world = performed()
    service = RevocationService(world.domain, world.crls())
    for sha256 in (world.unit("root").sha256, "0" * 64):
        with pytest.raises(CertificateUnknown):
            service.revoke(sha256, RevocationReason.SUPERSEDED, ADMINISTRATOR)


def test_only_administrators_revoke() -> None:
    """Without the permission nothing happens."""
    world = performed()
    service = RevocationService(world.domain, world.crls())
    clerk = Actor(ActorKind.STAFF, "clerk", "org", frozenset())
    with pytest.raises(PermissionMissing):
        service.revoke(world.unit("tsa").sha256, RevocationReason.SUPERSEDED, clerk)
    assert world.certificates.load_crl(world.unit("time-stamping-ca").sha256) is None


@pytest.mark.parametrize("name", ["tsa", "nobody", ""])
def test_only_authorities_have_lists(name: str) -> None:
    """A name that is no authority of the plan has no list."""
    with pytest.raises(CertificateUnknown):
        performed().crls().current(name)
