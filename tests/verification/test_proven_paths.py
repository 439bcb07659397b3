"""What was found of a path counts again for exactly the same question, and for no other."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sealservice.verification import judgement, proven_paths, timestamps
from sealservice.verification.anchors import TrustAnchors
from sealservice.verification.model import Report, Verdict
from tests.world_verification import DEAD, LONG_AFTER, NOW, SIGNED, SignedWorld, blank_pdf


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Begin with nothing known, and note down each time that pyHanko is asked."""
    asked: list[str] = []
    for module, name in (
        (judgement, "ades_basic_validation"),
        (timestamps, "ades_timestamp_validation"),
    ):
        theirs = getattr(module, name)

        def noted(
            *given: object, how: object = theirs, named: str = name, **more: object
        ) -> object:
            asked.append(named)
            return how(*given, **more)  # type: ignore[operator]

        monkeypatch.setattr(module, name, noted)
    proven_paths.forget()
    yield asked
    proven_paths.forget()


@pytest.fixture(scope="module")
def archival(world: SignedWorld) -> bytes:
    """Return a file at B-LTA."""
    return world.archival(blank_pdf())


def told(report: Report) -> tuple[object, ...]:
    """Return all that was found out."""
    return report.verdict, report.signatures, report.errors


def test_one_authority_is_judged_once(
    world: SignedWorld, archival: bytes, calls: list[str]
) -> None:
    """Both tokens of a file are by one unit, whose path is validated once; again, not at all."""
    first = told(world.verify(archival))
    assert sorted(calls) == ["ades_basic_validation", "ades_timestamp_validation"]
    assert told(world.verify(archival)) == first
    assert len(calls) == 2


def test_another_question_is_asked_again(
    world: SignedWorld, archival: bytes, calls: list[str]
) -> None:
    """Another moment, other anchors or other material: nothing that is known counts."""
    assert world.verify(archival).verdict is Verdict.VALID
    asked = len(calls)
    stranger = SignedWorld()
    assert world.verify(archival, anchors=stranger.anchors).verdict is Verdict.UNCONFIRMED
    assert world.verify(archival, anchors=TrustAnchors("none")).verdict is Verdict.UNCONFIRMED
    assert len(calls) > asked
    asked = len(calls)
    world.verify(archival, LONG_AFTER)
    assert len(calls) > asked
    stamped = world.sign(blank_pdf(), stamped=SIGNED)
    revoked = world.lists(revoked={world.signer.certificate.serial_number: SIGNED - timedelta(1)})
    for lists, verdict in ((world.lists(), Verdict.VALID), (revoked, Verdict.INVALID)):
        assert world.verify(world.long_term(stamped, lists)).verdict is verdict


def test_expiry_is_seen_after_a_pass(world: SignedWorld) -> None:
    """A path that was good yesterday is not good the day after its end."""
    pdf = world.sign(blank_pdf(), world.plain_signer)
    day = timedelta(days=1)
    verdicts = [world.verify(pdf, at).verdict for at in (NOW, DEAD - day, DEAD + day, NOW)]
    known = [Verdict.VALID, Verdict.VALID, Verdict.UNCONFIRMED, Verdict.VALID]
    assert verdicts == known


def test_broken_signatures_get_nothing_from_it(world: SignedWorld, archival: bytes) -> None:
    """A signature that does not hold is broken, however good its certificate's path is."""
    assert world.verify(archival).verdict is Verdict.VALID
    changed = archival.replace(b"Amount: 100", b"Amount: 900")
    assert world.verify(changed).verdict is Verdict.INVALID
    other = world.archival(blank_pdf("Amount: 200"))
    first, second = (part.index(b"/Contents <") for part in (archival, other))
    size = 4_000
    swapped = archival[: first + 11] + other[second + 11 : second + 11 + size]
    assert world.verify(swapped + archival[first + 11 + size :]).verdict is Verdict.INVALID
