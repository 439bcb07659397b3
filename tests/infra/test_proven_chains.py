"""The status of a chain that was proven is checked quickly; nothing but "good" is ever accepted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest

from sealservice.infra.exchange import Query
from sealservice.infra.revocation import HttpRevocationSource
from sealservice.infra.status_parts import cut_apart
from sealservice.limits import Limits
from sealservice.sealing.errors import CertificateRevoked, RevocationUnavailable
from sealservice.sealing.model import RevocationMaterial
from sealservice.trust.domain import chain
from sealservice.trust.model import IssuedCertificate, RevocationReason
from tests.world_trust import PUBLIC_URL, TrustWorld, performed

KEPT = timedelta(seconds=Limits().status_seconds)


@dataclass
class Wire:
    """An exchange that ends in this process, and may spoil the answers about certificates."""

    trust: TrustWorld
    spoil: Callable[[bytes], bytes] = lambda answer: answer
    asked: list[str] = field(default_factory=list)

    def ask(self, url: str, _types: frozenset[str], query: Query | None = None) -> bytes:
        """Return an answer."""
        kind, _, name = urlsplit(url).path.removeprefix("/").partition("/")
        self.asked.append(kind)
        if query is None:
            return self.trust.crls().current(name.removesuffix(".crl")).der
        return self.spoil(self.trust.ocsp().respond(name, query.body))

    def close(self) -> None:
        """Keep nothing open."""


@dataclass
class Asking:
    """A client for one seal and a time-stamping unit, and how often it validated in full."""

    trust: TrustWorld
    wire: Wire
    source: HttpRevocationSource
    seal: IssuedCertificate
    validated: list[str] = field(default_factory=list)

    def chain(self, certificate: IssuedCertificate) -> tuple[bytes, ...]:
        """Return a certificate and its issuers in DER."""
        return tuple(link.der for link in chain(self.trust.certificates, certificate))

    def material(self) -> RevocationMaterial:
        """Ask as a sealing of this second does."""
        chains = (self.chain(self.seal), self.chain(self.trust.unit("tsa")))
        return self.source.material(chains, self.now())

    def now(self) -> datetime:
        """Return the present second."""
        return self.trust.clock.now.replace(microsecond=0)


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Give a client that has asked once."""
    trust = performed()
    limits = Limits(revocation_wait_seconds=0)
    source = HttpRevocationSource({PUBLIC_URL: PUBLIC_URL}, limits, trust.clock)
    source.close()
    wire = Wire(trust)
    monkeypatch.setattr(source, "_exchange", wire)
    found = Asking(trust, wire, source, trust.seal_certificate())
    whole = source._validate

    def counted(links: tuple[bytes, ...], *others: object) -> None:
        found.validated.append("seal" if links[0] == found.seal.der else "unit")
        whole(links, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(source, "_validate", counted)
    found.material()
    assert found.validated == ["seal", "unit"]
    return found


def test_a_further_answer_is_checked_quickly(asking: Asking) -> None:
    """The seal's responder is asked each time, its answer is new; nothing is validated twice."""
    first = asking.material()
    asking.trust.clock.advance(timedelta(seconds=2))
    second = asking.material()
    assert asking.validated == ["seal", "unit"]
    assert asking.wire.asked == ["ocsp", "crl", "ocsp", "ocsp", "ocsp"]
    assert second.ocsps[0] not in first.ocsps
    assert (second.certificates, second.crls) == (first.certificates, first.crls)
    assert cut_apart(second.ocsps[0]).this_update == asking.now()


def test_what_was_proven_is_proven_again(asking: Asking) -> None:
    """After ``status_seconds`` both chains are asked about and validated anew."""
    asking.trust.clock.advance(KEPT)
    asking.material()
    assert asking.validated == ["seal", "unit", "seal", "unit"]
    assert asking.wire.asked[3:] == ["ocsp", "ocsp"]


@pytest.mark.security
def test_a_seal_revoked_meanwhile(asking: Asking) -> None:
    """That its chain was proven a moment ago helps no revoked seal."""
    asking.trust.revoke(asking.seal, RevocationReason.KEY_COMPROMISE)
    with pytest.raises(CertificateRevoked):
        asking.material()


@pytest.mark.security
def test_a_unit_revoked_meanwhile(asking: Asking) -> None:
    """A time-stamping unit's revocation is seen after ``status_seconds`` at the latest."""
    asking.trust.revoke(asking.trust.unit("tsa"), RevocationReason.KEY_COMPROMISE)
    asking.trust.clock.advance(KEPT)
    chains = (
        asking.chain(asking.seal),
        asking.chain(asking.trust.certificates.by_unit("tsa") or asking.seal),
    )
    with pytest.raises(CertificateRevoked):
        asking.source.material(chains, asking.now())


@pytest.mark.security
def test_an_authority_revoked_meanwhile(asking: Asking) -> None:
    """A kept CRL counts until its nextUpdate and no longer, proven or not."""
    asking.trust.revoke(asking.trust.unit("seal-ca"), RevocationReason.AUTHORITY_COMPROMISE)
    crl = asking.trust.crls().current("root")
    asking.trust.clock.now = crl.next_update + timedelta(seconds=1)
    with pytest.raises((CertificateRevoked, RevocationUnavailable)):
        asking.material()


@pytest.mark.security
def test_old_answers(asking: Asking) -> None:
    """An answer kept by somebody is refused: older than the timestamp, or over."""
    (old, _unit) = asking.material().ocsps
    asking.wire.spoil = lambda _answer: old
    asking.trust.clock.advance(timedelta(seconds=2))
    with pytest.raises(RevocationUnavailable, match="older than the signature timestamp"):
        asking.material()
    asking.trust.clock.advance(timedelta(hours=2))
    with pytest.raises(RevocationUnavailable):
        asking.source.material((asking.chain(asking.seal),), asking.now(), fresh=0)


@pytest.mark.security
def test_an_answer_about_another_seal(asking: Asking) -> None:
    """A good answer of the same responder about another certificate proves nothing."""
    other = asking.trust.seal_certificate()
    (about_other,) = asking.source.material((asking.chain(other),), asking.now()).ocsps
    asking.wire.spoil = lambda _answer: about_other
    with pytest.raises(RevocationUnavailable, match="not proven"):
        asking.material()


@pytest.mark.security
def test_another_domains_answer(asking: Asking) -> None:
    """A stranger's responder is not believed about a proven chain."""
    stranger = performed()
    asking.trust.clock.now = stranger.clock.now + timedelta(seconds=1)
    stranger.clock.advance(timedelta(seconds=2))
    seal = stranger.seal_certificate()
    wire = Wire(stranger)
    theirs = HttpRevocationSource({PUBLIC_URL: PUBLIC_URL}, Limits(), stranger.clock)
    theirs.close()
    theirs._exchange = wire  # type: ignore[assignment]
    links = tuple(link.der for link in chain(stranger.certificates, seal))
    (answer,) = theirs.material((links,), asking.now()).ocsps
    asking.wire.spoil = lambda _answer: answer
    with pytest.raises(RevocationUnavailable, match="not proven"):
        asking.material()


@pytest.mark.security
def test_no_changed_byte_is_accepted_quickly(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever byte of a responder's answer is changed, the quick check accepts it no more."""
    monkeypatch.setattr(asking.source, "_validate", _refuse)
    asking.material()
    chains = (asking.chain(asking.seal),)
    for at in range(len(asking.material().ocsps[0]) + 2):
        asking.wire.spoil = partial(_turned, at=at)
        with pytest.raises((CertificateRevoked, RevocationUnavailable)):
            asking.source.material(chains, asking.now())


def _turned(answer: bytes, at: int) -> bytes:
    at = min(at, len(answer) - 1)
    return answer[:at] + bytes([answer[at] ^ 1 << at % 8]) + answer[at + 1 :]


def _refuse(*_arguments: object) -> None:
    raise CertificateRevoked(name="refused by the full check")
