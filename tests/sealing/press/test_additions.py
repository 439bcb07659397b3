"""DSS and document timestamp of both presses are the same, as others see them."""

import io
from functools import cache

import pikepdf
import pytest
from asn1crypto import ocsp

from sealservice.limits import Limits
from sealservice.sealing.model import Die, Prepared, RevocationMaterial
from sealservice.sealing.press.additions import FastAdditions
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoAdditions
from sealservice.trust.crl import PublishedLists
from tests.sealing.press.alike import differences, pictures
from tests.sealing.press.conftest import MOMENT, placed
from tests.sealing.press.shapes import SHAPES
from tests.sealing.press.test_declined import BAD
from tests.world_trust import performed
from tests.world_verification import InProcess

REFERENCE = PyHankoAdditions(InProcess(), Limits())
FAST = FastAdditions(REFERENCE, Limits())


@cache
def material() -> RevocationMaterial:
    """Return certificates, a CRL and an OCSP answer; what they say plays no part here."""
    trust = performed()
    held = tuple(trust.unit(name).der for name in ("root", "tsa"))
    answer = ocsp.OCSPResponse({"response_status": "try_later"}).dump()
    return RevocationMaterial(held, (answer,), PublishedLists(trust.crls()).crls())


def _as_prepared(tail: bytes) -> Prepared:
    return Prepared(tail, (0, 0, 0, 0), "", MOMENT)


@pytest.mark.parametrize("shape", list(SHAPES))
def test_timestamps(shape: str, die: Die, fast: FastPreparation) -> None:
    """On every shape of document, signed or not; nothing shows that did not."""
    source = SHAPES[shape]()
    (sealed,) = fast.prepare_here(source, (placed(die),), MOMENT)
    for pdf in (source, source + sealed.revision.tail):
        ours, theirs = FAST.timestamp_here(pdf, MOMENT), REFERENCE.timestamp(pdf, MOMENT)
        assert differences(pdf, pdf, ours, theirs) == []
        assert ours.claimed_time == theirs.claimed_time
    assert pictures(pdf + ours.tail, 0) == pictures(pdf, 0)


@pytest.mark.parametrize("shape", list(SHAPES))
def test_status(shape: str) -> None:
    """The DSS is the same, once and again; what it holds already is not added."""
    pdf, whole = SHAPES[shape](), material()
    part = RevocationMaterial(whole.certificates[:1], (), whole.crls[:1])
    for added in (part, whole):
        ours, theirs = FAST.status_here(pdf, added), REFERENCE.status(pdf, added)
        assert differences(pdf, pdf, _as_prepared(ours), _as_prepared(theirs)) == []
        pdf += ours
    assert FAST.status_here(pdf, whole) == b""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        held = [stream.read_bytes() for stream in document.Root.DSS.Certs]
    assert held == list(whole.certificates)


@pytest.mark.parametrize("what", ["/Prev in a circle", "hybrid", "XFA", "circular page tree"])
def test_bad_input_is_declined(what: str) -> None:
    """What the preparation does not understand, the additions do not either."""
    reason, source = BAD[what]
    with pytest.raises(Declined) as declined:
        FAST.timestamp_here(source(), MOMENT)
    assert declined.value.reason is reason


@pytest.mark.parametrize("key", ["/Certs", "/OCSPs"])
def test_a_store_that_is_none_is_declined(key: str) -> None:
    """A DSS with something else than streams, or one of them twice, is left alone."""
    with pikepdf.new() as document:
        document.add_blank_page()
        stream = document.make_stream(b"x")
        for held, reason in (([1], Reason.KIND), ([stream, stream], Reason.DUPLICATE)):
            document.Root.DSS = pikepdf.Dictionary({key: pikepdf.Array(held)})
            output = io.BytesIO()
            document.save(output)
            with pytest.raises(Declined, match=reason):
                FAST.status_here(output.getvalue(), material())


def test_the_others_are_asked() -> None:
    """For what is declined, with the reason told."""
    told: list[Reason] = []
    additions = FastAdditions(REFERENCE, Limits(), told.append)
    source = SHAPES["old"]()
    with pikepdf.open(io.BytesIO(source)) as document:
        output = io.BytesIO()
        document.save(output)
    mended = output.getvalue() + b"\n"
    assert additions.status(mended, material())
    assert additions.timestamp(mended, MOMENT).field == "Timestamp1"
    assert told == [Reason.END, Reason.END]
