"""The life of a seal: every turn that it takes, and every one that it does not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509

from sealservice.config import SealFiling
from sealservice.kernel.actor import Actor, ActorKind, Permission, PermissionMissing, operator
from sealservice.kernel.facts import Fact
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.model import LicenseStatus
from sealservice.licenses.term import term_end
from sealservice.limits import Limits
from sealservice.seals.errors import (
    LicenseTermOver,
    SealChangeRefused,
    SealExists,
    SealFieldsUnfit,
    SealNotFound,
    SealNotUsable,
)
from sealservice.seals.kinds import DESIGNS, OWN, Own, Wanted
from sealservice.seals.lifecycle import TRANSITIONS, grounds_of, next_state, usable
from sealservice.seals.model import (
    CHANGE_NAMES,
    KIND_NAMES,
    STATE_NAMES,
    Grounds,
    Seal,
    SealChange,
    SealKind,
    SealState,
)
from sealservice.seals.service import SealWish
from sealservice.trust.model import RevocationReason
from tests.world_seals import REGISTRAR, SealWorld

STRANGER = operator("registrar", "org_b")
READER = Actor(ActorKind.STAFF, "reader", "org_a", frozenset({Permission.SEALS_READ}))
WHY = Grounds("测试原因")
CEASED = RevocationReason.CESSATION_OF_OPERATION
STATES = sorted(SealState)
ALLOWED = {
    ("make", "applied"): "made",
    ("fail", "applied"): "failed",
    ("file", "made"): "filed",
    ("file", "active"): "active",
    ("file", "suspended"): "suspended",
    ("activate", "filed"): "active",
    ("suspend", "active"): "suspended",
    ("resume", "suspended"): "active",
    **{
        ("cancel", state): "cancelled"
        for state in ("applied", "made", "filed", "active", "suspended", "expired")
    },
}


@pytest.fixture(scope="module")
def example() -> Seal:
    """Give a seal that is in use."""
    return SealWorld().made()


@pytest.fixture
def world() -> SealWorld:
    """Give a world in which seals are in use as soon as they are made."""
    return SealWorld()


@pytest.fixture
def filing() -> SealWorld:
    """Give a world in which seals must be filed first."""
    return SealWorld(filing=SealFiling.REQUIRED)


def _in(seal: Seal, state: SealState) -> tuple[Seal, datetime]:
    """Return the seal in a state, and a moment at which it is in it."""
    assert seal.expires_at is not None
    if state is SealState.EXPIRED:
        return seal, seal.expires_at
    return replace(seal, state=state), seal.created_at


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("change", sorted(TRANSITIONS))
def test_only_what_is_in_the_table_leads_anywhere(
    example: Seal, change: SealChange, state: SealState
) -> None:
    """Each change from each state leads where this test says, or is refused in words."""
    seal, now = _in(example, state)
    after = ALLOWED.get((change.value, state.value))
    if after is not None:
        assert next_state(seal, change, now).value == after
        return
    with pytest.raises(SealChangeRefused) as refused:
        next_state(seal, change, now)
    assert STATE_NAMES[state].zh in refused.value.message.zh
    assert CHANGE_NAMES[change].zh in refused.value.message.zh
    assert state.value not in refused.value.message.zh.replace(seal.id, "")


@pytest.mark.parametrize("state", STATES)
def test_only_an_active_seal_is_usable(world: SealWorld, example: Seal, state: SealState) -> None:
    """Every other state is refused, in both languages and without its raw word in Chinese."""
    seal, now = _in(example, state)
    if state is SealState.ACTIVE:
        assert usable(seal, world.license, seal.id, now) == seal
        return
    with pytest.raises(SealNotUsable) as refused:
        usable(seal, world.license, seal.id, now)
    assert STATE_NAMES[state].zh in refused.value.message.zh
    assert STATE_NAMES[state].en in refused.value.message.en
    assert state.value not in refused.value.message.zh.replace(seal.id, "")


@pytest.mark.parametrize("status", sorted({*LicenseStatus} - {LicenseStatus.ACTIVE}))
def test_a_seal_without_a_license_in_force_is_not_usable(
    world: SealWorld, example: Seal, status: LicenseStatus
) -> None:
    """An active seal is refused as soon as its license is paused or at its end."""
    license_ = replace(world.license, status=status)
    with pytest.raises(SealNotUsable, match="license is not in force"):
        usable(example, license_, example.id, example.created_at)


def test_made_seals_say_who_made_them_and_when_they_end(world: SealWorld) -> None:
    """Maker, end, drawing and certificate are on the seal; both steps are in its history."""
    seal = world.made()
    certificate = world.trust.certificates.by_sha256(seal.certificate_sha256 or "")
    assert certificate is not None
    assert (seal.state, seal.expires_at) == (SealState.ACTIVE, certificate.not_after)
    assert (seal.maker.name, seal.seal_code[4:7]) == ("示例制章单位", "007")
    assert world.seals.artwork(seal.id) is not None
    changes = [line.change.value for line in world.changes.events(READER, seal.id)]
    assert changes == ["apply", "make", "activate"]
    facts = [fact.fact for fact in world.audit.facts]
    assert facts[:2] == [Fact.SEAL_APPLIED, Fact.SEAL_MADE]
    assert facts[-1] is Fact.SEAL_ACTIVATED


@pytest.mark.parametrize("kind", sorted(SealKind))
def test_certificates_say_what_seal_it_is(world: SealWorld, kind: SealKind) -> None:
    """The common name has owner and kind, the organisation is the owner alone, for every kind."""
    text = "办公室" if OWN[kind] in (Own.TEXT_AND_NUMBER, Own.PERSON) else None
    seal = world.made(SealWish(kind, Wanted(text)))
    certificate = world.trust.certificates.by_sha256(seal.certificate_sha256 or "")
    assert certificate is not None
    (common,) = certificate.x509.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    (owner,) = certificate.x509.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    assert owner.value == world.license.name
    assert str(common.value).startswith(f"{world.license.name} {KIND_NAMES[kind].zh}")
    assert seal.design == DESIGNS[kind][0]


def test_legal_representatives_seal_shows_whom_the_license_names(world: SealWorld) -> None:
    """Nobody types the name; a text of the applicant's is refused."""
    kind = SealKind.LEGAL_REPRESENTATIVE
    assert world.made(SealWish(kind)).line == world.license.representative
    with pytest.raises(SealFieldsUnfit):
        world.service.apply(REGISTRAR, world.license.id, SealWish(kind, Wanted("张三")))


def test_filing_comes_first_where_it_is_required(filing: SealWorld) -> None:
    """Made, filed with a number, then put to use; until then it is not usable."""
    seal = filing.made()
    assert (seal.state, seal.activated_at) == (SealState.MADE, None)
    with pytest.raises(SealChangeRefused):
        filing.changes.ask(REGISTRAR, seal.id, SealChange.ACTIVATE, WHY)
    grounds = grounds_of("公安备案", Limits(), number="4190012026000123")
    asked = filing.changes.ask(REGISTRAR, seal.id, SealChange.FILE, grounds)
    filing.answering.answer(asked.id)
    filed = filing.now(seal)
    assert (filed.state, filed.filing_number) == (SealState.FILED, "4190012026000123")
    with pytest.raises(SealNotUsable):
        usable(filed, filing.license, seal.id, filing.clock())
    asked = filing.changes.ask(REGISTRAR, seal.id, SealChange.ACTIVATE, WHY)
    filing.answering.answer(asked.id)
    active = filing.now(seal)
    assert (active.state, active.activated_at is not None) == (SealState.ACTIVE, True)


def test_resuming_is_decided_by_the_signer(world: SealWorld) -> None:
    """Suspending is immediate, resuming is not; the line names who asked, not the signer."""
    seal = world.made()
    assert world.changes.suspend(REGISTRAR, seal.id, WHY).state is SealState.SUSPENDED
    asked = world.changes.ask(REGISTRAR, seal.id, SealChange.RESUME, WHY)
    assert world.now(seal).state is SealState.SUSPENDED
    for _ in range(2):  # it may be delivered twice
        world.answering.answer(asked.id)
    assert world.now(seal).state is SealState.ACTIVE
    last = world.changes.events(READER, seal.id)[-1]
    assert (last.change, last.actor_id) == (SealChange.RESUME, "registrar")
    assert world.changes.request(READER, seal.id, asked.id).failure is None


def test_what_changed_meanwhile_decides(world: SealWorld) -> None:
    """A request that was fine when it was asked is refused if the seal has been cancelled since."""
    seal = world.made()
    world.changes.suspend(REGISTRAR, seal.id, WHY)
    asked = world.changes.ask(REGISTRAR, seal.id, SealChange.RESUME, WHY)
    world.changes.cancel(REGISTRAR, seal.id, WHY, CEASED)
    world.answering.answer(asked.id)
    failure = world.changes.request(READER, seal.id, asked.id).failure or {}
    assert failure["code"] == "seal_change_refused"
    assert world.now(seal).state is SealState.CANCELLED
    assert world.audit.facts[-1].fact is Fact.SEAL_CHANGE_REFUSED


def test_nothing_is_resumed_without_license_or_certificate(world: SealWorld) -> None:
    """A license that is paused, or a certificate that was revoked, keeps a seal suspended."""
    seal = world.made()
    world.changes.suspend(REGISTRAR, seal.id, WHY)
    world.licenses.set_status(world.license.id, LicenseStatus.SUSPENDED)
    first = world.changes.ask(REGISTRAR, seal.id, SealChange.RESUME, WHY)
    world.answering.answer(first.id)
    world.licenses.set_status(world.license.id, LicenseStatus.ACTIVE)
    certificate = world.trust.certificates.by_sha256(seal.certificate_sha256 or "")
    assert certificate is not None
    world.trust.revoke(certificate, RevocationReason.KEY_COMPROMISE)
    second = world.changes.ask(REGISTRAR, seal.id, SealChange.RESUME, WHY)
    world.answering.answer(second.id)
    codes = [(r.failure or {}).get("code") for r in world.changes.requests(READER, seal.id)]
    assert codes == ["seal_not_usable", "seal_certificate_dead"]
    assert world.now(seal).state is SealState.SUSPENDED


@pytest.mark.parametrize("reason", sorted(RevocationReason))
def test_cancelling_revokes_the_certificate(world: SealWorld, reason: RevocationReason) -> None:
    """The seal is at its end at once; the signer puts the certificate on the list, once."""
    seal = world.made()
    assert world.changes.cancel(REGISTRAR, seal.id, WHY, reason).state is SealState.CANCELLED
    assert world.seals.unrevoked() == [seal.id]
    for _ in range(2):
        world.answering.revoke(seal.id)
    certificate = world.trust.certificates.by_sha256(seal.certificate_sha256 or "")
    assert certificate is not None
    assert certificate.revocation_reason is reason
    lists = [x509.load_der_x509_crl(crl.der) for crl in world.trust.certificates.crls.values()]
    assert any(crl.get_revoked_certificate_by_serial_number(certificate.serial) for crl in lists)


def test_a_live_seal_is_not_revoked_by_mistake(world: SealWorld) -> None:
    """A job that names a seal which is not cancelled does nothing."""
    seal = world.made()
    world.answering.revoke(seal.id)
    certificate = world.trust.certificates.by_sha256(seal.certificate_sha256 or "")
    assert certificate is not None
    assert certificate.revoked_at is None


def test_cancelled_once(world: SealWorld) -> None:
    """The second cancellation is refused, and the history has one."""
    seal = world.made()
    world.changes.cancel(REGISTRAR, seal.id, WHY, CEASED)
    with pytest.raises(SealChangeRefused):
        world.changes.cancel(REGISTRAR, seal.id, WHY, CEASED)
    changes = [line.change for line in world.changes.events(READER, seal.id)]
    assert changes.count(SealChange.CANCEL) == 1


def test_remade_for_a_new_representative(world: SealWorld) -> None:
    """The old seal stops at once; when the new one is made it is cancelled as superseded."""
    old = world.made(SealWish(SealKind.LEGAL_REPRESENTATIVE))
    face = replace(world.license.face, legal_representative="李华")
    world.licenses.rows[world.license.id] = replace(world.license, face=face)
    applied = world.service.remake(REGISTRAR, old.id, Grounds("法定代表人变更"))
    assert (applied.line, applied.replaces) == ("李华", old.id)
    assert world.now(old).state is SealState.SUSPENDED
    new = world.making.make(applied.id)
    assert new.state is SealState.ACTIVE
    assert world.now(old).state is SealState.CANCELLED
    world.answering.revoke(old.id)
    certificate = world.trust.certificates.by_sha256(old.certificate_sha256 or "")
    assert certificate is not None
    assert certificate.revocation_reason is RevocationReason.SUPERSEDED
    last = world.changes.events(READER, old.id)[-1]
    assert last.grounds.evidence["replaced_by"] == new.id


def test_a_seal_is_replaced_once(world: SealWorld) -> None:
    """Of two replacements that were applied for, the second one is not made."""
    old = world.made()
    first, second = (world.service.remake(REGISTRAR, old.id, WHY) for _ in range(2))
    assert world.making.make(first.id).state is SealState.ACTIVE
    failed = world.making.make(second.id)
    assert failed.state is SealState.FAILED
    assert (failed.failure or {})["code"] == "seal_exists"
    with pytest.raises(SealChangeRefused):
        world.service.remake(REGISTRAR, old.id, WHY)


def test_expiry_needs_no_job(world: SealWorld) -> None:
    """From its end on a seal is expired wherever it is looked at; it can be cancelled or remade."""
    seal = world.made()
    world.shift = timedelta(days=365 * 30)
    assert world.now(seal).state is SealState.EXPIRED
    assert world.service.page(READER, None, 10)[0].state is SealState.EXPIRED
    with pytest.raises(SealChangeRefused, match="expired"):
        world.changes.suspend(REGISTRAR, seal.id, WHY)
    assert world.service.remake(REGISTRAR, seal.id, WHY).replaces == seal.id
    assert world.changes.cancel(REGISTRAR, seal.id, WHY, CEASED).state is SealState.CANCELLED


def test_a_seal_ends_with_its_license(world: SealWorld) -> None:
    """A term that ends before the certificate ends the seal; one that is over makes none."""
    soon = (world.clock() + timedelta(days=30)).date()
    face = replace(world.license.face, term=f"2020-01-01至{soon}")
    world.licenses.rows[world.license.id] = replace(world.license, face=face)
    seal = world.made()
    assert seal.expires_at == term_end(face.term)
    over = replace(face, term="2000年1月2日至2020年1月1日")
    world.licenses.rows[world.license.id] = replace(world.license, face=over)
    with pytest.raises(LicenseTermOver):
        world.service.apply(REGISTRAR, world.license.id, SealWish(SealKind.CONTRACT))


@pytest.mark.parametrize(
    "term", [None, "", "长期", "2020-01-01至长期", "2020-01-01", "至2020-13-45"]
)
def test_terms_without_an_end(term: str | None) -> None:
    """A term that does not say when it ends does not end a seal."""
    assert term_end(term) is None


def test_seals_of_a_kind_are_told_apart_by_number(world: SealWorld) -> None:
    """（1） and （2） live side by side; a second （1） is refused, by the name of the first."""
    first = world.made(SealWish(SealKind.CONTRACT, Wanted(number=1)))
    assert world.made(SealWish(SealKind.CONTRACT, Wanted(number=2))).line == "（2）"
    with pytest.raises(SealExists, match=first.id):
        world.service.apply(
            REGISTRAR, world.license.id, SealWish(SealKind.CONTRACT, Wanted(number=1))
        )
    world.changes.cancel(REGISTRAR, first.id, WHY, CEASED)
    assert world.made(SealWish(SealKind.CONTRACT, Wanted(number=1))).state is SealState.ACTIVE


def test_strangers_and_readers_change_nothing(world: SealWorld) -> None:
    """Another organisation does not find the seal or license; a reader lacks the permission."""
    seal = world.made()
    before = (dict(world.seals.rows), list(world.history.lines), dict(world.history.asked))
    for actor, refusal in ((STRANGER, SealNotFound), (READER, PermissionMissing)):
        with pytest.raises(refusal):
            world.changes.suspend(actor, seal.id, WHY)
        with pytest.raises(refusal):
            world.changes.cancel(actor, seal.id, WHY, CEASED)
        with pytest.raises(refusal):
            world.changes.ask(actor, seal.id, SealChange.RESUME, WHY)
        with pytest.raises(refusal):
            world.service.remake(actor, seal.id, WHY)
    with pytest.raises(LicenseNotFound):
        world.license_service.revoke(STRANGER, world.license.id, "越权")
    with pytest.raises(SealNotFound):
        world.changes.events(STRANGER, seal.id)
    assert before == (world.seals.rows, world.history.lines, world.history.asked)
