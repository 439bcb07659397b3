"""Sealed documents, judged by programs that did not make them."""

import dataclasses
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms, tsp, x509
from cryptography.hazmat.primitives import serialization

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import utc_now
from sealservice.kernel.digests import sha256_hex
from sealservice.limits import Limits
from sealservice.sealing.cms import filled
from sealservice.sealing.errors import (
    BytesChanged,
    CertificateRevoked,
    SignatureTooLarge,
    TimestampUnavailable,
)
from sealservice.sealing.model import (
    CoordinatePlacement,
    Level,
    Prepared,
    Waiting,
)
from sealservice.trust.model import RevocationReason
from tests import oracles
from tests.sealing.pages import reshaped, saved, typeset
from tests.sealing.presses import PRESSES, pressed_by
from tests.world_press import PressWorld, press_world


@pytest.fixture(scope="module", params=["fast", "pyhanko", "fast, RSA"])
def each_world(
    request: pytest.FixtureRequest, sandbox: ForkedSandbox, world: PressWorld
) -> Iterator[PressWorld]:
    """Give each press with a P-256 seal, then one with RSA-3072."""
    if request.param in PRESSES:
        yield pressed_by(world, request.param)
        return
    with press_world("demonstration-rsa", sandbox) as other:
        yield pressed_by(other, "fast")


def root_file(world: PressWorld, folder: Path) -> Path:
    """Write the trusted root for openssl."""
    path = folder / "root.pem"
    certificate = world.trust.unit("root").x509
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("level", list(Level))
def test_every_level_is_accepted(each_world: PressWorld, level: Level, tmp_path: Path) -> None:
    """At each level and with each kind of key: openssl, poppler and qpdf accept; PDF/A stays."""
    source = typeset()
    pdf = each_world.seal(source, level)
    path = tmp_path / "sealed.pdf"
    path.write_bytes(pdf)
    judged = oracles.openssl_accepts(pdf, root_file(each_world, tmp_path), tmp_path)
    assert judged == {Level.B_B: 1, Level.B_T: 2, Level.B_LT: 2, Level.B_LTA: 3}[level]
    assert oracles.pdfsig_says(path)[0] == "Signature is Valid."
    oracles.qpdf_is_content(path)
    assert oracles.pdf_a_failures(pdf) == set()
    assert pdf.startswith(source + b"\n")


@pytest.mark.parametrize(
    ("level", "stamped", "with_status", "document_timestamps"),
    [
        (Level.B_B, False, False, 0),
        (Level.B_T, True, False, 0),
        (Level.B_LT, True, True, 0),
        (Level.B_LTA, True, True, 1),
    ],
)
def test_level_is_exactly_the_one_asked_for(
    world: PressWorld,
    level: Level,
    stamped: bool,  # noqa: FBT001 - a column of the table
    with_status: bool,  # noqa: FBT001 - likewise
    document_timestamps: int,
) -> None:
    """Each level has its parts and none of the next one's."""
    pdf = world.seal(typeset(), level)
    signature, *timestamps = oracles.cut_out(pdf)
    signer = signature.signed_data["signer_infos"][0]
    assert bool(signer["unsigned_attrs"]) == stamped
    assert [cut.is_timestamp for cut in timestamps] == [True] * document_timestamps
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert ("/DSS" in document.Root) == with_status
        assert "/VRI" not in document.Root.get("/DSS", {})


def test_signature_is_pades(world: PressWorld) -> None:
    """The CMS is what EN 319 142-1 wants: detached, three signed attributes, no root."""
    signed = oracles.cut_out(world.seal(typeset()))[0].signed_data
    assert signed["encap_content_info"]["content"].native is None
    (signer,) = signed["signer_infos"]
    kinds = sorted(attribute["type"].native for attribute in signer["signed_attrs"])
    assert kinds == ["content_type", "message_digest", "signing_certificate_v2"]
    subjects = [held.chosen.dump() for held in signed["certificates"]]
    assert sorted(subjects) == sorted([world.die.certificate, world.die.chain[0]])


def test_signature_dictionary(each_press: PressWorld) -> None:
    """The dictionary names the PAdES sub-filter and the claimed time, and no reason."""
    (made,) = each_press.prepare(typeset())
    prepared, box = made.revision, made.impressions[0].box
    with pikepdf.open(io.BytesIO(typeset() + prepared.tail)) as document:
        (field,) = document.Root.AcroForm.Fields
        assert str(field.T) == prepared.field == "Seal1"
        assert field.V.SubFilter == "/ETSI.CAdES.detached"
        assert str(field.V.M).startswith(prepared.claimed_time.strftime("D:%Y%m%d%H%M%S"))
        assert "/Reason" not in field.V
        assert document.Root.AcroForm.SigFlags == 3
        assert [float(number) for number in field.Rect] == pytest.approx(
            [box.left, box.bottom, box.right, box.top]
        )
        assert int(field.F) & 0b100
        assert field.objgen in [annotation.objgen for annotation in document.pages[0].Annots]


def test_long_term_validation_needs_nothing_else(each_world: PressWorld) -> None:
    """PyHanko's AdES algorithm passes a B-LTA document from what it holds and the root."""
    pdf = each_world.seal(typeset(), Level.B_LTA)
    result = oracles.long_term_verdict(pdf, "Seal1", each_world.root)
    assert result.ades_subindic.name == "OK"
    assert result.api_status.bottom_line


def test_seal_status_is_not_older_than_its_timestamp(world: PressWorld) -> None:
    """The OCSP answer about the seal was given at or after the signature timestamp."""
    pdf = world.seal(typeset(), Level.B_LT)
    token = oracles.cut_out(pdf)[0].signed_data["signer_infos"][0]["unsigned_attrs"][0]
    info: tsp.TSTInfo = token["values"][0]["content"]["encap_content_info"]["content"].parsed
    with pikepdf.open(io.BytesIO(pdf)) as document:
        answers = [stream.read_bytes() for stream in document.Root.DSS.OCSPs]
        assert len(document.Root.DSS.Certs) >= 7
    about = {
        answer["cert_id"]["serial_number"].native: answer["this_update"].native
        for answer in map(_single, answers)
    }
    assert len(about) == 2
    serial = x509.Certificate.load(world.die.certificate).serial_number
    assert about[serial] >= info["gen_time"].native


def test_every_seal_has_a_status_of_its_own_time(world: PressWorld) -> None:
    """However fast seals follow one another, none rests on a status from before its timestamp."""
    pdf = typeset()
    for number in range(3):
        pdf = world.seal(pdf, Level.B_LTA, CoordinatePlacement("1", 30 + 41 * number, 30))
    serial = x509.Certificate.load(world.die.certificate).serial_number
    with pikepdf.open(io.BytesIO(pdf)) as document:
        answers = [_single(stream.read_bytes()) for stream in document.Root.DSS.OCSPs]
    latest = max(
        answer["this_update"].native
        for answer in answers
        if answer["cert_id"]["serial_number"].native == serial
    )
    signers = [cut.signed_data["signer_infos"][0] for cut in oracles.cut_out(pdf)]
    stamped = [signer for signer in signers if signer["unsigned_attrs"].native]
    assert len(stamped) == 3
    for signer in stamped:
        token = signer["unsigned_attrs"][0]["values"][0]
        info: tsp.TSTInfo = token["content"]["encap_content_info"]["content"].parsed
        assert latest >= info["gen_time"].native


def _single(answer: bytes) -> tsp.Sequence:
    from asn1crypto import ocsp  # noqa: PLC0415 - one use

    return ocsp.OCSPResponse.load(answer).response_data["responses"][0]


@pytest.mark.parametrize("streams", [False, True], ids=["table", "stream"])
def test_seals_one_after_the_other(
    each_press: PressWorld, tmp_path: Path, *, streams: bool
) -> None:
    """Three seals at rising levels: all hold, each revision is a prefix of the next."""
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        pdf = saved(document, streams=streams)
    for number, level in enumerate((Level.B_B, Level.B_LTA, Level.B_LT)):
        sealed = each_press.seal(pdf, level, CoordinatePlacement("1", 25 + 50 * number, 30))
        assert sealed.startswith(pdf)
        pdf = sealed
    path = tmp_path / "sealed.pdf"
    path.write_bytes(pdf)
    oracles.qpdf_is_content(path)
    oracles.openssl_accepts(pdf, root_file(each_press, tmp_path), tmp_path)
    assert oracles.pdfsig_says(path).count("Signature is Valid.") == 3
    with pikepdf.open(path) as document:
        names = [str(field.T) for field in document.Root.AcroForm.Fields]
    assert names == ["Seal1", "Seal2", "Timestamp1", "Seal3"]
    for field in ("Seal1", "Seal2", "Seal3"):
        result = oracles.long_term_verdict(pdf, field, each_press.root)
        assert result.api_status.intact
        assert result.api_status.valid
        assert result.api_status.docmdp_ok


def test_form_fields_are_kept(each_press: PressWorld) -> None:
    """A field that bears our name is left alone, and ours takes the next number."""
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="Seal1", V="x")
        form = pikepdf.Dictionary(Fields=[document.make_indirect(field)], NeedAppearances=True)
        document.Root.AcroForm = form
        source = saved(document)
    (made,) = each_press.prepare(source)
    prepared = made.revision
    assert prepared.field == "Seal2"
    with pikepdf.open(io.BytesIO(source + prepared.tail)) as document:
        assert str(document.Root.AcroForm.Fields[0].V) == "x"
        assert "/NeedAppearances" not in document.Root.AcroForm


def test_every_field_has_an_appearance(each_press: PressWorld) -> None:
    """ISO 19005-1 6.9: also the document timestamp, which shows nothing."""
    sealed = each_press.seal(typeset(standard="a-1b"), Level.B_LTA)
    with pikepdf.open(io.BytesIO(sealed)) as document:
        drawn = {str(field.T): field.AP.N for field in document.Root.AcroForm.Fields}
    assert drawn.keys() == {"Seal1", "Timestamp1"}
    assert [form.Subtype for form in drawn.values()] == ["/Form", "/Form"]


def test_archivable_document_without_rgb(each_press: PressWorld) -> None:
    """In PDF/A whose output intent is not RGB the seal's red still has a defined meaning."""
    with pikepdf.open(io.BytesIO(typeset())) as document:
        del document.Root.OutputIntents
        source = saved(document)
    sealed = each_press.seal(source)
    assert oracles.pdf_a_failures(source) == oracles.pdf_a_failures(sealed) == set()
    with pikepdf.open(io.BytesIO(sealed)) as document:
        drawing = document.Root.AcroForm.Fields[0].AP.N
        assert drawing.Resources.ColorSpace.DefaultRGB[0] == "/CalRGB"


def test_turned_page_is_sealed(each_press: PressWorld, tmp_path: Path) -> None:
    """Rotation and odd boxes do not disturb the signature."""
    source = reshaped(rotate=90, shift=(-300, -200))
    path = tmp_path / "sealed.pdf"
    path.write_bytes(each_press.seal(source))
    assert oracles.pdfsig_says(path) == ["Signature is Valid."]
    oracles.qpdf_is_content(path)


def test_only_contents_are_filled(each_press: PressWorld) -> None:
    """Between approval and release only the hexadecimal digits of /Contents change."""
    source = typeset()
    (prepared,) = each_press.prepare(source)
    pdf = each_press.sign(source, (prepared,))
    _, start, end, _ = prepared.revision.byte_range
    waiting = source + prepared.revision.tail
    assert (pdf[: start + 1], pdf[end - 1 :]) == (waiting[: start + 1], waiting[end - 1 :])
    assert set(waiting[start + 1 : end - 1]) == {ord("0")}


def test_same_approval_signs_the_same(world: PressWorld) -> None:
    """Signing again under the same approval gives the same signature, so one seal exists."""
    source = typeset()
    prepared = world.prepare(source)
    approved = world.approve(source, prepared)
    waiting = Waiting(source, (), prepared[0].revision)
    assert world.key.sign(approved, waiting) == world.key.sign(approved, waiting)


def test_changed_bytes_are_not_signed(each_press: PressWorld) -> None:
    """Another source, tail, field or ByteRange than the approved one is refused."""
    source = typeset()
    made = each_press.prepare(source)
    approved, prepared = each_press.approve(source, made), made[0].revision
    _, start, end, rest = prepared.byte_range
    flipped = bytes([prepared.tail[20] ^ 1])
    changed = [
        dataclasses.replace(prepared, tail=prepared.tail[:20] + flipped + prepared.tail[21:]),
        dataclasses.replace(prepared, field="Seal9"),
        dataclasses.replace(prepared, byte_range=(0, start - 2, end, rest)),
        dataclasses.replace(prepared, byte_range=(0, start, end, rest - 1)),
    ]
    for other in changed:
        with pytest.raises(BytesChanged):
            each_press.key.sign(approved, Waiting(source, (), other))
    with pytest.raises(BytesChanged):
        each_press.key.sign(approved, Waiting(source[:-1] + b"G", (), prepared))


def test_a_later_signature_is_over_the_approved_bytes_of_earlier_ones(
    each_press: PressWorld,
) -> None:
    """Only the digits of an earlier /Contents are free; order, tails and number are approved."""
    source = typeset()
    places = (CoordinatePlacement("1", 30, 30), CoordinatePlacement("1", 100, 30))
    source = each_press.seal(source)
    made = each_press.prepare(source, *places)
    approved, (first, second) = each_press.approve(source, made), [one.revision for one in made]
    assert each_press.key.sign(approved, Waiting(source, ((first, b"\x30\x00"),), second))
    flipped = bytes([first.tail[20] ^ 1])
    other = dataclasses.replace(first, tail=first.tail[:20] + flipped + first.tail[21:])
    for waiting in (
        Waiting(source, (), second),
        Waiting(source, ((second, b"\x30\x00"),), first),
        Waiting(source, ((other, b"\x30\x00"),), second),
        Waiting(source, ((first, b"\x30\x00"), (second, b"\x30\x00")), second),
    ):
        with pytest.raises(BytesChanged):
            each_press.key.sign(approved, waiting)


def test_another_seal_is_not_used(world: PressWorld) -> None:
    """An approval of one certificate does not open the key of another."""
    source = typeset()
    prepared = world.prepare(source)
    approved = world.approve(source, prepared)
    other = world.trust.seal_certificate()
    stranger = dataclasses.replace(world.key, certificate=other.der)
    with pytest.raises(BytesChanged):
        stranger.sign(approved, Waiting(source, (), prepared[0].revision))


def test_container_over_the_reserve_is_refused() -> None:
    """A container that does not fit is never cut off."""
    tail = b"\n<" + b"0" * 8 + b">\n"
    prepared = Prepared(tail, (0, 4, 14, 1), "Seal1", utc_now())
    assert filled(b"%PD", prepared, b"\x01\x02\x03") == b"%PD\n<01020300>\n"
    with pytest.raises(SignatureTooLarge):
        filled(b"%PD", prepared, b"12345")


def test_reserve_counts_for_timestamps(world: PressWorld) -> None:
    """A signature that no longer fits with its timestamp releases nothing."""
    limits = dataclasses.replace(Limits(), signature_bytes=2_400)
    narrow = world.limited(limits)
    assert oracles.cut_out(narrow.seal(typeset(), Level.B_B))
    with pytest.raises(TimestampUnavailable):
        narrow.seal(typeset(), Level.B_T)


def test_no_level_without_its_services(world: PressWorld) -> None:
    """Without a time-stamping authority only B-B can be had; the others fail, loudly."""

    class Silent:
        def stamp(self, message_digest: bytes) -> None:
            raise TimestampUnavailable(url="x", reason_zh=message_digest.hex(), reason_en="x")

    press = dataclasses.replace(world.press, timestamps=Silent())
    silent = dataclasses.replace(world, press=press)
    for level in (Level.B_T, Level.B_LT, Level.B_LTA):
        with pytest.raises(TimestampUnavailable):
            silent.seal(typeset(), level)
    assert silent.seal(typeset(), Level.B_B)


def test_revoked_seal_is_not_released(sandbox: ForkedSandbox) -> None:
    """Whoever revokes the certificate before its status is asked for stops the document."""
    with press_world("demonstration", sandbox) as world:
        certificate = world.trust.certificates.by_sha256(sha256_hex(world.die.certificate))
        assert certificate is not None
        world.trust.revoke(certificate, RevocationReason.KEY_COMPROMISE)
        with pytest.raises(CertificateRevoked):
            world.seal(typeset(), Level.B_LT)


def test_timestamp_is_over_the_signature(world: PressWorld) -> None:
    """The signature timestamp's imprint is the digest of the signature value."""
    signer = oracles.cut_out(world.seal(typeset(), Level.B_T))[0].signed_data["signer_infos"][0]
    token: cms.ContentInfo = signer["unsigned_attrs"][0]["values"][0]
    info = token["content"]["encap_content_info"]["content"].parsed
    digest = hashlib.sha256(signer["signature"].native).digest()
    assert info["message_imprint"]["hashed_message"].native == digest
