"""What a file lacks is fetched within rules, judged like anything else, and lifts no level."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from sealservice.infra.status_fetcher import HttpFetcher
from sealservice.limits import Limits
from sealservice.verification.model import Report, Verdict
from sealservice.verification.request import Want
from sealservice.verification.service import VerificationService
from tests.world_network import Answer, Network, network
from tests.world_verification import (
    BORN,
    DEAD,
    NOW,
    InProcess,
    SignedWorld,
    Unit,
    authorities_of,
    blank_pdf,
)

pytestmark = pytest.mark.security

LIST = "http://crl.invalid/list.crl"
RESPONDER = "http://ocsp.example.org/ask"


@pytest.fixture
def public() -> Iterator[Network]:
    """Return a network without answers."""
    with network() as played:
        yield played


@pytest.fixture(scope="module")
def world() -> SignedWorld:
    """Return signers whose certificates name a list."""
    return SignedWorld()


@dataclasses.dataclass
class Online:
    """A verifier with a fetcher in a played network."""

    network: Network
    world: SignedWorld
    allowed: frozenset[str] = frozenset()
    limits: Limits = dataclasses.field(default_factory=Limits)

    def __post_init__(self) -> None:
        transport = self.network.transport(self.allowed)
        self.fetcher = HttpFetcher(self.limits, lambda: NOW, self.allowed, transport)

    def verify(self, pdf: bytes) -> Report:
        """Verify as of now."""
        service = VerificationService(InProcess(), self.world.anchors, self.limits, lambda: NOW)
        service.fetch_with(self.fetcher)
        report = service.verify("contract.pdf", pdf)
        self.fetcher.close()
        return report


def lists(world: SignedWorld) -> bytes:
    """Return the list of the only authority whose subjects name one at the usual place."""
    return world.root.crl()


@pytest.fixture(scope="module")
def direct(world: SignedWorld) -> bytes:
    """Return a PDF signed by somebody whose certificate the root itself issued."""
    return world.sign(blank_pdf(), world.root.issue("直属公章"))


def test_status_is_fetched_and_lifts_no_level(
    public: Network, world: SignedWorld, direct: bytes
) -> None:
    """With the list at hand the signature is valid; it stays what the file makes it, B-B."""
    assert world.verify(direct).verdict is Verdict.UNCONFIRMED
    public.answers["/list.crl"] = Answer(lists(world))
    report = Online(public, world).verify(direct)
    assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "B-B")
    assert public.asked == ["/list.crl"]


def test_a_revocation_that_is_fetched_counts(public: Network, world: SignedWorld) -> None:
    """A certificate that was revoked is not valid, and nobody need have embedded that."""
    signer = world.root.issue("已吊销公章")
    revoked = {signer.certificate.serial_number: NOW - timedelta(hours=1)}
    public.answers["/list.crl"] = Answer(world.root.crl(revoked=revoked))
    report = Online(public, world).verify(world.sign(blank_pdf(), signer))
    assert report.verdict is not Verdict.VALID
    assert [error.key for error in report.signatures[0].errors] == ["certificate_revoked"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"rubbish"),
        Answer(b"", status=500),
        Answer(b"<html>", kind="text/html"),
        Answer(b"\x30" * 3_000),
        Answer(SignedWorld().root.crl()),
    ],
    ids=["rubbish", "error", "page", "large", "another's"],
)
def test_bad_answers_leave_it_unconfirmed(
    public: Network, world: SignedWorld, direct: bytes, answer: Answer
) -> None:
    """What is malformed, too large or somebody else's changes nothing, and nothing escapes."""
    public.answers["/list.crl"] = answer
    limits = dataclasses.replace(Limits(), fetch_bytes=2_000)
    report = Online(public, world, limits=limits).verify(direct)
    assert report.verdict is Verdict.UNCONFIRMED
    assert [error.key for error in report.signatures[0].errors] == ["status_unknown"]


def test_strangers_cause_no_call(public: Network, world: SignedWorld) -> None:
    """SECURITY 27: nothing is asked that only an untrusted certificate names."""
    stranger = SignedWorld()
    for signer in (None, stranger.root.issue("陌生公章"), with_issuer_address(stranger)):
        assert Online(public, world).verify(stranger.sign(blank_pdf(), signer))
    assert (public.looked_up, public.connected) == ([], [])


def test_invalid_files_cause_no_call(public: Network, world: SignedWorld, direct: bytes) -> None:
    """Who changes a file cannot make us call anybody."""
    changed = direct.replace(b"Amount: 100", b"Amount: 900")
    assert Online(public, world).verify(changed).verdict is Verdict.INVALID
    assert public.connected == []


def with_issuer_address(world: SignedWorld) -> Unit:
    """Issue a certificate that names where its issuer's is; the file will not embed that."""
    place = x509.UniformResourceIdentifier("http://aia.example.org/ca.cer")
    access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place)
    return _issued(world.authority, [access])


def with_responder(world: SignedWorld) -> Unit:
    """Issue a certificate that names a responder and no list."""
    place = x509.UniformResourceIdentifier(RESPONDER)
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
    return _issued(world.root, [access])


def _issued(issuer: Unit, accesses: list[x509.AccessDescription]) -> Unit:
    plain = issuer.issue("公章", has_list=False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(plain.certificate.subject)
        .issuer_name(issuer.certificate.subject)
        .public_key(plain.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BORN)
        .not_valid_after(DEAD)
        .add_extension(x509.AuthorityInformationAccess(accesses), critical=False)
    )
    for extension in plain.certificate.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    return Unit(builder.sign(issuer.key, hashes.SHA256()), plain.key, issuer)


def test_issuers_are_fetched_from_allowed_places_only(public: Network, world: SignedWorld) -> None:
    """A missing authority is had from an allowed place, and then the chain is trusted."""
    signer = with_issuer_address(world)
    public.answers["/ca.cer"] = Answer(world.authority.der, kind="application/pkix-cert")
    public.answers["/list.crl"] = Answer(lists(world))
    alone = Unit(signer.certificate, signer.key)  # whose authority is not embedded
    assert authorities_of(alone) == []
    pdf = world.sign(blank_pdf(), alone)
    assert Online(public, world).verify(pdf).verdict is Verdict.UNCONFIRMED
    assert public.asked == []
    allowed = frozenset({"aia.example.org"})
    assert Online(public, world, allowed).verify(pdf).verdict is Verdict.VALID
    assert public.asked == ["/ca.cer", "/list.crl"]


def test_a_responder_is_asked(public: Network, world: SignedWorld) -> None:
    """The status by OCSP is for the very certificate, and is had by POST."""
    signer = with_responder(world)
    builder = ocsp.OCSPResponseBuilder().add_response(
        signer.certificate,
        world.root.certificate,
        hashes.SHA1(),  # noqa: S303 - as RFC 5019 has it
        ocsp.OCSPCertStatus.GOOD,
        NOW - timedelta(minutes=1),
        NOW + timedelta(hours=1),
        None,
        None,
    )
    name = ocsp.OCSPResponderEncoding.NAME
    signed = builder.responder_id(name, world.root.certificate).sign(
        world.root.key, hashes.SHA256()
    )
    answer = signed.public_bytes(Encoding.DER)
    public.answers["/ask"] = Answer(answer, kind="application/ocsp-response")
    report = Online(public, world).verify(world.sign(blank_pdf(), signer))
    assert report.verdict is Verdict.VALID
    assert public.asked == ["/ask"]


def test_answers_are_kept(public: Network, world: SignedWorld) -> None:
    """A thousand files of one issuer cause one call; a failure is kept for a while, too."""
    now = [NOW]
    served = lists(world)
    public.answers["/list.crl"] = Answer(served)
    fetcher = HttpFetcher(Limits(), lambda: now[0], transport=public.transport())
    there = Want(crls=(LIST,), is_vouched_for=True)
    nowhere = Want(crls=("http://crl.invalid/none.crl",), is_vouched_for=True)
    for _ in range(3):
        assert fetcher.fetch((there, nowhere)).crls == (served,)
    assert public.asked == ["/list.crl", "/none.crl"]
    now[0] = NOW + timedelta(minutes=2)
    fetcher.fetch((there, nowhere))
    assert public.asked[2:] == ["/none.crl"]
    now[0] = NOW + timedelta(days=8)
    fetcher.fetch((there,))
    assert public.asked[3:] == ["/list.crl"]
    now[0] = NOW
    fetcher.fetch((there,))
    assert public.asked[4:] == ["/list.crl"], (
        "what was kept later does not count when time goes back"
    )
    fetcher.close()


def test_all_calls_together_are_limited(public: Network) -> None:
    """When the time for one look is over no more calls are made."""
    limits = dataclasses.replace(Limits(), fetch_all_seconds=0.0)
    fetcher = HttpFetcher(limits, lambda: NOW, transport=public.transport())
    fetcher.fetch((Want(crls=(LIST,), is_vouched_for=True),))
    assert public.connected == []
    fetcher.close()
