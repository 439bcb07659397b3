"""The checklist of what a verifier gets right, one test for each item, by its number.

Items 24, 25 and 29 to 31 are of the press (tests/sealing); 26 and 27 are in test_seals too.
"""

import io
from datetime import timedelta

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from sealservice.verification.model import Report, Verdict
from tests.verification.attacks import content_attacks, form_attacks, store_attacks
from tests.verification.attacks.byte_games import FORGERIES, GAMES, filled, gap_of, wrapped
from tests.verification.attacks.contract import contract
from tests.verification.attacks.follow_ups import HARMLESS, fill
from tests.verification.attacks.hands import Attack, Writer
from tests.world_verification import (
    DEAD,
    SIGNED,
    SignedWorld,
    authorities_of,
    blank_pdf,
    certificate_store,
    store,
    update,
)

NOT_VALID = frozenset({Verdict.INVALID, Verdict.UNCONFIRMED, Verdict.UNREADABLE})
DAY = timedelta(days=1)


def keys(report: Report) -> set[str]:
    """Return the keys of all errors."""
    return {error.key for signature in report.signatures for error in signature.errors}


def container(pdf: bytes) -> cms.ContentInfo:
    """Return the CMS of the first signature."""
    start, end = gap_of(pdf)
    return cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode()))


def with_container(pdf: bytes, changed: cms.ContentInfo) -> bytes:
    """Put another CMS into the gap of the first signature."""
    return filled(changed.dump(force=True).hex().encode())(pdf)


@pytest.mark.parametrize("name", [name for name in FORGERIES if "range" in name])
def test_v01_byte_range(world: SignedWorld, signed: bytes, name: str) -> None:
    """Four integers from 0, around exactly /Contents, to the end of a revision."""
    assert world.verify(FORGERIES[name](signed)).verdict in NOT_VALID


@pytest.mark.parametrize("name", [name for name in GAMES if "gap" in name or "padding" in name])
def test_v02_contents(world: SignedWorld, signed: bytes, name: str) -> None:
    """Comments, spaces, other keys and payloads in the gap, each on our contract."""
    assert world.verify(GAMES[name](signed)).verdict in NOT_VALID


def test_v03_signature_wrapping(world: SignedWorld) -> None:
    """A signature moved over other bytes, whose digest holds, is no signature of the file."""
    pdf = wrapped(world.sign(blank_pdf(), world.plain_signer))
    report = world.verify(pdf)
    assert report.signatures[0].intact
    assert report.verdict is Verdict.INVALID


def test_v04_incremental_saving(world: SignedWorld, signed: bytes) -> None:
    """Hashes that match are not enough."""
    report = world.verify(update(signed, content_attacks.replace_content))
    assert report.signatures[0].intact
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize("oid", ["1.2.3.4", "1.2.840.113549.1.1.2"])
def test_v05_unknown_algorithms(world: SignedWorld, signed: bytes, oid: str) -> None:
    """A CMS that names an algorithm nobody knows neither raises nor passes."""
    changed = container(signed)
    signer = changed["content"]["signer_infos"][0]
    signer["signature_algorithm"] = cms.SignedDigestAlgorithm({"algorithm": oid})
    assert world.verify(with_container(signed, changed)).verdict in NOT_VALID


@pytest.mark.parametrize(
    "attack", [a for a in content_attacks.CONTENT_ATTACKS if "shadow" in a.__name__]
)
def test_v06_shadow_attacks(
    world: SignedWorld, certified: dict[MDPPerm, bytes], attack: Attack
) -> None:
    """Hide, replace, hide and replace: also where forms may be filled, unless that is all it is."""
    verdict = world.verify(update(certified[MDPPerm.FILL_FORMS], attack)).verdict
    is_filling = attack is content_attacks.shadow_replace_value
    assert verdict is (Verdict.VALID if is_filling else Verdict.INVALID)


@pytest.mark.parametrize("level", list(MDPPerm))
def test_v07_certification_attacks(
    world: SignedWorld, certified: dict[MDPPerm, bytes], level: MDPPerm
) -> None:
    """Neither a note nor a signature field may cover what was certified."""
    for attack in (form_attacks.redact_content, form_attacks.signature_field_over_content):
        assert world.verify(update(certified[level], attack)).verdict in NOT_VALID


def test_v08_pages_and_looks(world: SignedWorld, signed: bytes) -> None:
    """Pages added, removed or exchanged are told with the page and the region."""
    added = world.verify(update(signed, content_attacks.add_page)).signatures[0]
    assert [m.regions[0].page for m in added.modifications if m.kind == "page_count"] == [3]
    changed = world.verify(update(signed, content_attacks.append_content)).signatures[0]
    (region,) = next(m.regions for m in changed.modifications if m.kind == "content")
    left, bottom, right, top = region.rect
    assert (region.page, left < 225, right > 255, bottom < 705, top > 712) == (1, *[True] * 4)


def test_v09_permissions(world: SignedWorld, certified: dict[MDPPerm, bytes]) -> None:
    """DocMDP 1 allows nothing but a DSS and document timestamps; 2 lets forms be filled."""
    for level, pdf in certified.items():
        assert world.verify(world.archive(world.long_term(pdf))).verdict is Verdict.VALID
        is_allowed = level is not MDPPerm.NO_CHANGES
        verdict = world.verify(update(pdf, fill)).verdict
        assert verdict is (Verdict.VALID if is_allowed else Verdict.INVALID)


@pytest.mark.parametrize(
    ("lock", "verdict"),
    [
        (FieldMDPSpec(FieldMDPAction.ALL), Verdict.INVALID),
        (FieldMDPSpec(FieldMDPAction.INCLUDE, ["Remark"]), Verdict.INVALID),
        (FieldMDPSpec(FieldMDPAction.INCLUDE, ["Remar"]), Verdict.VALID),
        (FieldMDPSpec(FieldMDPAction.EXCLUDE, ["Remark"]), Verdict.VALID),
        (FieldMDPSpec(FieldMDPAction.EXCLUDE, ["Other"]), Verdict.INVALID),
    ],
)
def test_v10_field_locks(world: SignedWorld, lock: FieldMDPSpec, verdict: Verdict) -> None:
    """FieldMDP counts by exact names."""
    assert world.verify(update(locked(world, lock), fill)).verdict is verdict


def locked(world: SignedWorld, lock: FieldMDPSpec | None, digest: str = "sha256") -> bytes:
    """Certify the contract, forms to be filled, but for the fields of a lock."""
    unit = world.plain_signer
    details = signers.PdfSignatureMetadata(
        field_name="Seal1",
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm=digest,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    signer = signers.SimpleSigner(unit.asn1, unit.asn1_key, certificate_store(authorities_of(unit)))
    spec = fields.SigFieldSpec("Seal1", box=(72, 300, 172, 400), field_mdp_spec=lock)
    out = io.BytesIO()
    pdf = signers.PdfSigner(details, signer, new_field_spec=spec)
    pdf.sign_pdf(Writer(io.BytesIO(contract())), output=out)
    return out.getvalue()


@pytest.mark.parametrize(
    "attack",
    [form_attacks.second_field, form_attacks.same_name, form_attacks.exchange_signature],
)
def test_v11_spoofed_dictionaries(world: SignedWorld, signed: bytes, attack: Attack) -> None:
    """Fields pointed at an old dictionary, or a name given twice, are spoofs."""
    report = world.verify(update(signed, attack))
    assert report.verdict is Verdict.INVALID
    assert len(report.signatures) == 1


@pytest.mark.parametrize("attack", store_attacks.STORE_ATTACKS)
def test_v12_security_store(world: SignedWorld, stored: bytes, attack: Attack) -> None:
    """A DSS that is deleted, retyped or clobbered is a change; a VRI that is missing is none."""
    assert world.verify(stored).verdict is Verdict.VALID
    assert world.verify(update(stored, attack)).verdict is Verdict.INVALID


def test_v13_no_false_alarm(world: SignedWorld, stored: bytes) -> None:
    """All harmless updates one after the other leave an archived file valid."""
    pdf = stored
    for follow_up in HARMLESS:
        pdf = update(pdf, follow_up)
    assert world.verify(pdf).verdict is Verdict.VALID


def test_v14_loops(world: SignedWorld, signed: bytes) -> None:
    """Page trees and form trees that lead back to themselves end in a report."""

    def page_loop(writer: Writer) -> None:
        tree = writer.root["/Pages"]
        tree["/Kids"].append(writer.root.raw_get("/Pages"))
        writer.update_container(tree)

    def form_loop(writer: Writer) -> None:
        field = form_attacks.field_of(writer, "Remark")
        field["/Kids"] = generic.ArrayObject(
            [generic.IndirectObject(field.container_ref.idnum, 0, writer)]
        )
        writer.update_container(field)

    for loop in (page_loop, form_loop):
        assert world.verify(update(signed, loop)).verdict in NOT_VALID


def test_v15_one_signer_and_no_content(world: SignedWorld, signed: bytes) -> None:
    """Two SignerInfos, or content of its own, keep a detached signature from being valid."""
    twice, enveloping = container(signed), container(signed)
    infos = twice["content"]["signer_infos"]
    twice["content"]["signer_infos"] = cms.SignerInfos([infos[0], infos[0]])
    enveloping["content"]["encap_content_info"] = {"content_type": "data", "content": b"other"}
    for changed in (twice, enveloping):
        assert world.verify(with_container(signed, changed)).verdict in NOT_VALID


@pytest.mark.parametrize(
    ("digest", "verdict"),
    [("sha1", Verdict.UNCONFIRMED), ("sha384", Verdict.VALID), ("sha3_256", Verdict.VALID)],
)
def test_v16_digests(world: SignedWorld, digest: str, verdict: Verdict) -> None:
    """Any good digest is as good as another, and SHA-1 proves nothing today."""
    assert world.verify(locked(world, None, digest)).verdict is verdict


def test_v17_signing_certificate(world: SignedWorld, signed: bytes) -> None:
    """Without the signed attributes there is nothing that binds the certificate."""
    changed = container(signed)
    del changed["content"]["signer_infos"][0]["signed_attrs"]
    report = world.verify(with_container(signed, changed))
    assert report.verdict in NOT_VALID
    assert report.signatures[0].level == "none"


def test_v18_timestamps(world: SignedWorld) -> None:
    """A document timestamp that was there before the signature lifts no level."""
    pdf = world.sign(world.archive(blank_pdf()), world.plain_signer)
    signature = next(s for s in world.verify(pdf).signatures if s.kind == "signature")
    assert signature.level == "B-B"
    assert signature.best_signature_time is None


def test_v19_long_term_needs_every_status(world: SignedWorld) -> None:
    """Without the status of the timestamp's unit it is no LT, whatever is in the DSS."""
    stamped = world.sign(blank_pdf(), stamped=SIGNED)
    report = world.verify(world.long_term(stamped, [world.authority.crl()]))
    assert report.signatures[0].level == "B-B"


def test_v20_status_is_fresh(world: SignedWorld) -> None:
    """A list that was over before anybody signed says nothing."""
    old = world.lists(SIGNED - 60 * DAY)
    report = world.verify(world.long_term(world.sign(blank_pdf(), stamped=SIGNED), old))
    assert report.verdict is Verdict.UNCONFIRMED


def test_v21_revocation_and_proof(world: SignedWorld) -> None:
    """Revoked after the proven time is valid; without proof it is REVOKED_NO_POE."""
    later = {world.signer.certificate.serial_number: SIGNED + timedelta(seconds=30)}
    proven = world.long_term(world.sign(blank_pdf(), stamped=SIGNED), world.lists(revoked=later))
    assert world.verify(proven).verdict is Verdict.VALID
    unproven = world.long_term(world.sign(blank_pdf()), world.lists(revoked=later))
    assert world.verify(unproven).signatures[0].sub_indication == "REVOKED_NO_POE"


def test_v22_expiry_and_timestamp(world: SignedWorld) -> None:
    """An expired certificate passes by a good timestamp, and not by a broken one."""
    pdf = world.long_term(world.sign(blank_pdf(), stamped=SIGNED))
    assert world.verify(pdf, DEAD + DAY).verdict is Verdict.VALID
    changed = container(pdf)
    token = changed["content"]["signer_infos"][0]["unsigned_attrs"][0]["values"][0]
    token["content"]["signer_infos"][0]["signature"] = b"\1" * 256
    assert world.verify(with_container(pdf, changed), DEAD + DAY).verdict in NOT_VALID


def test_v23_orphans_in_the_store(world: SignedWorld, signed: bytes) -> None:
    """Certificates of strangers and lists that are none are ignored."""
    stranger = SignedWorld().root.der
    assert world.verify(store(signed, [stranger], [b"no list", b""])).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        (b"/adbe.pkcs7.detached", "adbe.pkcs7.detached"),
        (b"/GM.PKCS7.detached  ", "GM.PKCS7.detached"),
        (b"/GBT.38540          ", "GBT.38540"),
    ],
)
def test_v28_other_formats(world: SignedWorld, signed: bytes, name: bytes, format_: str) -> None:
    """Formats that are not PAdES are named, and never called PAdES."""
    report = world.verify(signed.replace(b"/ETSI.CAdES.detached", name, 1))
    (signature,) = report.signatures
    assert (signature.format, signature.level) == (format_, "none")
    assert report.verdict in NOT_VALID
