"""The outside world of verification: a small PKI, and signed PDFs made with it by the hour.

The instants of one story, in order: ``SIGNED``, ``LISTED`` (status answers), ``ARCHIVED`` (document
timestamp), ``NOW``. Certificates live from ``BORN`` to ``DEAD`` unless told otherwise.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from sealservice.kernel.sandbox import Result
from sealservice.limits import Limits
from sealservice.verification.anchors import TrustAnchors, trust_anchors
from sealservice.verification.model import Report
from sealservice.verification.policy import Policy
from sealservice.verification.ports import SealRegistry, StatusLists
from sealservice.verification.service import VerificationService

BORN = datetime(2026, 1, 1, tzinfo=UTC)
SIGNED = datetime(2026, 6, 1, 8, tzinfo=UTC)
LISTED = SIGNED + timedelta(minutes=1)
ARCHIVED = SIGNED + timedelta(minutes=2)
NOW = SIGNED + timedelta(hours=1)
DEAD = datetime(2027, 1, 1, tzinfo=UTC)
LONG_AFTER = datetime(2029, 1, 1, tzinfo=UTC)
ROOT_NAME = "TEST, NO LEGAL EFFECT / 测试 Root"
USCC = "91350100M000100Y43"

_DAY = timedelta(days=1)
_ORGANISATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")
_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Unit:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: _Key
    issuer: "Unit | None" = None

    @property
    def der(self) -> bytes:
        """Return the certificate as DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """Return the certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def asn1(self) -> asn1_x509.Certificate:
        """Return the certificate as pyHanko wants it."""
        return asn1_x509.Certificate.load(self.der)

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        """Return the key as pyHanko wants it."""
        shape = (Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return asn1_keys.PrivateKeyInfo.load(self.key.private_bytes(*shape))

    def issue(  # noqa: PLR0913 - a certificate profile
        self,
        name: str,
        *,
        born: datetime = BORN,
        dead: datetime = DEAD,
        is_authority: bool = False,
        purpose: x509.ObjectIdentifier | None = None,
        key: _Key | None = None,
        has_list: bool = True,
    ) -> "Unit":
        """Issue a certificate; ``has_list``: it names a revocation list."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        builder = _builder(name, key, born, dead, is_authority=is_authority)
        builder = builder.issuer_name(self.certificate.subject)
        if purpose:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        if has_list:
            builder = builder.add_extension(_list_address(), critical=False)
        return Unit(builder.sign(self.key, hashes.SHA256()), key, self)

    def crl(
        self,
        at: datetime = LISTED,
        revoked: dict[int, datetime] | None = None,
        lasts: timedelta = 7 * _DAY,
    ) -> bytes:
        """Issue a revocation list; ``revoked`` maps serial numbers to moments."""
        builder = x509.CertificateRevocationListBuilder(self.certificate.subject, at, at + lasts)
        for serial, moment in (revoked or {}).items():
            entry = x509.RevokedCertificateBuilder(serial, moment).build()
            builder = builder.add_revoked_certificate(entry)
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def root_unit(name: str, key: _Key | None = None) -> Unit:
    """Make a self-signed root."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    far = LONG_AFTER + 3650 * _DAY
    builder = _builder(name, key, BORN - 3650 * _DAY, far, is_authority=True)
    builder = builder.issuer_name(_name(name))
    return Unit(builder.sign(key, hashes.SHA256()), key)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "示范贸易有限公司"),
            x509.NameAttribute(_ORGANISATION_IDENTIFIER, f"NTRCN-{USCC}"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    name: str, key: _Key, born: datetime, dead: datetime, *, is_authority: bool
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(born)
        .not_valid_after(dead)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(_usage(is_authority=is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _list_address() -> x509.CRLDistributionPoints:
    address = x509.UniformResourceIdentifier("http://crl.invalid/list.crl")
    return x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)])


@dataclass
class SignedWorld:
    """A root, a seal authority, a time-stamping unit, and what is signed under them."""

    root: Unit = field(default_factory=lambda: root_unit(ROOT_NAME))

    @cached_property
    def authority(self) -> Unit:
        """Return the authority that issues to signers."""
        return self.root.issue("Seal CA", is_authority=True, dead=LONG_AFTER)

    @cached_property
    def signer(self) -> Unit:
        """Return a signer whose certificate names a revocation list."""
        return self.authority.issue("公章")

    @cached_property
    def plain_signer(self) -> Unit:
        """Return a signer whose certificate, like its issuer's, names no revocation list."""
        issuer = self.root.issue("Plain CA", is_authority=True, has_list=False)
        return issuer.issue("合同章", has_list=False)

    @cached_property
    def stamper(self) -> Unit:
        """Return the time-stamping unit."""
        return self.stamping_unit(LONG_AFTER - _DAY)

    def stamping_unit(self, dead: datetime, *, has_list: bool = True) -> Unit:
        """Issue to a time-stamping unit until ``dead``."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        purpose = ExtendedKeyUsageOID.TIME_STAMPING
        return self.root.issue("TSU", purpose=purpose, key=key, dead=dead, has_list=has_list)

    @property
    def anchors(self) -> TrustAnchors:
        """Return the root as the only trust anchor."""
        return trust_anchors("world", [self.root.pem])

    def lists(
        self, at: datetime = LISTED, revoked: dict[int, datetime] | None = None
    ) -> list[bytes]:
        """Return a revocation list of each authority."""
        return [self.root.crl(at), self.authority.crl(at, revoked)]

    def sign(
        self,
        pdf: bytes,
        unit: Unit | None = None,
        *,
        stamped: datetime | None = None,
        stamper: Unit | None = None,
        name: str = "Seal1",
        certify: fields.MDPPerm | None = None,
    ) -> bytes:
        """Sign at B-B, or at B-T with a timestamp of the given moment."""
        unit = unit or self.signer
        details = signers.PdfSignatureMetadata(
            field_name=name,
            subfilter=fields.SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            certify=certify is not None,
            docmdp_permissions=certify or fields.MDPPerm.FILL_FORMS,
        )
        placed = fields.SigFieldSpec(name, box=(100, 100, 200, 200))
        signer = signers.PdfSigner(
            details,
            signers.SimpleSigner(unit.asn1, unit.asn1_key, certificate_store(authorities_of(unit))),
            timestamper=self._client(stamped, stamper) if stamped else None,
            new_field_spec=placed,
        )
        return _written(pdf, lambda writer, out: signer.sign_pdf(writer, output=out))

    def archive(
        self, pdf: bytes, at: datetime = ARCHIVED, name: str = "Stamp1", unit: Unit | None = None
    ) -> bytes:
        """Add a document timestamp."""
        client = signers.PdfTimeStamper(self._client(at, unit), field_name=name)
        return _written(pdf, lambda writer, out: client.timestamp_pdf(writer, "sha256", output=out))

    def long_term(self, pdf: bytes, lists: list[bytes] | None = None) -> bytes:
        """Add a document security store with the authorities and revocation lists."""
        certificates = [self.root, self.authority, self.stamper]
        return store(pdf, [u.der for u in certificates], self.lists() if lists is None else lists)

    def archival(self, pdf: bytes, unit: Unit | None = None) -> bytes:
        """Sign at B-LTA."""
        stamped = self.sign(pdf, unit, stamped=SIGNED)
        return self.archive(self.long_term(stamped))

    def _client(self, at: datetime, unit: Unit | None = None) -> DummyTimeStamper:
        unit = unit or self.stamper
        return DummyTimeStamper(
            unit.asn1,
            unit.asn1_key,
            certificate_store([self.root]),
            fixed_dt=at,
            include_nonce=False,
        )

    def verify(
        self,
        pdf: bytes,
        at: datetime = NOW,
        anchors: TrustAnchors | None = None,
        seals: SealRegistry | None = None,
        lists: StatusLists | None = None,
        policy: Policy | None = None,
    ) -> Report:
        """Verify in this process, without a sandbox."""
        service = VerificationService(
            InProcess(), anchors or self.anchors, Limits(), lambda: at, seals, lists
        )
        return service.verify("contract.pdf", pdf, policy=policy)


class InProcess:
    """Implements ``Sandbox`` without a child, so that a failure shows its traceback."""

    def run(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Call the function."""
        return function(*arguments)


def store(pdf: bytes, certificates: list[bytes], crls: list[bytes]) -> bytes:
    """Add a document security store in an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    kept = DocumentSecurityStore(
        writer,
        certs={},
        ocsps=[],
        crls=[writer.add_object(generic.StreamObject(stream_data=crl)) for crl in crls],
    )
    for certificate in certificates:
        kept._embed_cert(asn1_x509.Certificate.load(certificate))
    kept._mark_modified()
    writer.root["/DSS"] = writer.add_object(kept.as_pdf_object())
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blank_pdf(text: str = "Amount: 100", pages: int = 1) -> bytes:
    """Make a small PDF with a line of text on each page."""
    writer = PdfFileWriter(stream_xrefs=False)
    font = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Font"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
            generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica"),
        }
    )
    resources = {generic.pdf_name("/Font"): generic.DictionaryObject({"/F1": font})}
    for number in range(pages):
        line = f"BT /F1 24 Tf 72 700 Td ({text}, page {number + 1}) Tj ET".encode()
        content = writer.add_object(generic.StreamObject(stream_data=line))
        box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
        page = PageObject(content, box, generic.DictionaryObject(resources))
        writer.insert_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def update(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Change a PDF by an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _written(pdf: bytes, act: Callable[[IncrementalPdfFileWriter, io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    act(IncrementalPdfFileWriter(io.BytesIO(pdf)), out)
    return out.getvalue()


def authorities_of(unit: Unit) -> list[Unit]:
    """Return what a signer embeds besides itself: the authorities below the root."""
    above = []
    while unit.issuer is not None and unit.issuer.issuer is not None:
        unit = unit.issuer
        above.append(unit)
    return above


def certificate_store(units: list[Unit]) -> SimpleCertificateStore:
    """Return certificates as a signer embeds them."""
    kept = SimpleCertificateStore()
    kept.register_multiple(unit.asn1 for unit in units)
    return kept
