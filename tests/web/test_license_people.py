"""The pages of people, mandates and uses of a license."""

import csv
import io

import httpx
import pytest

from sealservice.identity.model import Role
from sealservice.kernel.facts import Fact
from sealservice.licenses.mandate import MandateState
from sealservice.licenses.persons import HolderRole
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import EdgeWorld
from tests.world_licenses import sample_face

REPRESENTATIVE = str(sample_face()["legal_representative"])


class Desk:
    """A registrar at the pages of one license."""

    def __init__(self, world: EdgeWorld, client: EdgeClient) -> None:
        self.world, self.client = world, client
        self.path = f"/admin/licenses/{world.license(world.ours).id}"
        sign_in(world, client, Role.REGISTRAR)

    def post(self, path: str, **typed: str | list[str]) -> httpx.Response:
        """Send a form."""
        token = form_token(self.client.get("/admin/licenses/new").text)
        data = {"form_token": token, **typed}
        return self.client.post(f"{self.path}{path}", data=data, headers=OWN)

    def name(self, role: HolderRole, name: str) -> str:
        """Name a person, and return their id."""
        typed = {"role": role.value, "name": name, "document_number": f"3501{name}"}
        assert self.post("/people", **typed).status_code == 303
        return next(reversed(self.world.people.rows))

    def give(self, giver: str, receiver: str, **typed: str | list[str]) -> httpx.Response:
        """Send the form that gives a mandate."""
        usual: dict[str, str | list[str]] = {
            "giver_id": giver, "receiver_id": receiver, "acts": ["use_seal", "log_in"],
            "starts": "2026-01-01", "ends": "2028-12-31",
        }  # fmt: skip
        return self.post("/mandates", **{**usual, **typed})


@pytest.fixture
def desk(world: EdgeWorld, client: EdgeClient) -> Desk:
    """Give a registrar at work."""
    return Desk(world, client)


def test_people_are_named_and_mandates_given_and_revoked(desk: Desk) -> None:
    """Each form does what it says, the page shows it, and no document number stays."""
    assert "还没有登记人员" in desk.client.get(f"{desk.path}/people").text
    principal = desk.name(HolderRole.LEGAL_REPRESENTATIVE, REPRESENTATIVE)
    agent = desk.name(HolderRole.AGENT, "办事员甲")
    scope = {"matters": "bank-account，tax", "uses": "3"}
    assert desk.give(principal, agent, **scope).status_code == 303
    (mandate,) = desk.world.mandates.rows.values()
    assert mandate.scope.matters == frozenset({"bank-account", "tax"})
    shown = desk.client.get(f"{desk.path}/people").text
    assert "0 / 3" in shown
    assert "3501办事员甲" not in shown
    assert desk.post(f"/mandates/{mandate.id}/revoke", reason="项目结束").status_code == 303
    assert "项目结束" in desk.client.get(f"{desk.path}/people").text
    assert desk.post(f"/people/{agent}/end", reason="离职").status_code == 303
    assert not desk.world.people.rows[agent].is_live
    chain = desk.world.mandates.chain(mandate.organisation_id, mandate.id)
    assert chain is not None
    assert chain.state(mandate.created_at) is MandateState.REVOKED


def test_what_was_typed_is_kept_when_a_form_is_refused(desk: Desk) -> None:
    """A wrong name, a mandate for oneself, a date that is none: said, with the form as it was."""
    typed = {"role": "legal_representative", "name": "李<四>", "document_number": "35010017"}
    refused = desk.post("/people", **typed)
    assert refused.status_code == 422
    assert "李&lt;四&gt;" in refused.text
    principal = desk.name(HolderRole.LEGAL_REPRESENTATIVE, REPRESENTATIVE)
    agent = desk.name(HolderRole.AGENT, "办事员甲")
    for wrong in (
        desk.give(principal, principal, matters="tax-7"),
        desk.give(principal, agent, matters="tax-7", ends="昨天"),
        desk.give(principal, agent, matters="tax-7", uses="许多"),
        desk.give(principal, agent, matters="tax-7", acts=["fly"]),
        desk.give(principal, agent, matters="tax-7", acts=[]),
        desk.give(principal, agent, matters="tax-7", parent_id="mnd_none"),
    ):
        assert wrong.status_code in {404, 422}
        assert 'value="tax-7"' in wrong.text
    assert not desk.world.mandates.rows


@pytest.mark.security
def test_readers_and_strangers_name_nobody(
    desk: Desk, world: EdgeWorld, client: EdgeClient
) -> None:
    """A clerk sees no form and is refused; another organisation's license is not found."""
    principal = desk.name(HolderRole.LEGAL_REPRESENTATIVE, REPRESENTATIVE)
    agent = desk.name(HolderRole.AGENT, "办事员甲")
    theirs = world.license(world.theirs).id
    token = form_token(client.get("/admin/licenses/new").text)
    data = {"form_token": token, "reason": "x"}
    alien = client.post(f"/admin/licenses/{theirs}/people/{agent}/end", data=data, headers=OWN)
    assert alien.status_code == 404
    assert client.get(f"/admin/licenses/{theirs}/people").status_code == 404
    assert client.get(f"/admin/licenses/{theirs}/usage").status_code == 404
    sign_in(world, client, Role.CLERK, name="王芳")
    page = client.get(f"{desk.path}/people")
    assert page.status_code == 200
    assert "<form method" not in page.text.split("<main", 1)[1]
    assert client.get(f"{desk.path}/usage").status_code == 403
    token = form_token(page.text)
    data = {"form_token": token, "giver_id": principal, "receiver_id": agent, "acts": "log_in",
            "starts": "2026-01-01", "ends": "2027-01-01"}  # fmt: skip
    assert client.post(f"{desk.path}/mandates", data=data, headers=OWN).status_code == 403
    assert not world.mandates.rows


def test_usage_is_shown_filtered_and_downloaded(desk: Desk) -> None:
    """The log has each change, narrows by kind and person, and its table holds no formula."""
    principal = desk.name(HolderRole.LEGAL_REPRESENTATIVE, REPRESENTATIVE)
    agent = desk.name(HolderRole.AGENT, "办事员甲")
    desk.give(principal, agent)
    (mandate,) = desk.world.mandates.rows.values()
    desk.post(f"/mandates/{mandate.id}/revoke", reason='=HYPERLINK("http://x")')
    shown = desk.client.get(f"{desk.path}/usage").text
    assert Fact.MANDATE_GIVEN.value in shown
    assert Fact.PERSON_NAMED.value in shown
    given = desk.client.get(f"{desk.path}/usage?kind=mandate_given&person={agent}").text
    assert Fact.MANDATE_GIVEN.value in given
    assert Fact.PERSON_NAMED.value not in given
    assert "没有符合条件" in desk.client.get(f"{desk.path}/usage?until=2020-01-01").text
    answer = desk.client.get(f"{desk.path}/usage.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "时间"
    assert rows[1][-1].startswith("'=HYPERLINK")
