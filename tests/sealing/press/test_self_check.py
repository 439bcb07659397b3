"""The signer's look at what it made: it accepts what holds, and nothing else."""

import re
from dataclasses import replace

import pytest

from sealservice.limits import Limits
from sealservice.sealing.errors import OutputInvalid
from sealservice.sealing.fed import Fed
from sealservice.sealing.model import CoordinatePlacement, Level, Prepared, Waiting
from sealservice.sealing.press.self_check import check
from sealservice.sealing.tails import assembled
from sealservice.trust.model import KeyAlgorithm
from tests.sealing.pages import prepared_form, typeset
from tests.world_press import PressWorld


def signed(world: PressWorld, level: Level = Level.B_B) -> tuple[Waiting, bytes]:
    """Return a document that waits for its signature, and that signature."""
    source = typeset()
    made = world.prepare(source, CoordinatePlacement("1", 30, 30))
    approved, waiting = world.approve(source, made), Waiting(source, (), made[0].revision)
    container = world.press.enclose(world.die, world.key.sign(approved, waiting), level)
    return waiting, container.der


def test_what_holds_is_accepted(each_press: PressWorld) -> None:
    """Of both presses, with a timestamp, behind an earlier signature of the order, as written."""
    world, limits = each_press, Limits()
    waiting, container = signed(world, Level.B_T)
    fed = Fed.of_chunks([waiting.source[:100], waiting.source[100:]])
    tail = check(fed, waiting, container, world.die, limits)
    whole = assembled(waiting.source, (waiting.prepared,), (container,))
    assert waiting.source + tail == whole
    source = prepared_form()
    source = world.seal(source, Level.B_B, CoordinatePlacement("1", 30, 150))
    places = (CoordinatePlacement("1", 75, 150), CoordinatePlacement("1", 120, 150))
    made = world.prepare(source, *places)
    approved, earlier = world.approve(source, made), ()
    for one in made:
        waiting = Waiting(source, earlier, one.revision)
        one_signed = world.key.sign(approved, waiting)
        der = world.press.enclose(world.die, one_signed, Level.B_B).der
        check(Fed(source), waiting, der, world.die, limits)
        earlier = (*earlier, (one.revision, der))


def _with_tail(waiting: Waiting, tail: bytes) -> Waiting:
    return replace(waiting, prepared=replace(waiting.prepared, tail=tail))


def test_anything_else_is_not(each_press: PressWorld) -> None:
    """Every byte of document, revision and container counts, and so do key and algorithm."""
    waiting, container = signed(each_press)
    die, limits, prepared = each_press.die, Limits(), waiting.prepared

    def refused(changed: Waiting, der: bytes = container, by: object = die) -> None:
        with pytest.raises(OutputInvalid):
            check(Fed(changed.source), changed, der, by, limits)  # type: ignore[arg-type]

    for place in (0, 500, len(waiting.source) - 1):
        flipped = bytearray(waiting.source)
        flipped[place] ^= 1
        refused(replace(waiting, source=bytes(flipped)))
    tail = prepared.tail
    for place in range(0, len(tail), 997):
        gap = range(prepared.byte_range[1] - len(waiting.source) + 1, len(tail))
        if place in gap and tail[place] == ord("0"):
            continue  # the container takes its place
        refused(_with_tail(waiting, tail[:place] + bytes([tail[place] ^ 1]) + tail[place + 1 :]))
    for place in range(0, len(container), 29):
        refused(waiting, container[:place] + bytes([container[place] ^ 1]) + container[place + 1 :])
    refused(waiting, container + b"\1")
    refused(waiting, container[:-1])
    refused(waiting, by=replace(die, certificate=die.chain[0]))
    refused(waiting, by=replace(die, algorithm=KeyAlgorithm.RSA2048))


def test_offsets_and_ranges_are_read_from_what_is_written(each_press: PressWorld) -> None:
    """A wrong /ByteRange, startxref or offset in the revision is found, whatever was meant."""
    waiting, container = signed(each_press)
    prepared: Prepared = waiting.prepared
    changes = [
        (rb"/ByteRange ?\[ ?0 ", lambda found: found[0].replace(b"0 ", b"1 ")),
        (rb"startxref\n\d", lambda found: found[0][:-1] + b"9"),
        (rb"%%EOF", lambda _: b"%%EOX"),
        (rb"/Contents", lambda _: b"/Kontents"),
    ]
    for pattern, change in changes:
        tail = re.sub(pattern, change, prepared.tail)
        assert tail != prepared.tail
        changed, limits = _with_tail(waiting, tail), Limits()
        with pytest.raises(OutputInvalid):
            check(Fed(waiting.source), changed, container, each_press.die, limits)
