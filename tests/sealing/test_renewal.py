"""What proves an archived document is prolonged by a copy; the record stays as it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.archive.errors import RecordDamaged
from sealservice.archive.model import Record
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.limits import Limits
from sealservice.sealing.augmentation import AugmentationService
from sealservice.sealing.augmentation_errors import RenewalUseless
from sealservice.sealing.errors import OutputInvalid
from sealservice.sealing.model import Level
from sealservice.sealing.pyhanko_press import PyHankoAdditions
from sealservice.sealing.renewal import RenewalService
from tests.sealing.press_checks import accepted
from tests.world import World
from tests.world_archive import MemoryRenewalStore
from tests.world_press import PressWorld


@pytest.fixture
def outside(world: PressWorld) -> World:
    """Give a world of its own on the shared press."""
    return World(world)


@pytest.fixture
def renewal(outside: World) -> RenewalService:
    """Give the use case."""
    press = outside.press.press
    augmentation = AugmentationService(
        sandbox=press.sandbox,
        additions=PyHankoAdditions(press.sandbox, press.limits),
        timestamps=press.timestamps,
        revocation=press.revocation,
        check=outside.check,
        roots=(outside.press.root,),
        audit=outside.audit,
        transaction=outside.orders.transaction,
        clock=outside.clock,
        limits=press.limits,
    )
    return RenewalService(
        archive=outside.archive,
        renewals=MemoryRenewalStore(outside.records.rows),
        augmentation=augmentation,
        audit=outside.audit,
        transaction=outside.orders.transaction,
        clock=outside.clock,
        limits=Limits(renewal_page=1),
    )


def archived(outside: World, ends_in_days: int = 30) -> Record:
    """Return a record whose last timestamp is of a unit that ends earlier than today's."""
    order = outside.approved(Level.B_LTA)
    outside.sealing.seal(order.id)
    record = outside.records.by_order(order.id)
    assert record is not None
    ends = rfc3339(outside.clock() + timedelta(days=ends_in_days))
    signatures = record.facts.report["signatures"]
    assert isinstance(signatures, list)
    old = [{**one, "augment_before": ends} for one in signatures if isinstance(one, dict)]
    facts = replace(record.facts, report={**record.facts.report, "signatures": [*old]})
    outside.records.rows[record.id] = replace(record, facts=facts)
    return outside.records.rows[record.id]


def test_a_record_gets_a_copy_before_its_proof_ends(
    outside: World, renewal: RenewalService
) -> None:
    """It begins with the archived bytes, everybody accepts it, and it is locked and linked."""
    record, later = archived(outside), archived(outside, ends_in_days=91)
    pdf = outside.archive.read(record.stored)
    (made,) = renewal.renew_due()
    longer = outside.archive.read(made.stored)
    assert longer.startswith(pdf)
    assert (made.record_id, made.number) == (record.id, 1)
    assert (made.previous_sha256, made.sha256) == (record.sha256, sha256_hex(longer))
    assert made.stored.retained_until > outside.clock() + timedelta(days=3650)
    accepted(longer, outside.press, ["Seal1"])
    assert outside.archive.read(record.stored) == pdf
    assert outside.audit.words()[-1] is Fact.RECORD_RENEWED
    assert renewal.renew_due() == []
    assert [one.record_id for one in renewal.renew_due(days=92)] == [later.id]


def test_a_run_that_died_behind_the_store_is_finished(
    outside: World, renewal: RenewalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it stored stands; there is one copy and no second timestamp."""
    record = archived(outside)
    with monkeypatch.context() as patch:

        def die(*_arguments: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(MemoryRenewalStore, "add", die)
        with pytest.raises(KeyboardInterrupt):
            renewal.renew_due()
    kept = dict(outside.locked.objects)
    (made,) = renewal.renew_due()
    assert outside.locked.objects == kept
    assert made.record_id == record.id


def test_what_lies_there_is_not_taken_unless_it_holds(
    outside: World, renewal: RenewalService
) -> None:
    """Bytes under the key of the copy that are none are no copy."""
    record = archived(outside)
    name = f"{record.facts.order_id}.renewal-1"
    outside.archive.put(record.organisation_id, name, b"%PDF-1.7 something else")
    with pytest.raises(OutputInvalid):
        renewal.renew(record)
    assert renewal.renew_due() == []


def test_a_timestamp_that_proves_nothing_for_longer_is_not_added(
    outside: World, renewal: RenewalService
) -> None:
    """While the unit's certificate is the same nothing is stored, day after day."""
    record = archived(outside)
    renewal.renew(record)
    kept = dict(outside.locked.objects)
    with pytest.raises(RenewalUseless):
        renewal.renew(record)
    assert outside.locked.objects == kept


def test_damaged_bytes_are_not_renewed(outside: World, renewal: RenewalService) -> None:
    """One damaged record is told, and does not keep the others from being renewed."""
    damaged, sound = archived(outside), archived(outside)
    version, pdf = outside.locked.objects[damaged.stored.object_key]
    outside.locked.objects[damaged.stored.object_key] = (version, pdf + b"%")
    with pytest.raises(RecordDamaged):
        renewal.renew(damaged)
    assert [one.record_id for one in renewal.renew_due()] == [sound.id]
