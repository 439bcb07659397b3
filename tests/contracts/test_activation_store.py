"""Activation and wallet, in memory and in PostgreSQL: who wins, who is refused, what is kept."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from webauthn.helpers import bytes_to_base64url

from sealservice.config import Environment
from sealservice.identity.activation import ActivationState, ProofMethod
from sealservice.identity.activation_errors import (
    ActivationCodeInvalid,
    ActivationElsewhere,
    ActivationNotFound,
    ActivationNotProven,
    ActivationOver,
    DocumentOfAnother,
    FaceProviderMissing,
    HolderKeyInvalid,
    MatchCodeWrong,
    PersonActive,
    ProofingStandInRefused,
    WalletLicenseNotFound,
    WalletSessionInvalid,
)
from sealservice.identity.model import Organisation
from sealservice.identity.passkey_errors import (
    ChallengeInvalid,
    LastPasskey,
    PasskeyFrozen,
    TooManyAttempts,
)
from sealservice.identity.proofing import DemonstrationProofing
from sealservice.identity.wallet import holder_jwk
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.kernel.actor import PermissionMissing, operator
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.licenses.mandate_errors import (
    LicenseHolderNotFound,
    LicenseNotLive,
    RoleEnded,
)
from sealservice.licenses.model import LicenseStatus
from sealservice.limits import Limits
from tests.world_archive import MemoryAuditLog
from tests.world_licenses import MemoryLicenseStore
from tests.world_mandates import MemoryPersonStore
from tests.world_passkeys import PasskeyWorld
from tests.world_registry import NOON, NUMBER, URL, Registry, new_key, stored
from tests.world_wallets import WalletWorld

pytestmark = pytest.mark.security


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def registry(request: pytest.FixtureRequest) -> Registry:
    """Give a registry over stores of one kind; those in PostgreSQL act as the web process."""
    now = [NOON]
    passkeys = PasskeyWorld(URL, MemoryAuditLog(), lambda: now[0], Limits(attempts=4))
    licenses, people = MemoryLicenseStore(), MemoryPersonStore()
    if request.param == "memory":
        world = WalletWorld(passkeys, licenses, people)
        registry = Registry(world, new_id("org"), licenses.set_status, now)
    else:
        owner: Database = request.getfixturevalue("database")
        as_web = request.getfixturevalue("database_as")(ProcessKind.WEB)
        ours = Organisation(new_id("org"), "甲", NOON)
        SqlOrganisationStore(owner).add(ours)
        world = stored(as_web, passkeys)
        registry = Registry(world, ours.id, SqlLicenseStore(owner).set_status, now)
    registry.license()
    return registry


def test_license_comes_into_the_phone(registry: Registry) -> None:
    """Code, claim, proof and passkey, in this order; then the license shows, and signs in again."""
    holder, key = registry.holder(), new_key()
    secret, claimed = registry.claim(registry.issue(holder))
    with pytest.raises(ActivationNotProven):
        registry.world.activating.enrolment_options(secret)
    registry.confirm(claimed)
    session = registry.enrol(secret, key)
    wallets = registry.world.service
    (card,) = wallets.cards(wallets.visit(session))
    assert (card.holder.id, card.license.id) == (holder.id, registry.license_id)
    again = wallets.sign_in("somewhere", key.get(wallets.options()), session)
    assert wallets.visit(again).person.id == holder.person.id
    with pytest.raises(WalletSessionInvalid):
        wallets.visit(session)
    wallets.sign_out(again)
    with pytest.raises(WalletSessionInvalid):
        wallets.visit(again)
    done, _ = registry.world.activating.show(registry.clerk, claimed.id)
    assert (done.state, done.proof_method) == (ActivationState.DONE, ProofMethod.COUNTER)


def test_code_is_refused_when_wrong_used_or_expired(registry: Registry) -> None:
    """All of them alike; as typed in lower case, with blanks and mistaken letters it is taken."""
    code = registry.issue(registry.holder())
    swapped = code[:7] + registry.issue(registry.holder())[7:]
    for wrong in ("", "0000-0000-0000-0000", swapped, code[:-1] + "U", code + "0"):
        with pytest.raises(ActivationCodeInvalid):
            registry.claim(wrong)
    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    registry.claim(typed)
    with pytest.raises(ActivationCodeInvalid):
        registry.claim(code)
    late = registry.issue(registry.holder())
    registry.now[0] += timedelta(hours=Limits().activation_hours)
    with pytest.raises(ActivationCodeInvalid):
        registry.claim(late)


def test_of_racing_phones_one_wins(registry: Registry) -> None:
    """Eight phones with one code at the same time: one has it, seven are told it is not valid."""
    code = registry.issue(registry.holder())

    def claim(_: int) -> bool:
        try:
            registry.claim(code)
        except ActivationCodeInvalid:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(claim, range(8))).count(True) == 1


def test_guesses_from_one_address_and_at_one_code_end(registry: Registry) -> None:
    """An address has a few failures; a code has ten wrong tries from anywhere, then it is dead."""
    code = registry.issue(registry.holder())
    wrong = code[:7] + "0" * 10
    here = f"{registry.organisation} guesser"
    told: list[type[Exception]] = []
    for _ in range(10):
        with pytest.raises((ActivationCodeInvalid, TooManyAttempts)) as refusal:
            registry.world.activating.claim(here, wrong)
        told.append(refusal.type)
    assert told == [ActivationCodeInvalid] * 4 + [TooManyAttempts] * 6
    for _ in range(6):
        with pytest.raises(ActivationCodeInvalid):
            registry.claim(wrong)
    with pytest.raises(ActivationCodeInvalid):
        registry.claim(code)


def test_counter_needs_this_phone_and_this_person(registry: Registry) -> None:
    """Another match code or document is refused; whoever is turned away stays so."""
    secret, claimed = registry.claim(registry.issue(registry.holder()))
    service = registry.world.activating
    other = "0000" if claimed.match_code != "0000" else "0001"
    with pytest.raises(MatchCodeWrong):
        service.confirm(registry.clerk, claimed.id, other, f"{NUMBER}{registry.people}")
    with pytest.raises(DocumentOfAnother):
        registry.confirm(claimed, "110101199001011234")
    with pytest.raises(ActivationNotProven):
        registry.enrol(secret, new_key())
    service.turn_away(registry.clerk, claimed.id)
    for step in (lambda: registry.confirm(claimed), lambda: service.turn_away(
        registry.clerk, claimed.id)):  # fmt: skip
        with pytest.raises(ActivationElsewhere):
            step()
    with pytest.raises(ActivationOver):
        registry.enrol(secret, new_key())


def test_each_step_has_its_time(registry: Registry) -> None:
    """A claim that is not proven, and a proof that is not used in time, are worth nothing."""
    secret, claimed = registry.claim(registry.issue(registry.holder()))
    registry.now[0] += timedelta(minutes=Limits().activation_minutes)
    with pytest.raises(ActivationOver):
        registry.world.activating.held(secret)
    with pytest.raises(ActivationElsewhere):
        registry.confirm(claimed)


def test_license_that_is_not_in_force_comes_into_no_phone(registry: Registry) -> None:
    """Suspended: no code, no claim, no passkey. A role that ended: likewise. Unknown: not found."""
    holder = registry.holder()
    code = registry.issue(holder)
    secret, claimed = registry.claim(code)
    registry.confirm(claimed)
    key = new_key()
    answer = key.create(registry.world.activating.enrolment_options(secret))
    registry.set_status(registry.license_id, LicenseStatus.SUSPENDED)
    with pytest.raises(LicenseNotLive):
        registry.world.activating.enrol(secret, answer, "手机", None)
    with pytest.raises(LicenseNotLive):
        registry.issue(holder)
    registry.set_status(registry.license_id, LicenseStatus.ACTIVE)
    other = registry.issue(registry.holder())
    registry.set_status(registry.license_id, LicenseStatus.SUSPENDED)
    with pytest.raises(LicenseNotLive):
        registry.claim(other)
    registry.set_status(registry.license_id, LicenseStatus.ACTIVE)
    registry.world.people.end(holder.id, NOON, "离职")
    with pytest.raises(RoleEnded):
        registry.issue(holder)
    with pytest.raises(LicenseHolderNotFound):
        registry.issue(replace(holder, id="lho_none"))


def test_other_organisations_and_clerks_without_rights_reach_nothing(registry: Registry) -> None:
    """Another organisation's clerk finds no activation; without the permission nobody issues."""
    holder = registry.holder()
    _, claimed = registry.claim(registry.issue(holder))
    service = registry.world.activating
    foreign = operator("clerk", "org_other")
    with pytest.raises(ActivationNotFound):
        service.confirm(foreign, claimed.id, claimed.match_code or "", NUMBER)
    assert not service.waiting(foreign)
    assert [one.id for one, _ in service.waiting(registry.clerk)] == [claimed.id]
    with pytest.raises(PermissionMissing):
        service.issue(replace(registry.clerk, permissions=frozenset()), "lic", holder.id)


def test_access_is_restored_at_the_counter(registry: Registry) -> None:
    """Restoring freezes what the person had, ends its sessions, and begins anew."""
    holder, lost, new = registry.holder(), new_key(), new_key()
    session = registry.active(holder, lost)
    with pytest.raises(PersonActive):
        registry.issue(holder)
    wallets = registry.world.service
    secret, claimed = registry.claim(registry.issue(holder, restore=True))
    with pytest.raises(WalletSessionInvalid):
        wallets.visit(session)
    with pytest.raises(PasskeyFrozen):
        wallets.sign_in("x", lost.get(wallets.options()), None)
    registry.confirm(claimed)
    fresh = registry.enrol(secret, new)
    assert [one.is_live for one in wallets.devices(wallets.visit(fresh))].count(True) == 1


def test_stand_in_confirms_in_a_demonstration_only(registry: Registry) -> None:
    """The stand-in is marked as what it is, and refused in production."""
    secret, claimed = registry.claim(registry.issue(registry.holder()))
    service = registry.world.activating
    strict = DemonstrationProofing(registry.world.passkeys.clock, Environment.PRODUCTION)
    with pytest.raises(ProofingStandInRefused):
        replace(service, face=strict).prove_by_face(secret)
    with pytest.raises(FaceProviderMissing):
        replace(service, face=None).prove_by_face(secret)
    service.prove_by_face(secret, "a picture of a face")
    proven, _ = service.show(registry.clerk, claimed.id)
    assert proven.proof_method is ProofMethod.DEMONSTRATION
    assert "picture" not in repr(proven)


def test_devices_are_added_and_frozen_by_their_owner(registry: Registry) -> None:
    """A second device signs in; the first, frozen, ends its session; the last one stays."""
    first, second = new_key(), new_key()
    wallets = registry.world.service
    session = registry.active(registry.holder(), first)
    visit = wallets.visit(session)

    def options() -> JsonObject:
        return wallets.device_options("x", visit, first.get(wallets.options()))

    added = wallets.add_device(visit, second.create(options()), "平板")
    stranger = wallets.visit(registry.active(registry.holder(), new_key()))
    with pytest.raises(ChallengeInvalid):
        wallets.add_device(stranger, new_key().create(options()), "他人")
    (mine,) = (one for one in wallets.devices(visit) if one.id != added.id)
    wallets.freeze_device(visit, mine.id)
    with pytest.raises(WalletSessionInvalid):
        wallets.visit(session)
    other = wallets.visit(wallets.sign_in("x", second.get(wallets.options()), None))
    with pytest.raises(LastPasskey):
        wallets.freeze_device(other, added.id)


def _proof(key: ec.EllipticCurvePrivateKey, jwk: JsonObject, holder: str, token: str) -> str:
    said = "\0".join(("sealservice-holder-key-v1", holder, str(jwk["x"]), str(jwk["y"]), token))
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    return bytes_to_base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def _jwk(key: ec.EllipticCurvePrivateKey) -> JsonObject:
    numbers = key.public_key().public_numbers()
    x, y = (bytes_to_base64url(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def test_holder_key_is_registered_by_whoever_holds_it(registry: Registry) -> None:
    """Only with a signature over role, key and session, for one's own license, on the curve."""
    holder, wallets = registry.holder(), registry.world.service
    visit = wallets.visit(registry.active(holder, new_key()))
    key = ec.generate_private_key(ec.SECP256R1())
    jwk, token = _jwk(key), "t" * 64
    proof = _proof(key, jwk, holder.id, token)
    kept = wallets.register_key(visit, holder.id, jwk, proof, token)
    wallets.register_key(visit, holder.id, jwk, proof, token)
    assert [(one.jwk, one.thumbprint) for one in wallets.keys(visit, holder.id)] == [
        (json.loads(json.dumps(jwk)), kept.thumbprint)
    ]
    other = ec.generate_private_key(ec.SECP256R1())
    for bent in (
        (jwk, _proof(other, jwk, holder.id, token)),
        (jwk, _proof(key, jwk, "lho_other", token)),
        (jwk, _proof(key, jwk, holder.id, "other")),
        (jwk, "AAAA"),
        ({**jwk, "d": "secret"}, proof),
        ({**jwk, "x": jwk["y"]}, proof),
        ({"kty": "EC"}, proof),
    ):
        with pytest.raises(HolderKeyInvalid):
            wallets.register_key(visit, holder.id, bent[0], bent[1], token)
    stranger = wallets.visit(registry.active(registry.holder(), new_key()))
    for look in (lambda: wallets.card(stranger, holder.id), lambda: wallets.keys(
        stranger, holder.id)):  # fmt: skip
        with pytest.raises(WalletLicenseNotFound):
            look()
    assert holder_jwk(jwk) == jwk
