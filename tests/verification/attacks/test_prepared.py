"""What lies ready in a file is told of, before anybody swaps it in; what is usual is not."""

import io
import re

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from sealservice.verification.model import Report, Verdict
from tests.verification.attacks.contract import contract
from tests.verification.attacks.hands import field_of
from tests.world_verification import SignedWorld

SPARE = b"\n%d 0 obj\n<</Type/Page/Contents 9 0 R>>\nendobj\n"


def warned(report: Report) -> set[str]:
    """Return the keys of all warnings."""
    return {warning.key for one in report.signatures for warning in one.warnings}


def with_spare(pdf: bytes, spare: bytes) -> bytes:
    """Return a file with an object that nobody points at, in front of its cross references."""
    start = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    moved = pdf[:start] + spare + pdf[start:]
    return moved.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + len(spare)))


@pytest.mark.security
def test_v06_a_spare_object_is_told_of(world: SignedWorld) -> None:
    """V06: an object with the number of another one lies ready in what is signed."""
    pdf = world.sign(with_spare(contract(), SPARE % 4), world.plain_signer)
    report = world.verify(pdf)
    assert report.verdict is Verdict.VALID
    assert "objects_prepared" in warned(report)


@pytest.mark.security
def test_v06_a_second_catalog_is_told_of(world: SignedWorld) -> None:
    """V06: a catalog that no trailer names could be named by the next one."""
    writer = Writer(io.BytesIO(contract()))
    other = {"Type": "Catalog", "Pages": writer.root.raw_get("/Pages")}
    writer.add_object(generic.DictionaryObject({
        pdf_name(f"/{key}"): pdf_name(f"/{value}") if isinstance(value, str) else value
        for key, value in other.items()
    }))  # fmt: skip
    prepared = io.BytesIO()
    writer.write(prepared)
    report = world.verify(world.sign(prepared.getvalue(), world.plain_signer))
    assert "objects_prepared" in warned(report)


@pytest.mark.security
def test_v06_an_object_under_another_number_is_told_of(world: SignedWorld) -> None:
    """V06: an object that is listed by another number than its own waits for a later list."""
    whole = contract()
    place = re.search(rb"\n(\d+) 0 obj\s*<<[^>]*/BaseFont", whole)
    assert place is not None
    other = b"%0*d" % (len(place.group(1)), 99)
    pdf = whole[: place.start(1)] + other[-len(place.group(1)) :] + whole[place.end(1) :]
    assert "objects_prepared" in warned(world.verify(world.sign(pdf, world.plain_signer)))


def test_what_is_usual_is_not_told_of(world: SignedWorld, stored: bytes) -> None:
    """Revisions, stores, and a PDF that is attached as it is, hold nothing ready."""
    writer = Writer(io.BytesIO(contract()))
    writer.add_object(generic.StreamObject(stream_data=contract()))
    attached = io.BytesIO()
    writer.write(attached)
    for pdf in (stored, world.sign(attached.getvalue(), world.plain_signer)):
        report = world.verify(pdf)
        assert report.verdict is Verdict.VALID
        assert warned(report) & {"objects_prepared", "unsigned_picture"} == set()


@pytest.mark.security
def test_v26_a_field_that_only_looks_signed_is_told_of(world: SignedWorld, signed: bytes) -> None:
    """V26: an unsigned field with the look of a seal on blank paper does not pass silently."""
    writer = Writer(io.BytesIO(signed))
    append_signature_field(writer, SigFieldSpec("Seal9", on_page=0, box=(20, 20, 90, 90)))
    field = field_of(writer, "Seal9")
    drawn = RawContent(b"1 0 0 rg 0 0 70 70 re f", box=BoxConstraints(70, 70)).as_form_xobject()
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(drawn)})
    writer.update_container(field)
    added = io.BytesIO()
    writer.write(added)
    report = world.verify(added.getvalue())
    assert report.verdict is Verdict.VALID
    assert "unsigned_picture" in warned(report)
