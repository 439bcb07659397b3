"""pyHanko as its documentation shows it, and as somebody who measured it would use it."""

import io
from typing import Any

from asn1crypto import crl, ocsp, tsp
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPRequestBuilder
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from sealservice.infra.exchange import Query
from sealservice.kernel.digests import sha256_hex
from sealservice.sealing.model import Level
from sealservice.trust.signature_algorithms import signature_algorithm
from tests.bench.ours import Sealing
from tests.bench.site import LIMITS, Site
from tests.world_trust import PUBLIC_URL

_ANY: frozenset[str] = frozenset()


class LoadedSigner(signers.SimpleSigner):  # type: ignore[misc]
    """Has its key open, which ``SimpleSigner`` loads and checks for every signature."""

    opened: Any

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002
    ) -> bytes:
        """Sign with the open key."""
        del digest_algorithm, dry_run
        signature: bytes = self.opened.sign(data)
        return signature


class SameAuthority(TimeStamper):  # type: ignore[misc]
    """Asks our time-stamping authority, by a call."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._exchange = site.exchange

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return its answer."""
        answer = self._exchange.ask(f"{PUBLIC_URL}/tsa", _ANY, Query(req.dump(), ""))
        return tsp.TimeStampResp.load(answer)


def shipped(site: Site, level: Level) -> Sealing:
    """Return ``SimpleSigner`` as documented."""
    return _Rival(site, level, _signer(site, signers.SimpleSigner), None).seal


def tuned(site: Site, level: Level) -> Sealing:
    """Return it with the key loaded once and the size of the signature given."""
    signer = _signer(site, LoadedSigner)
    signer.opened = site.key
    return _Rival(site, level, signer, 2 * LIMITS.signature_bytes).seal


def _signer(site: Site, kind: type[signers.SimpleSigner]) -> Any:  # noqa: ANN401 - pyHanko's
    registry = SimpleCertificateStore()
    for link in site.chain[1:]:
        registry.register(asn1_x509.Certificate.load(link))
    return kind(
        signing_cert=asn1_x509.Certificate.load(site.die.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(site.pkcs8),
        cert_registry=registry,
        signature_mechanism=signature_algorithm(site.die.algorithm),
    )


class _Rival:
    def __init__(self, site: Site, level: Level, signer: Any, reserved: int | None) -> None:  # noqa: ANN401
        self._site, self._level, self._signer, self._reserved = site, level, signer, reserved
        self._stamper = None if level is Level.B_B else SameAuthority(site)
        left, bottom, right, top = site.box
        plain = SimpleBoxLayoutRule(
            AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(0, 0, 0, 0)
        )
        drawing = RawContent(
            site.die.artwork.operators, box=BoxConstraints(width=right - left, height=top - bottom)
        )
        self._style = StaticStampStyle(
            border_width=0, background=drawing, background_opacity=1, background_layout=plain
        )
        self._status_queries = _status_queries(site)
        self._crls = [
            crl.CertificateList.load(site.trust.crls().current(unit.name).der)
            for unit in site.trust.plan.authorities()
        ]

    def seal(self, source: bytes) -> bytes:
        """Return a document at the level."""
        box = tuple(map(round, self._site.box))
        field = fields.SigFieldSpec("Seal1", on_page=0, box=box)  # type: ignore[arg-type]
        is_long_term = self._level in (Level.B_LT, Level.B_LTA)
        metadata = signers.PdfSignatureMetadata(
            field_name="Seal1",
            subfilter=fields.SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            embed_validation_info=is_long_term,
            validation_context=self._context() if is_long_term else None,
            use_pades_lta=self._level is Level.B_LTA,
        )
        signer = signers.PdfSigner(
            metadata,
            self._signer,
            timestamper=self._stamper,
            stamp_style=self._style,
            new_field_spec=field,
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(source), strict=False)
        output = signer.sign_pdf(writer, bytes_reserved=self._reserved)
        sealed: bytes = output.getvalue()
        return sealed

    def _context(self) -> ValidationContext:
        """Return fresh answers about the leaves, and the lists that are kept."""
        site = self._site
        answers = (site.exchange.ask(url, _ANY, query) for url, query in self._status_queries)
        return ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(site.root)],
            other_certs=[asn1_x509.Certificate.load(link) for link in site.chain[1:]],
            crls=self._crls,
            ocsps=[ocsp.OCSPResponse.load(answer) for answer in answers],
            allow_fetching=False,
            revocation_mode="hard-fail",
        )


def _status_queries(site: Site) -> list[tuple[str, Query]]:
    """Return what is asked, and where, about the seal and the time-stamping unit."""
    kept = site.trust.certificates
    seal = kept.by_sha256(sha256_hex(site.die.certificate))
    unit = site.trust.unit(site.trust.plan.timestamp_unit().name)
    queries = []
    for one in (seal, unit):
        assert one is not None
        issuer = kept.by_sha256(one.issuer_sha256)
        assert issuer is not None
        builder = OCSPRequestBuilder().add_certificate(one.x509, issuer.x509, hashes.SHA256())
        body = builder.build().public_bytes(Encoding.DER)
        queries.append((f"{PUBLIC_URL}/ocsp/{issuer.unit}", Query(body, "")))
    return queries
