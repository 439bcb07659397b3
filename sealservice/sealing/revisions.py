"""The revisions a sealing appends, each made by pyHanko in the sandbox, each one a tail of bytes.

1. The seals: for each signature a visible field with our drawing, and a signature dictionary that
   waits for its /Contents (ISO 32000-2 12.7.5.5 and 12.8.1, ETSI EN 319 142-1 5.3). On a document
   without any signature the first one shows its seal also on pages, as their content, in the same
   revision; everything else is a field and a signature of its own (sealing/shares.py). In a tagged
   document the first field is in the structure tree (sealing/structure.py).
2. The DSS: certificates and status answers (ISO 32000-2 12.8.4.3); no VRI, which EN 319 142-1
   5.4.2.3 would rather not have.
3. The document timestamp, waiting for its token (ISO 32000-2 12.8.5).

Nothing before the tail changes. PDF/A stays PDF/A: an end-of-line is added behind a last ``%%EOF``
that lacks it, metadata are left alone, where the output intent does not say what RGB means the seal
brings that with it, and in PDF/A-1 the invisible timestamp has an appearance, too (ISO 19005-1
6.9); elsewhere it has none, for that would be more than the archival update that everybody allows.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1, ISO32002
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from sealservice.sealing.balance import balanced_pages
from sealservice.sealing.model import (
    Level,
    Mark,
    Prepared,
    PreparedSignature,
    RevocationMaterial,
    Terms,
)
from sealservice.sealing.page_content import PageContent
from sealservice.sealing.pdf_values import entry
from sealservice.sealing.reading import readable
from sealservice.sealing.restrictions import apply, own_lock
from sealservice.sealing.room import (
    require_room,
    require_room_for_timestamp,
    require_uncertified,
    share_out,
    with_own_lock,
)
from sealservice.sealing.seed_values import meet
from sealservice.sealing.shares import shares
from sealservice.sealing.stamps import appearance, drawing, form, wants_appearances
from sealservice.sealing.structure import FORM, Structure
from sealservice.sealing.terms import Restrictions
from sealservice.sealing.widgets import Embedding, free_name, is_signed, open_field
from sealservice.trust.model import KeyAlgorithm

_DIGITS_PER_BYTE: Final = 2


class _AppendingWriter(IncrementalPdfFileWriter):
    """Appends to a source and leaves its metadata alone."""

    def __init__(self, source: bytes) -> None:
        ended = source if source.endswith((b"\n", b"\r")) else source + b"\n"
        super().__init__(io.BytesIO(ended), strict=False)

    def _update_meta(self) -> None:
        """Change neither XMP nor /Info: a new date in one of them would contradict the other."""


def prepare(source: bytes, marks: tuple[Mark, ...], terms: Terms) -> tuple[PreparedSignature, ...]:
    """Return the tails, one behind the other, whose signatures are missing.

    Raises:
        NotAPdf, TooManySignatures, FieldUnusable, FieldNotFound.
        CertificationImpossible, RestrictionsConflict: what is to be forbidden does not fit.

    """
    pdf = source
    prepared: list[PreparedSignature] = []
    with readable():
        signed = is_signed(_AppendingWriter(source))
        shared = shares(marks, terms.most_signatures, is_signed=signed)
        restricted = share_out(terms.restrictions, len(shared), is_signed=signed)
        for share, restrictions in zip(shared, restricted, strict=True):
            making = _Making(
                pdf,
                share,
                terms,
                is_signed=signed or bool(prepared),
                is_last=len(prepared) + 1 == len(shared),
            )
            made = making.made(restrictions)
            require_room(_locks(prepared), made.revision.field)
            prepared.append(made)
            pdf += made.revision.tail
        if terms.level is Level.B_LTA:
            shows = wants_appearances(_AppendingWriter(source))
            require_room_for_timestamp(_locks(prepared), shows_something=shows)
    return tuple(prepared)


def _locks(prepared: list[PreparedSignature]) -> list[tuple[str, Restrictions]]:
    return [(made.revision.field, made.restrictions) for made in prepared]


@dataclass(frozen=True, slots=True)
class _Making:
    """One revision with a seal that is being made."""

    source: bytes
    share: Mark
    terms: Terms
    is_signed: bool
    is_last: bool

    def made(self, asked: Restrictions) -> PreparedSignature:
        """Return the tail with a visible seal whose signature is missing."""
        writer = _AppendingWriter(self.source)
        die, shown = self.share.die, self.share.impressions[0]
        _declare(writer, die.algorithm)
        is_certified = "/DocMDP" in entry(writer.root, "/Perms", {})
        require_uncertified(shown, is_certified=is_certified)
        field = open_field(writer, shown, die.label, is_signed=self.is_signed)
        lock = own_lock(field)
        own = with_own_lock(field.name, lock, asked, is_last=self.is_last)
        restrictions = meet(field, die, self.terms.level, own, is_signed=self.is_signed)
        setup = apply(field, restrictions, is_signed=self.is_signed)
        drawn = drawing(writer, die.artwork)
        field.show(appearance(writer, drawn, die.artwork, shown, field.rectangle))
        if not self.is_signed:
            Structure(writer).take_in(field.placed, shown.box.page, FORM)
        self._add_content(writer, drawn)
        moment, reserved = self.terms.moment, self.terms.reserved_bytes * _DIGITS_PER_BYTE
        signature = SignatureObject(
            timestamp=moment, subfilter=SigSeedSubFilter.PADES, bytes_reserved=reserved
        )
        waiting = SigObjSetup(sig_placeholder=signature, mdp_setup=setup)
        revision = _written(self.source, field.embedding, waiting, field.name, moment)
        return PreparedSignature(die.seal_id, self.share.impressions, revision, restrictions)

    def _add_content(self, writer: IncrementalPdfFileWriter, drawn: generic.IndirectObject) -> None:
        further = self.share.impressions[1:]
        if not further:
            return
        artwork, label = self.share.die.artwork, self.share.die.label
        content = PageContent(writer, drawn, artwork, label, Structure(writer))
        content.add(further, balanced_pages(self.source, (one.box.page for one in further)))


def _declare(writer: IncrementalPdfFileWriter, algorithm: KeyAlgorithm) -> None:
    """Say that a document uses PAdES and, for Ed25519, EdDSA (ISO/TS 32002)."""
    if algorithm is KeyAlgorithm.ED25519:
        writer.ensure_output_version(version=(2, 0))
        writer.register_extension(ISO32002)
    writer.register_extension(ESIC_EXTENSION_1)


def timestamp_revision(source: bytes, moment: datetime, reserved_bytes: int) -> Prepared:
    """Return the tail with a document timestamp whose token is missing."""
    writer = _AppendingWriter(source)
    field = free_name(writer, "Timestamp")
    embedding = PdfCMSEmbedder().write_cms(field, writer)
    widget = next(embedding).get_object()
    if wants_appearances(writer):
        drawn = {pdf_name("/N"): writer.add_object(form(0, 0, b""))}
        widget[pdf_name("/AP")] = generic.DictionaryObject(drawn)
    placeholder = DocumentTimestamp(bytes_reserved=reserved_bytes * _DIGITS_PER_BYTE)
    waiting = SigObjSetup(sig_placeholder=placeholder)
    return _written(source, embedding, waiting, field, moment)


def status_revision(source: bytes, material: RevocationMaterial) -> bytes:
    """Return the tail with a DSS that holds the material and what an earlier one held."""
    writer = _AppendingWriter(source)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(der) for der in material.certificates],
        ocsps=[ocsp.OCSPResponse.load(der) for der in material.ocsps],
        crls=[crl.CertificateList.load(der) for der in material.crls],
    )
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()[len(source) :]


def _written(
    source: bytes, embedding: Embedding, waiting: SigObjSetup, field: str, moment: datetime
) -> Prepared:
    embedding.send(waiting)
    digest, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    written = output.getvalue()
    start, end = digest.reserved_region_start, digest.reserved_region_end
    byte_range = (0, start, end, len(written) - end)
    return Prepared(written[len(source) :], byte_range, field, moment)
