"""The wallet over HTTP: what is one's own, what another's, and what a foreign page cannot do."""

from dataclasses import dataclass
from typing import Any

import pytest

from sealservice.identity.model import Role
from sealservice.identity.passkeys import OwnerKind
from sealservice.kernel.actor import operator
from sealservice.kernel.ids import new_id
from sealservice.licenses.naming import PersonNamed
from sealservice.licenses.persons import HolderRole, LicenseHolder
from sealservice.licenses.uscc import check_letter
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_licenses import sample_face
from tests.world_passkeys import Authenticator

pytestmark = pytest.mark.security

NUMBER = "35010219900101"
EVIL = {"Origin": "https://evil.example"}


@dataclass
class Phone:
    """A holder's phone, and what it holds."""

    client: EdgeClient
    holder: LicenseHolder
    key: Authenticator

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:  # noqa: ANN401 - an answer
        """Send what a script would."""
        return self.client.post(path, json=body or {}, headers={**OWN, **headers})

    def confirmed(self) -> dict[str, Any]:
        """Return its passkey's answer to a fresh challenge."""
        return {"answer": self.key.get(self.post("/w/login/options").json())}

    @property
    def token(self) -> str:
        """Return the token of its session's forms."""
        return form_token(self.client.get("/w/devices").text)


def _holder(
    world: EdgeWorld, serial: int, organisation_id: str | None = None, person: int | None = None
) -> LicenseHolder:
    code = f"91350100MC{serial:07d}"
    face = {**sample_face(), "uscc": code + check_letter(code)}
    registrar = operator("registrar", organisation_id or world.ours.id)
    license_ = world.api_services.licenses.register(registrar, face)
    named = PersonNamed(
        HolderRole.LEGAL_REPRESENTATIVE, license_.representative, f"{NUMBER}{person or serial:04d}"
    )
    return world.person_service.name(registrar, license_.id, named)


def _active(world: EdgeWorld, serial: int, organisation_id: str | None = None) -> Phone:
    """Take a license into the phone of its head."""
    return taken(world, _holder(world, serial, organisation_id), f"{NUMBER}{serial:04d}")


def taken(world: EdgeWorld, holder: LicenseHolder, number: str) -> Phone:
    """Take a license into somebody's phone, the counter's part done at once."""
    registrar = operator("registrar", holder.organisation_id)
    service = world.wallets.activating
    activation, code = service.issue(registrar, holder.license_id, holder.id)
    client, key = EdgeClient(world.web(), PUBLIC_URL), Authenticator(PUBLIC_URL, "seal.test")
    assert client.post("/w/activate", data={"code": code}, headers=OWN).status_code == 303
    claimed, _ = service.show(registrar, activation.id)
    service.confirm(registrar, activation.id, claimed.match_code or "", number)
    phone = Phone(client, holder, key)
    answer = key.create(phone.post("/w/activate/phone/options").json())
    done = phone.post("/w/activate/phone/passkey", {"answer": answer, "name": "手机"})
    assert done.json() == {"to": "/w"}
    return phone


@pytest.fixture
def mine(world: EdgeWorld) -> Phone:
    """Give the phone of one license's representative."""
    return _active(world, 1)


@pytest.fixture
def theirs(world: EdgeWorld) -> Phone:
    """Give the phone of another organisation's."""
    return _active(world, 2, world.theirs.id)


def test_another_persons_things_are_not_there(mine: Phone, theirs: Phone, world: EdgeWorld) -> None:
    """By id, another's license, key, device and log are as unknown as ones that never were."""
    other = theirs.holder.id
    (device,) = world.passkeys.store.of_owner(OwnerKind.PERSON, theirs.holder.person.id)
    token = mine.token
    seen = mine.client.get(f"/w/licenses/{other}")
    unknown = mine.client.get(f"/w/licenses/{new_id('lho')}")
    assert seen.status_code == unknown.status_code == 404
    key = {"form_token": token, "jwk": {"kty": "EC"}, "proof": "AAAA"}
    assert mine.post(f"/w/licenses/{other}/key", key).status_code == 404
    frozen = mine.client.post(
        f"/w/devices/{device.id}/freeze", data={"form_token": token}, headers=OWN
    )
    assert frozen.status_code == 404
    assert theirs.client.get("/w").status_code == 200
    assert theirs.holder.license_id not in mine.client.get("/w/log").text


def test_session_is_another_after_each_sign_in(mine: Phone, world: EdgeWorld) -> None:
    """Signing in ends the session that was there, planted or not, and takes the claim away."""
    planted = mine.client.cookies["wallet"]
    assert "activation" not in mine.client.cookies
    answer = mine.key.get(mine.post("/w/login/options").json())
    assert mine.post("/w/login", {"answer": answer}).status_code == 200
    assert mine.client.cookies["wallet"] != planted
    other = EdgeClient(world.web(), PUBLIC_URL)
    other.cookies.set("wallet", planted)
    assert other.get("/w").headers["location"] == "/w/login"


def test_wallet_and_staff_know_nothing_of_each_other(mine: Phone, world: EdgeWorld) -> None:
    """A wallet's session opens no page of staff, staff's no wallet; nor do their passkeys."""
    secret = mine.client.cookies["wallet"]
    assert mine.client.get("/admin/licenses").status_code == 401
    clerk = EdgeClient(world.web(), PUBLIC_URL)
    sign_in(world, clerk, Role.REGISTRAR)
    assert clerk.get("/w").headers["location"] == "/w/login"
    swapped = EdgeClient(world.web(), PUBLIC_URL)
    swapped.cookies.set("session", secret)
    assert swapped.get("/admin/licenses").status_code == 401
    answer = mine.key.get(mine.post("/login/passkey/options").json())
    assert mine.post("/login/passkey", {"answer": answer}).status_code == 401


def test_foreign_pages_do_nothing(mine: Phone, world: EdgeWorld) -> None:
    """Without our origin, or without the session's token, nothing is done."""
    (device,) = world.passkeys.store.of_owner(OwnerKind.PERSON, mine.holder.person.id)
    forms = ("/w/activate", "/w/logout", f"/w/devices/{device.id}/freeze")
    scripts = (
        "/w/login", "/w/login/options", "/w/devices", "/w/devices/options",
        f"/w/licenses/{mine.holder.id}/key", "/w/activate/phone/passkey",
    )  # fmt: skip
    for path in forms:
        data = {"form_token": mine.token, "code": "x"}
        assert mine.client.post(path, data=data, headers=EVIL).status_code == 403, path
        assert mine.client.post(path, data=data, headers={}).status_code == 403, path
    for path in forms[1:]:
        assert mine.client.post(path, data={}, headers=OWN).status_code == 403, path
    for path in scripts:
        assert mine.post(path, **EVIL).status_code == 403, path
    answer = mine.key.create({"user": {"id": "eA"}, "challenge": "AAAA"})
    assert mine.post("/w/devices", {"answer": answer, "name": "x"}).status_code == 403
    assert mine.client.get("/w").status_code == 200


def test_bodies_name_no_more_than_is_asked(mine: Phone) -> None:
    """Members that nobody asked for are refused, whatever they would set."""
    body = {"form_token": mine.token, "answer": {}, "name": "x"}
    for extra in ("person_id", "organisation_id", "is_synced", "frozen_at", "holder_id"):
        assert mine.post("/w/devices", {**body, extra: "x"}).status_code == 422
    key = {"form_token": mine.token, "jwk": {}, "proof": "", "passkey_id": "x"}
    assert mine.post(f"/w/licenses/{mine.holder.id}/key", key).status_code == 422


def test_guessed_codes_are_refused_whatever_a_header_says(world: EdgeWorld) -> None:
    """After a number of wrong codes 429 follows, with when to try again."""
    client = EdgeClient(world.web(), PUBLIC_URL)
    told = [
        client.post(
            "/w/activate",
            data={"code": f"{n:016d}"},
            headers={**OWN, "X-Forwarded-For": f"198.51.100.{n}", "Forwarded": f"for={n}"},
        ).status_code
        for n in range(world.limits.attempts + 3)
    ]
    assert told == [401] * world.limits.attempts + [429] * 3


def test_counter_is_for_the_registry_of_the_organisation(world: EdgeWorld) -> None:
    """A clerk without the permission, and another organisation's registry, reach no activation."""
    holder = _holder(world, 3)
    registrar = operator("registrar", world.ours.id)
    activation, _ = world.wallets.activating.issue(registrar, holder.license_id, holder.id)
    clerk = EdgeClient(world.web(), PUBLIC_URL)
    sign_in(world, clerk, Role.CLERK)
    assert clerk.get("/admin/activations").status_code == 403
    assert clerk.get(f"/admin/activations/{activation.id}").status_code == 403
    foreign = EdgeClient(world.web(), PUBLIC_URL)
    link = world.identity.signin_link(world.theirs.id, Role.REGISTRAR)
    foreign.post(f"/login/{link}", headers=OWN)
    page = foreign.get("/admin/activations").text
    assert activation.id not in page
    token = form_token(page)
    for step in ("confirm", "refuse"):
        address = f"/admin/activations/{activation.id}/{step}"
        answer = foreign.post(address, data={"form_token": token}, headers=OWN)
        assert answer.status_code == 404
    issue = f"/admin/licenses/{holder.license_id}/people/{holder.id}/activation"
    assert foreign.post(issue, data={"form_token": token}, headers=OWN).status_code == 404


def test_restoring_ends_every_activation_of_the_person(world: EdgeWorld) -> None:
    """A phone that was proven in another role of the person enrols nothing afterwards."""
    first, second = _holder(world, 7, person=7), _holder(world, 8, person=7)
    assert first.person.id == second.person.id
    registrar, activating = operator("registrar", world.ours.id), world.wallets.activating
    lost, code = activating.issue(registrar, second.license_id, second.id)
    phone = EdgeClient(world.web(), PUBLIC_URL)
    phone.post("/w/activate", data={"code": code}, headers=OWN)
    shown, _ = activating.show(registrar, lost.id)
    activating.confirm(registrar, lost.id, shown.match_code, f"{NUMBER}0007")
    activating.issue(registrar, first.license_id, first.id, restore=True)
    asked = phone.post("/w/activate/phone/options", json={}, headers=OWN)
    assert asked.status_code in {401, 409}
    assert phone.get("/w").headers["location"] == "/w/login"


def test_a_session_alone_adds_no_device(mine: Phone, theirs: Phone) -> None:
    """No answer, another's, or one used before brings no options; only its own passkey does."""
    token, used = mine.token, mine.confirmed()
    asked = {"form_token": token}
    assert mine.post("/w/devices/options", {**asked, **used}).status_code == 200
    assert mine.post("/w/devices/options", asked).status_code == 422
    for wrong in ({"answer": {}}, used, theirs.confirmed()):
        assert mine.post("/w/devices/options", {**asked, **wrong}).status_code in {400, 401, 409}


def test_a_device_of_the_person_confirms_for_no_other_session(mine: Phone) -> None:
    """A further device of the same person does not answer for the session of the first."""
    key, token = Authenticator(PUBLIC_URL, "seal.test"), mine.token
    options = mine.post("/w/devices/options", {"form_token": token, **mine.confirmed()}).json()
    body = {"form_token": token, "answer": key.create(options), "name": "x"}
    assert mine.post("/w/devices", body).status_code == 200
    answer = {"answer": key.get(mine.post("/w/login/options").json())}
    assert mine.post("/w/devices/options", {"form_token": token, **answer}).status_code == 401


def test_name_of_a_device_is_text(mine: Phone) -> None:
    """A name with markup shows as it was typed; the policy lets no inline script run."""
    key = Authenticator(PUBLIC_URL, "seal.test")
    token = mine.token
    options = mine.post("/w/devices/options", {"form_token": token, **mine.confirmed()}).json()
    body = {"form_token": token, "answer": key.create(options), "name": "<script>alert(1)</script>"}
    assert mine.post("/w/devices", body).status_code == 200
    page = mine.client.get("/w/devices")
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


def test_stand_in_is_offered_in_a_demonstration_only(world: EdgeWorld) -> None:
    """The page that waits for the counter names the stand-in as one."""
    holder = _holder(world, 4)
    registrar = operator("registrar", world.ours.id)
    _, code = world.wallets.activating.issue(registrar, holder.license_id, holder.id)
    client = EdgeClient(world.web(), PUBLIC_URL)
    client.post("/w/activate", data={"code": code}, headers=OWN)
    assert "正式环境会拒绝" in client.get("/w/activate/phone").text
    label = "演示人脸核验，未核验任何人 / demonstration, nobody was checked"
    assert label in client.get("/w/activate/phone").text
    assert client.post("/w/activate/phone/face", headers=OWN).status_code == 303
    assert "身份已核验" in client.get("/w/activate/phone").text
