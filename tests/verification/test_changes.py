"""What happens to a file after it was signed: attacks are caught, follow-ups are not accused."""

import asyncio
import io
import re
from collections.abc import Callable
from itertools import chain

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign.fields import (
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from sealservice.verification.model import CheckStatus, Coverage, Verdict
from tests.world_verification import (
    SIGNED,
    SignedWorld,
    authorities_of,
    blank_pdf,
    certificate_store,
    update,
)

FORGED = b"BT /F1 24 Tf 72 700 Td (Amount: 999, page 1) Tj ET"


@pytest.fixture(scope="module")
def signed(world: SignedWorld) -> bytes:
    """Return a valid B-B file."""
    return world.sign(blank_pdf(), world.plain_signer)


def replace_content(writer: IncrementalPdfFileWriter) -> None:
    """Exchange the page's content stream."""
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=FORGED))
    writer.mark_update(page.container_ref)


def overwrite_content(writer: IncrementalPdfFileWriter) -> None:
    """Overwrite the content stream under its own number."""
    stream = writer.root["/Pages"]["/Kids"][0]["/Contents"]
    stream._data = FORGED
    stream._encoded_data = None
    writer.mark_update(stream.container_ref)


def cover_with_annotation(writer: IncrementalPdfFileWriter) -> None:
    """Lay a free-text annotation over the amount."""
    page = writer.root["/Pages"]["/Kids"][0]
    box = generic.ArrayObject(map(generic.NumberObject, (60, 680, 400, 740)))
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): box,
            pdf_name("/Contents"): generic.pdf_string("Amount: 999"),
        }
    )
    annotations = page.setdefault(pdf_name("/Annots"), generic.ArrayObject())
    annotations.append(writer.add_object(note))
    writer.mark_update(page.container_ref)
    if annotations.container_ref:
        writer.mark_update(annotations.container_ref)


def add_page(writer: IncrementalPdfFileWriter) -> None:
    """Add a page."""
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    content = writer.add_object(generic.StreamObject(stream_data=FORGED))
    writer.insert_page(PageObject(content, box))


def remove_page(writer: IncrementalPdfFileWriter) -> None:
    """Remove the last page."""
    pages = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject([pages["/Kids"].raw_get(0)])
    pages["/Count"] = generic.NumberObject(1)
    writer.mark_update(pages.container_ref)


def replace_reason(writer: IncrementalPdfFileWriter) -> None:
    """Write another reason into the signature dictionary."""
    signature = writer.root["/AcroForm"]["/Fields"][0]["/V"]
    signature["/Reason"] = generic.pdf_string("I agree to everything")
    writer.mark_update(signature.container_ref)


def spoof_field(writer: IncrementalPdfFileWriter) -> None:
    """Point a new field at the old signature."""
    form = writer.root["/AcroForm"]
    field = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): generic.pdf_string("AlsoSigned"),
            pdf_name("/V"): form["/Fields"][0].raw_get("/V"),
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 0, 0))),
        }
    )
    form["/Fields"].append(writer.add_object(field))
    writer.mark_update(form["/Fields"].container_ref or form.container_ref)
    writer.update_root()


def add_script(writer: IncrementalPdfFileWriter) -> None:
    """Add an action that runs when the file is opened."""
    action = {
        pdf_name("/S"): pdf_name("/JavaScript"),
        pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
    }
    writer.root["/OpenAction"] = writer.add_object(generic.DictionaryObject(action))
    writer.update_root()


@pytest.mark.parametrize(
    "attack",
    [
        replace_content,
        overwrite_content,
        cover_with_annotation,
        add_page,
        remove_page,
        replace_reason,
        spoof_field,
        add_script,
    ],
)
def test_incremental_attack_is_invalid(
    world: SignedWorld, attack: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    """VERIFICATION 4.4 to 4.11: hashes that match make no valid file."""
    pages = 2 if attack is remove_page else 1
    sound = world.sign(blank_pdf(pages=pages), world.plain_signer)
    report = world.verify(update(sound, attack))
    (signature,) = report.signatures
    assert report.verdict is Verdict.INVALID
    assert signature.intact
    assert signature.modified_after_signing
    assert {check.key for check in signature.checks if check.status is CheckStatus.FAILED} >= {
        "content",
        "coverage",
    }


def test_attack_between_two_signatures_is_invalid(world: SignedWorld, signed: bytes) -> None:
    """A second, good signature over a change does not heal the first."""
    pdf = world.sign(update(signed, replace_content), world.plain_signer, name="Seal2")
    report = world.verify(pdf)
    assert report.verdict is Verdict.INVALID
    assert [s.modified_after_signing for s in report.signatures] == [True, False]


def test_flipped_byte_is_never_valid(world: SignedWorld, signed: bytes) -> None:
    """A byte changed in the signed range, or in the signature value, is never valid."""
    gap, value_end = signed.index(b"/Contents <"), signed.index(b"0" * 64)
    tail = signed.index(b"0>", gap)
    places = (
        range(20, gap, 211),
        range(value_end - 90, value_end, 9),
        range(tail + 2, len(signed), 97),
    )
    for position in chain.from_iterable(places):
        broken = bytearray(signed)
        broken[position] ^= 0x01
        assert world.verify(bytes(broken)).verdict is not Verdict.VALID, position


def test_flipped_padding_is_mentioned(world: SignedWorld, signed: bytes) -> None:
    """VERIFICATION 4.2: content behind the signature value is mentioned."""
    end = signed.index(b"0>", signed.index(b"/Contents <"))
    (signature,) = world.verify(signed[:end] + b"1>" + signed[end + 2 :]).signatures
    assert "padding_not_zero" in {error.key for error in signature.errors}


def test_changed_byte_is_a_broken_digest(world: SignedWorld, signed: bytes) -> None:
    """A change of signed bytes that leaves the structure alone is HASH_FAILURE."""
    comment = signed.index(b"\xc2\xa5")
    report = world.verify(signed[:comment] + b"\xc2\xa6" + signed[comment + 2 :])
    (signature,) = report.signatures
    assert report.verdict is Verdict.INVALID
    assert (signature.sub_indication, signature.intact) == ("HASH_FAILURE", False)
    assert [error.key for error in signature.errors] == ["digest_mismatch"]


def test_changed_value_is_a_crypto_failure(world: SignedWorld, signed: bytes) -> None:
    """A change of the signature value alone is SIG_CRYPTO_FAILURE."""
    contents = bytearray(contents_of(signed, 0).rstrip(b"\0"))
    contents[-5] ^= 1
    (signature,) = world.verify(with_contents(signed, bytes(contents), 0)).signatures
    assert (signature.sub_indication, signature.intact) == ("SIG_CRYPTO_FAILURE", False)


@pytest.mark.parametrize("lost", [1, 7, 200, 2000])
def test_truncated_file_never_passes(world: SignedWorld, signed: bytes, lost: int) -> None:
    """A file that lost its end is unreadable or invalid."""
    verdict = world.verify(signed[:-lost]).verdict
    assert verdict in (Verdict.INVALID, Verdict.UNREADABLE)


@pytest.mark.parametrize("junk", [b"junk", b"\n%comment\n", b"PK\x03\x04" * 50])
def test_appended_junk_is_invalid(world: SignedWorld, signed: bytes, junk: bytes) -> None:
    """Bytes behind the last revision belong to nobody who signed."""
    report = world.verify(signed + junk)
    assert report.verdict is Verdict.INVALID
    assert [m.kind for m in report.signatures[0].modifications] == ["trailing_data"]


def test_junk_with_a_tail_of_its_own_is_invalid(world: SignedWorld, signed: bytes) -> None:
    """Junk that repeats the end of the file is still junk."""
    tail = signed[signed.rindex(b"startxref") :]
    assert world.verify(signed + b"<html>\n" + tail).verdict is Verdict.INVALID


def test_blank_lines_at_the_end_are_harmless(world: SignedWorld, signed: bytes) -> None:
    """Line ends and NULs that transport appends are no change."""
    assert world.verify(signed + b"\r\n\n\x00\x00").verdict is Verdict.VALID


def test_second_signature_is_legitimate(world: SignedWorld, signed: bytes) -> None:
    """A further signature leaves the first one valid, covering its revision."""
    report = world.verify(world.sign(signed, world.plain_signer, name="Seal2"))
    first, second = report.signatures
    assert report.verdict is Verdict.VALID
    assert (first.coverage, second.coverage) == (Coverage.ENTIRE_REVISION, Coverage.ENTIRE_FILE)
    assert not first.modified_after_signing
    assert first.signed_revision_sha256 != second.signed_revision_sha256


def test_store_and_timestamps_are_legitimate(world: SignedWorld, signed: bytes) -> None:
    """A DSS and document timestamps are no modifications, even under DocMDP 1 (12.8.2.2)."""
    locked = world.sign(blank_pdf(), world.plain_signer, certify=MDPPerm.NO_CHANGES)
    for pdf in (signed, locked):
        report = world.verify(world.archive(world.long_term(pdf)))
        assert report.verdict is Verdict.VALID
        assert [m.kind for m in report.signatures[0].modifications] == ["archival_update"]


def test_certification_allows_only_what_it_says(world: SignedWorld) -> None:
    """A further signature in a field that was there keeps DocMDP 2, and breaks DocMDP 1."""
    form = update(blank_pdf(), lambda writer: append_signature_field(writer, SigFieldSpec("Seal2")))
    verdicts = {}
    for permission in (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS):
        certified = world.sign(form, world.plain_signer, certify=permission)
        report = world.verify(countersigned(world, certified))
        verdicts[report.signatures[0].docmdp] = report.verdict
    assert verdicts == {1: Verdict.INVALID, 2: Verdict.VALID}


def countersigned(world: SignedWorld, pdf: bytes) -> bytes:
    """Sign in the field ``Seal2`` by hand, as a signer would who heeds no permission."""
    unit = world.plain_signer
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    steps = PdfCMSEmbedder().write_cms("Seal2", writer)
    next(steps)
    steps.send(SigObjSetup(SignatureObject(subfilter=SigSeedSubFilter.PADES, bytes_reserved=8192)))
    prepared, out = steps.send(SigIOSetup(md_algorithm="sha256"))
    signer = SimpleSigner(unit.asn1, unit.asn1_key, certificate_store(authorities_of(unit)))
    steps.send(asyncio.run(signer.async_sign(prepared.document_digest, "sha256", use_pades=True)))
    return bytes(out.getvalue())


def test_copied_document_timestamp_is_invalid(world: SignedWorld) -> None:
    """VERIFICATION 4.18: a document timestamp that was made for other bytes is broken."""
    pdf, other = world.archival(blank_pdf()), world.archival(blank_pdf("Amount: 200"))
    report = world.verify(with_contents(pdf, contents_of(other, -1), -1))
    assert report.verdict is Verdict.INVALID
    assert report.signatures[1].sub_indication == "HASH_FAILURE"
    assert report.signatures[0].level == "B-LT"


def test_copied_signature_timestamp_is_broken(world: SignedWorld) -> None:
    """A token moved to another signature is an error, not merely unconfirmed."""
    pdf, other = (
        world.sign(blank_pdf(text), world.plain_signer, stamped=SIGNED) for text in ("100", "200")
    )
    mine, theirs = (cms.ContentInfo.load(contents_of(file, 0)) for file in (pdf, other))
    for info in (mine, theirs):
        _ = info["content"]["signer_infos"][0]["unsigned_attrs"].native
    moved = theirs["content"]["signer_infos"][0]["unsigned_attrs"]
    mine["content"]["signer_infos"][0]["unsigned_attrs"] = moved
    report = world.verify(with_contents(pdf, mine.dump(force=True), 0))
    (signature,) = report.signatures
    assert signature.intact
    assert "timestamp_broken" in {error.key for error in signature.errors}
    assert report.verdict is Verdict.UNCONFIRMED


def contents_of(pdf: bytes, number: int) -> bytes:
    """Return the decoded /Contents of a signature, in the order of the file."""
    return bytes.fromhex(_gaps(pdf)[number].group(1).decode())


def with_contents(pdf: bytes, contents: bytes, number: int) -> bytes:
    """Write other contents into the gap of a signature."""
    gap = _gaps(pdf)[number]
    digits = contents.rstrip(b"\0").hex().encode().ljust(len(gap.group(1)), b"0")
    return pdf[: gap.start(1)] + digits + pdf[gap.end(1) :]


def _gaps(pdf: bytes) -> list[re.Match[bytes]]:
    return list(re.finditer(rb"/Contents <([0-9a-fA-F]{2000,})>", pdf))
