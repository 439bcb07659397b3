"""The client of OCSP responders and CRLs against the real trust domain over HTTP."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from asn1crypto import crl, ocsp, x509
from cryptography.x509.ocsp import OCSPResponseStatus, load_der_ocsp_response
from fastapi import FastAPI, Request, Response

from sealservice.infra.revocation import HttpRevocationSource
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.sealing.errors import CertificateRevoked, RevocationUnavailable
from sealservice.trust.domain import chain
from sealservice.trust.model import IssuedCertificate, RevocationReason
from tests.authority_server import application, serving
from tests.world_trust import PUBLIC_URL, HandClock, TrustWorld


@dataclass
class Status:
    """A trust domain that answers, with everything it was asked."""

    trust: TrustWorld
    url: str
    asked: list[str]
    sources: list[HttpRevocationSource]

    def source(self, limits: Limits | None = None) -> HttpRevocationSource:
        """Return a client that finds the public address on the loopback."""
        return self.kept(HttpRevocationSource({PUBLIC_URL: self.url}, limits or Limits(), utc_now))

    def kept(self, source: HttpRevocationSource) -> HttpRevocationSource:
        """Have a client closed at the end."""
        self.sources.append(source)
        return source

    def chain(self, certificate: IssuedCertificate) -> tuple[bytes, ...]:
        """Return a certificate and its issuers in DER."""
        return tuple(link.der for link in chain(self.trust.certificates, certificate))

    def chains(self) -> tuple[tuple[bytes, ...], ...]:
        """Return a new seal's chain and the time-stamping unit's."""
        return (
            self.chain(self.trust.seal_certificate()),
            self.chain(self.trust.unit("tsa")),
        )


@pytest.fixture
def status() -> Iterator[Status]:
    """Give a trust domain of its own for each test, over HTTP."""
    trust = TrustWorld(clock=cast("HandClock", utc_now))
    trust.perform()
    asked: list[str] = []
    app = application(trust)

    @app.middleware("http")
    async def remember(request: Request, call_next: object) -> Response:
        asked.append(request.url.path)
        return await call_next(request)  # type: ignore[no-any-return, operator]

    with serving(app) as url:
        given = Status(trust, url, asked, [])
        yield given
        for source in given.sources:
            source.close()


def now() -> datetime:
    """Return the present second."""
    return datetime.now(UTC).replace(microsecond=0)


def test_every_certificate_has_a_status(status: Status) -> None:
    """Leaves are asked about by OCSP, authorities by CRL, and all certificates come along."""
    source, chains, moment = status.source(), status.chains(), now()
    material = source.material(chains, moment)
    answers = [ocsp.OCSPResponse.load(der) for der in material.ocsps]
    assert len(answers) == 2
    assert all(a.response_data["responses"][0]["this_update"].native >= moment for a in answers)
    issuers = {crl.CertificateList.load(der).issuer.human_friendly for der in material.crls}
    assert len(issuers) == 1  # the root, for both authorities
    held = set(material.certificates)
    assert {der for links in chains for der in links} <= held
    for responder in ("seal-ca-status", "time-stamping-ca-status"):
        assert status.trust.unit(responder).der in held
    assert len(material.certificates) == len(held) == 7


def test_only_the_seals_status_is_asked_for_again(status: Status) -> None:
    """The second sealing asks the seal's responder; CRLs and the unit's answer are kept."""
    source, chains = status.source(), status.chains()
    first = source.material(chains, now())
    assert len(status.asked) == 3
    again = source.material(chains, now())
    assert status.asked[3:] == ["/ocsp/seal-ca"]
    assert (again.certificates, again.crls) == (first.certificates, first.crls)
    assert again.ocsps[1] == first.ocsps[1]


def test_waits_for_the_responders_second(status: Status) -> None:
    """A timestamp a moment ahead of the responder is waited for."""
    source = status.source()
    soon = utc_now() + timedelta(seconds=0.8)
    material = source.material(status.chains()[:1], soon)
    (answer,) = material.ocsps
    single = ocsp.OCSPResponse.load(answer).response_data["responses"][0]
    assert single["this_update"].native >= soon


def test_stale_answer_is_refused(status: Status) -> None:
    """An answer that stays older than the timestamp is refused after a bounded wait."""
    limits = dataclasses.replace(Limits(), revocation_wait_seconds=0.3)
    source = status.source(limits=limits)
    with pytest.raises(RevocationUnavailable, match="older than the signature timestamp"):
        source.material(status.chains(), now() + timedelta(minutes=1))


@pytest.mark.parametrize("unit", ["seal", "tsa", "seal-ca", "time-stamping-ca"])
def test_revoked_certificates_are_refused(status: Status, unit: str) -> None:
    """Whoever in the chains is revoked, nothing is returned."""
    seal = status.trust.seal_certificate()
    chains = (status.chain(seal), status.chain(status.trust.unit("tsa")))
    certificate = seal if unit == "seal" else status.trust.unit(unit)
    status.trust.revoke(certificate, RevocationReason.KEY_COMPROMISE)
    source = status.source()
    with pytest.raises((CertificateRevoked, RevocationUnavailable)) as caught:
        source.material(chains, now())
    if unit in {"seal", "tsa"}:
        assert isinstance(caught.value, CertificateRevoked)


def test_foreign_addresses_are_not_asked(status: Status) -> None:
    """An address outside of the configuration is refused before anything is sent."""
    limits = Limits()
    for places in ({}, {"http://localhost:84": status.url}, {PUBLIC_URL + "/other": status.url}):
        source = status.kept(HttpRevocationSource(places, limits, utc_now))
        with pytest.raises(RevocationUnavailable, match="not allowed"):
            source.material(status.chains(), now())
    assert status.asked == []


def test_allowed_addresses_are_asked_as_they_stand(status: Status) -> None:
    """A prefix of ``allowed`` needs no rewriting."""
    certificate = x509.Certificate.load(status.trust.seal_certificate().der)
    source = status.kept(HttpRevocationSource({}, Limits(), utc_now, (PUBLIC_URL,)))
    assert source._place(certificate.ocsp_urls[0]) == certificate.ocsp_urls[0]
    with pytest.raises(RevocationUnavailable):
        source._place(f"{PUBLIC_URL}/ocsp/../admin")


def answering(content: bytes, media_type: str) -> FastAPI:
    """Return a service that answers everything alike."""
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    def anything(path: str) -> Response:  # noqa: ARG001 - whatever the path
        return Response(content, media_type=media_type)

    return app


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "malformed"),
        (b"garbage", "malformed"),
        (b"\x30\x03\x0a\x01\x03", "try_later"),
        (b"\x30\x03\x0a\x01\x00", "malformed"),
    ],
)
def test_answers_that_are_none(status: Status, content: bytes, reason: str) -> None:
    """Garbage and refusals of a responder are told apart."""
    with serving(answering(content, "application/ocsp-response")) as url:
        source = status.kept(HttpRevocationSource({PUBLIC_URL: url}, Limits(), utc_now))
        with pytest.raises(RevocationUnavailable, match=reason):
            source.material(status.chains(), now())


def test_answer_about_another_certificate(status: Status) -> None:
    """A good answer about somebody else proves nothing."""
    source = status.source()
    other = source.material(status.chains()[:1], now()).ocsps[0]
    assert load_der_ocsp_response(other).response_status is OCSPResponseStatus.SUCCESSFUL
    app = application(status.trust)
    app.router.routes.insert(0, answering(other, "application/ocsp-response").routes[-1])
    with serving(app) as url:
        source = status.kept(HttpRevocationSource({PUBLIC_URL: url}, Limits(), utc_now))
        with pytest.raises(RevocationUnavailable):
            source.material(status.chains(), now() - timedelta(minutes=1))


def test_forged_answer(status: Status) -> None:
    """An answer by another domain's responder is not believed."""
    stranger = TrustWorld(clock=cast("HandClock", utc_now))
    stranger.perform()
    with serving(application(stranger)) as url:
        source = status.kept(HttpRevocationSource({PUBLIC_URL: url}, Limits(), utc_now))
        with pytest.raises(RevocationUnavailable):
            source.material(status.chains(), now())
