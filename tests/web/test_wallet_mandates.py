"""Mandates on the phone: who may give and revoke, and who sees whose."""

import json
from dataclasses import dataclass, field

import httpx
import pytest

from sealservice.identity.model import Role
from sealservice.kernel.actor import ActorKind, operator
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.licenses.mandate import Mandate
from sealservice.licenses.naming import PersonNamed
from sealservice.licenses.persons import HolderRole, LicenseHolder
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, sign_in
from tests.web.test_wallet import EVIL, Phone, _active, taken
from tests.world_edges import PUBLIC_URL, EdgeWorld

pytestmark = pytest.mark.security

USUAL: dict[str, str | list[str]] = {
    "acts": ["use_seal", "log_in"], "starts": "2026-01-01", "ends": "2028-12-31",
}  # fmt: skip


@dataclass
class Company:
    """A license with its head's phone, and people whom the registry named."""

    world: EdgeWorld
    head: Phone
    people: list[str] = field(default_factory=list)

    def named(self, role: HolderRole) -> LicenseHolder:
        """Have the registry name somebody."""
        number = f"3501021990020{len(self.people):05d}"
        self.people.append(number)
        registrar = operator("registrar", self.head.holder.organisation_id)
        named = PersonNamed(role, f"人员{len(self.people)}", number)
        return self.world.person_service.name(registrar, self.head.holder.license_id, named)

    def phone(self, role: HolderRole) -> Phone:
        """Name somebody, and take the license into their phone."""
        return taken(self.world, self.named(role), self.people[-1])

    @property
    def mandates(self) -> list[Mandate]:
        """Return what was given, oldest first."""
        return [*self.world.mandates.rows.values()]


def _path(phone: Phone) -> str:
    return f"/w/licenses/{phone.holder.id}/mandates"


def _answer(phone: Phone) -> str:
    """Have the phone's passkey answer a fresh challenge."""
    return json.dumps(phone.key.get(phone.post("/w/login/options").json()))


def _give(phone: Phone, receiver: str, **typed: str | list[str]) -> httpx.Response:
    data = {"form_token": phone.token, "answer": _answer(phone), **USUAL, "receiver_id": receiver}
    data.update(typed)
    return phone.client.post(_path(phone), data=data, headers=OWN)


def _revoke(phone: Phone, mandate_id: str, reason: str = "项目结束") -> httpx.Response:
    data = {"form_token": phone.token, "reason": reason}
    return phone.client.post(f"{_path(phone)}/{mandate_id}/revoke", data=data, headers=OWN)


@pytest.fixture
def company(world: EdgeWorld) -> Company:
    """Give a company whose head has a phone."""
    return Company(world, _active(world, 1))


def test_head_gives_and_revokes_in_their_own_name(company: Company) -> None:
    """The holder is giver and actor whatever the form says; the page shows reason and state."""
    head, agent = company.head, company.named(HolderRole.AGENT)
    assert "还没有授权" in head.client.get(_path(head)).text
    given = _give(head, agent.id, giver_id=agent.id, matters="tax，bank", uses="3")
    assert given.headers["location"] == _path(head)
    (mandate,) = company.mandates
    assert (mandate.giver_id, mandate.receiver_id) == (head.holder.id, agent.id)
    assert (mandate.actor_kind, mandate.actor_id) == ("holder", head.holder.person.id)
    assert mandate.scope.matters == {"tax", "bank"}
    assert "0 / 3" in head.client.get(_path(head)).text
    assert _revoke(head, mandate.id, "<b>离职</b>").status_code == 303
    shown = head.client.get(_path(head)).text
    assert "已撤销" in shown
    assert "&lt;b&gt;离职" in shown
    facts = [one for one in company.world.identity.audit.facts if one.fact is Fact.MANDATE_REVOKED]
    assert [one.actor_kind for one in facts] == [ActorKind.HOLDER.value]
    assert _revoke(head, mandate.id).status_code == 409


WRONG: tuple[tuple[dict[str, str | list[str]], str], ...] = (
    ({"ends": "昨天"}, "应为日期"),
    ({"ends": "9999-12-31"}, "应为日期"),
    ({"ends": "2020-01-01"}, "“截止日期”"),
    ({"acts": []}, "“授权事务”"),
    ({"acts": ["fly"]}, "无法识别"),
    ({"uses": "许多"}, "应为整数"),
    ({"uses": "0"}, "“次数”"),
    ({"relying_parties": "a\0b"}, "不可用"),
    ({"receiver_id": "a\0b"}, "不可用"),
    ({"receiver_id": "lho_none"}, "没有编号"),
    ({"parent_id": "mnd_none"}, "没有编号"),
)


def test_refused_form_keeps_what_was_typed(company: Company) -> None:
    """The service's sentence is shown over the form as it was, and nothing is given."""
    agent = company.named(HolderRole.AGENT)
    for typed, sentence in WRONG:
        refused = _give(company.head, agent.id, **{"matters": "tax-7", **typed})
        assert refused.status_code in {404, 422}
        assert sentence in refused.text, typed
        assert 'value="tax-7"' in refused.text
    assert not company.mandates


def test_giving_takes_the_passkey_again(company: Company) -> None:
    """No answer, no JSON, one of another's passkey or one used before: the form comes back."""
    head, agent = company.head, company.phone(HolderRole.AGENT)
    used = _answer(head)
    assert _give(head, agent.holder.id, answer=used).status_code == 303
    for wrong in ("", "[" * 9_000, "[]", "null", "{}", '{"response": 1}', used, _answer(agent)):
        refused = _give(head, agent.holder.id, answer=wrong, matters="tax-7")
        assert refused.status_code == 401
        assert 'value="tax-7"' in refused.text
    assert len(company.mandates) == 1


def test_oneself_and_loops_are_refused(company: Company) -> None:
    """Nobody gives themself a mandate, nor one to whom their own right comes from."""
    head, administrator = company.head, company.phone(HolderRole.ADMINISTRATOR)
    assert "不能授权给自己" in _give(head, head.holder.id).text
    assert _give(head, administrator.holder.id, may_delegate="yes").status_code == 303
    (parent,) = company.mandates
    assert "成环" in _give(administrator, head.holder.id, parent_id=parent.id).text
    own = _give(administrator, administrator.holder.id, parent_id=parent.id)
    assert "不能授权给自己" in own.text
    assert company.mandates == [parent]


def test_administrator_gives_within_what_they_have(company: Company) -> None:
    """Wider, longer and without a ground is refused; what is within is given, and the head's."""
    head, administrator = company.head, company.phone(HolderRole.ADMINISTRATOR)
    agent = company.named(HolderRole.AGENT)
    assert "确认授权" not in administrator.client.get(_path(administrator)).text
    assert _give(administrator, agent.id).status_code == 403
    assert _give(head, administrator.holder.id, matters="tax").status_code == 303
    (parent,) = company.mandates
    shown = administrator.client.get(_path(administrator)).text
    assert agent.id in shown
    assert company.head.holder.id not in shown
    ground = {"parent_id": parent.id, "matters": "tax"}
    for wrong in ({"matters": ""}, {"ends": "2029-01-01"}, {"acts": ["show_license"]}):
        refused = _give(administrator, agent.id, **{**ground, **wrong})
        assert (refused.status_code, "超出" in refused.text) == (422, True)
    assert _give(administrator, agent.id, **ground).status_code == 303
    assert len(company.mandates) == 2
    assert _revoke(head, parent.id, "调岗").status_code == 303
    assert head.client.get(_path(head)).text.count("原因: 调岗") == 2


def test_agent_sees_and_touches_only_their_own(company: Company) -> None:
    """Others' mandates are as unknown as none; their own they may give up, with a reason."""
    agent, other = company.phone(HolderRole.AGENT), company.named(HolderRole.AGENT)
    for one in (agent.holder, other):
        assert _give(company.head, one.id).status_code == 303
    mine, theirs = company.mandates
    shown = agent.client.get(_path(agent)).text
    assert (mine.id in shown, theirs.id in shown, "确认授权" in shown) == (True, False, False)
    refused = _give(agent, other.id, parent_id=mine.id)
    assert refused.status_code == 403
    assert "无权授权" in refused.text
    assert _revoke(agent, theirs.id).status_code == _revoke(agent, new_id("mnd")).status_code == 404
    assert _revoke(agent, mine.id, " ").status_code == 422
    assert _revoke(agent, mine.id).status_code == 303
    assert company.world.mandates.rows[theirs.id].revoked_at is None


def test_other_licenses_and_sessions_are_out_of_reach(company: Company) -> None:
    """By id, neither another license's page, person nor mandate; nor with staff's session."""
    head, agent = company.head, company.named(HolderRole.AGENT)
    assert _give(head, agent.id).status_code == 303
    (mandate,) = company.mandates
    world = company.world
    for alien in (_active(world, 2), _active(world, 3, world.theirs.id)):
        assert alien.client.get(_path(head)).status_code == 404
        data = {"form_token": alien.token, **USUAL, "receiver_id": agent.id, "reason": "x"}
        for path in (_path(head), f"{_path(head)}/{mandate.id}/revoke"):
            assert alien.client.post(path, data=data, headers=OWN).status_code == 404
        assert _revoke(alien, mandate.id).status_code == 404
        assert _give(alien, agent.id).status_code == 404
    clerk = EdgeClient(world.web(), PUBLIC_URL)
    sign_in(world, clerk, Role.REGISTRAR)
    assert clerk.get(_path(head)).headers["location"] == "/w/login"
    assert company.mandates == [mandate]


def test_foreign_pages_give_and_revoke_nothing(company: Company) -> None:
    """Without our origin or the session's token nothing is done."""
    head, agent = company.head, company.named(HolderRole.AGENT)
    assert _give(head, agent.id).status_code == 303
    (mandate,) = company.mandates
    data = {**USUAL, "receiver_id": agent.id, "reason": "x"}
    for path in (_path(head), f"{_path(head)}/{mandate.id}/revoke"):
        for headers in (EVIL, {}):
            sent = {**data, "form_token": head.token}
            assert head.client.post(path, data=sent, headers=headers).status_code == 403
        assert head.client.post(path, data=data, headers=OWN).status_code == 403
    assert company.mandates == [mandate]


def test_license_out_of_force_offers_no_form(company: Company) -> None:
    """While it is suspended nothing is given, in the service's words; revoking goes on."""
    head, agent = company.head, company.named(HolderRole.AGENT)
    assert _give(head, agent.id).status_code == 303
    (mandate,) = company.mandates
    registrar = operator("registrar", head.holder.organisation_id)
    company.world.api_services.licenses.suspend(registrar, head.holder.license_id, "核查")
    assert "确认授权" not in head.client.get(_path(head)).text
    assert _give(head, agent.id).status_code == 403
    assert _revoke(head, mandate.id).status_code == 303
