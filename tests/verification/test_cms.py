"""The structure of the CMS, each rule on a real signature with one thing changed."""

from collections.abc import Callable

import pytest
from asn1crypto import cms

from sealservice.verification.cms import CmsFacts, inspect_cms
from tests.verification.test_changes import contents_of
from tests.world_verification import SignedWorld, blank_pdf


@pytest.fixture(scope="module")
def contents(world: SignedWorld) -> bytes:
    """Return the /Contents of a sound signature."""
    return contents_of(world.sign(blank_pdf(), world.plain_signer), 0)


def inspected(contents: bytes, change: Callable[[cms.SignedData], None] | None = None) -> CmsFacts:
    """Inspect a CMS after a change."""
    info = cms.ContentInfo.load(contents)
    if change is not None:
        _ = info.native  # parses it all, so that dumping sees the changes
        change(info["content"])
        info = cms.ContentInfo.load(info.dump(force=True))
    return inspect_cms(contents, info["content"], detached=True)


def attributes(signed_data: cms.SignedData) -> list[cms.CMSAttribute]:
    """Return the signed attributes."""
    return list(signed_data["signer_infos"][0]["signed_attrs"])


def with_attributes(signed_data: cms.SignedData, kept: list[cms.CMSAttribute]) -> None:
    """Exchange the signed attributes."""
    signed_data["signer_infos"][0]["signed_attrs"] = cms.CMSAttributes(kept)


def without(name: str) -> Callable[[cms.SignedData], None]:
    """Return a change that drops an attribute."""
    return lambda data: with_attributes(
        data, [a for a in attributes(data) if a["type"].native != name]
    )


def doubled(name: str) -> Callable[[cms.SignedData], None]:
    """Return a change that repeats an attribute."""
    return lambda data: with_attributes(
        data, [*attributes(data), *(a for a in attributes(data) if a["type"].native == name)]
    )


def with_content(signed_data: cms.SignedData) -> None:
    """Put content into the CMS."""
    signed_data["encap_content_info"] = {"content_type": "data", "content": b"hidden"}


def with_second_signer(signed_data: cms.SignedData) -> None:
    """Add a copy of the signer."""
    signer = signed_data["signer_infos"][0]
    signed_data["signer_infos"] = cms.SignerInfos([signer, signer.copy()])


def test_sound_structure_has_no_findings(contents: bytes) -> None:
    """A PAdES signature of ours is a baseline structure."""
    facts = inspected(contents)
    assert facts == CmsFacts((), (), ())
    assert facts.is_baseline


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (with_content, "content_encapsulated"),
        (with_second_signer, "signer_infos_not_one"),
        (without("message_digest"), "signed_attributes_wrong"),
        (doubled("message_digest"), "signed_attributes_wrong"),
        (doubled("content_type"), "signed_attributes_wrong"),
        (lambda data: with_attributes(data, []), "signed_attributes_missing"),
    ],
)
def test_structural_errors_are_named(
    contents: bytes, change: Callable[[cms.SignedData], None], error: str
) -> None:
    """VERIFICATION 4.15: each keeps the signature from passing."""
    facts = inspected(contents, change)
    assert error in facts.errors
    assert not facts.is_baseline


@pytest.mark.parametrize("change", [without, doubled])
def test_signing_certificate_is_bound_once(
    contents: bytes, change: Callable[[str], Callable[[cms.SignedData], None]]
) -> None:
    """VERIFICATION 4.17: without exactly one binding it is no baseline signature."""
    facts = inspected(contents, change("signing_certificate_v2"))
    assert "signing_certificate_missing" in facts.warnings
    assert not facts.is_baseline


def test_padding_is_inspected(contents: bytes) -> None:
    """VERIFICATION 4.2: anything but zeros behind the CMS is mentioned."""
    assert inspected(contents[:-1] + b"\x01").errors == ("padding_not_zero",)
