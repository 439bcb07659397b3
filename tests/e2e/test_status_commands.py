"""What becomes of a license and of its seals, by commands that no other test gives."""

import json
from pathlib import Path

import pytest

from tests.command_line import speaks_both
from tests.e2e.demonstrated import Demonstrated
from tests.licenses.faces import csv_of, face

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]

SAMPLES = Path(__file__).resolve().parents[2] / "templates" / "samples"


def test_the_life_of_a_license_by_commands(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """Suspend, resume, change, revoke: its seal follows; refusals are in both languages."""
    face = json.loads((SAMPLES / "license.json").read_text("utf-8"))
    face = {**face, "uscc": "91350100M000200Y4T", "name": "另一示例有限公司"}  # of no other test
    file = tmp_path / "face.json"
    file.write_text(json.dumps(face), "utf-8")
    license_id = demonstrated.call("license", "register", file, "--json").value["id"]
    seal_id = demonstrated.call("seal", "make", "--license", license_id, "--json").value["id"]
    change = demonstrated.call("license", "suspend", license_id, "--reason", "核查", "--json")
    assert change.value["status"] == "suspended"
    assert demonstrated.call("seal", "show", seal_id, "--json").value["state"] == "suspended"
    again = demonstrated.call("license", "suspend", license_id, "--reason", "核查")
    assert again.status == 65
    assert speaks_both(again)
    change = demonstrated.call("license", "resume", license_id, "--reason", "核查结束", "--json")
    assert change.value["status"] == "active"
    file.write_text(json.dumps({**face, "name": "更名后的示例有限公司"}), "utf-8")
    why = ("--reason", "名称变更")
    change = demonstrated.call("license", "change", license_id, file, *why, "--json")
    assert (change.value["version"], change.value["name"]) == (2, "更名后的示例有限公司")
    assert demonstrated.call("seal", "show", seal_id, "--json").value["state"] == "suspended"
    same = demonstrated.call("license", "change", license_id, file, *why)
    assert same.status == 65
    assert speaks_both(same)
    kept = demonstrated.call("license", "versions", license_id, "--json").value
    assert [version["reason"] for version in kept] == ["登记", "名称变更"]
    asked = demonstrated.call("license", "revoke", license_id, "--reason", "吊销", "--json")
    assert (asked.value["status"], asked.value["outcome"]) == ("revoked", None)
    twice = demonstrated.call("license", "cancel", license_id, "--reason", "注销")
    assert twice.status == 65
    assert speaks_both(twice)
    alone = demonstrated.call("license", "confirm", license_id, asked.value["id"])
    assert alone.status == 77
    assert speaks_both(alone)
    assert demonstrated.call("license", "show", license_id, "--json").value
    left = demonstrated.call("license", "dismiss", license_id, asked.value["id"], "--json")
    assert left.value["outcome"] == "dismissed"


def test_mandates_by_commands(demonstrated: Demonstrated) -> None:
    """People are named, a mandate given, listed and revoked; the log of uses has each step."""
    license_id = demonstrated.license_id
    face = demonstrated.call("license", "show", license_id, "--json").value["face"]

    def named(role: str, name: str) -> str:
        made = demonstrated.call(
            "mandate", "name", license_id, "--role", role, "--name", name, "--document",
            f"3501{name}", "--json",
        )  # fmt: skip
        return str(made.value["id"])

    principal = named("legal_representative", face["legal_representative"])
    agent = named("agent", "办事员")
    wish = ("--giver", principal, "--receiver", agent, "--act", "use_seal", "--days", "30")
    given = demonstrated.call("mandate", "give", license_id, *wish, "--uses", "3", "--json").value
    assert (given["state"], given["uses"]) == ("live", 3)
    oneself = ("--giver", principal, "--receiver", principal, "--act", "use_seal", "--days", "1")
    refused = demonstrated.call("mandate", "give", license_id, *oneself)
    assert refused.status == 65
    assert speaks_both(refused)
    demonstrated.call("mandate", "revoke", given["id"], "--reason", "收回")
    (listed,) = demonstrated.call("mandate", "list", license_id, "--json").value
    assert listed["state"] == "revoked"
    assert len(demonstrated.call("mandate", "people", license_id, "--json").value) == 2
    demonstrated.call("mandate", "end", license_id, agent, "--reason", "离职")
    kinds = {
        line["kind"] for line in demonstrated.call("license", "usage", license_id, "--json").value
    }
    assert {"person", "mandate_given", "mandate_revoked"} <= kinds


def test_a_seal_is_made_anew_by_a_command(demonstrated: Demonstrated) -> None:
    """The new seal names the old one in its history, and the old one is cancelled."""
    made = demonstrated.call(
        "seal", "make", "--license", demonstrated.license_id, "--kind", "contract", "--number",
        "7", "--json",
    ).value  # fmt: skip
    new = demonstrated.call("seal", "remake", made["id"], "--reason", "更名", "--json").value
    assert new["state"] == "active"
    assert demonstrated.call("seal", "show", made["id"], "--json").value["state"] == "cancelled"
    refused = demonstrated.call("seal", "activate", new["id"])
    assert refused.status == 65
    assert speaks_both(refused)


def test_licenses_are_imported_by_a_command(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """Good rows are registered, wrong ones listed with exit 65; given again, nothing is doubled."""
    file = tmp_path / "licenses.csv"
    file.write_bytes(csv_of([face(9_001), {**face(9_002), "name": ""}], "gb18030"))
    first = demonstrated.call("license", "import", file, "--json")
    assert first.status == 65
    assert (first.value["registered"], first.value["failed"]) == (1, 1)
    assert first.value["failures"][0]["row"] == 3
    again = demonstrated.call("license", "import", file, "--json")
    assert (again.value["registered"], again.value["unchanged"], again.value["failed"]) == (0, 1, 1)
    file.write_bytes(csv_of([face(9_001)]))
    same = demonstrated.call("license", "import", file, "--json")
    assert (same.status, same.value["unchanged"]) == (0, 1)
    file.write_text("uscc,shoe_size\n1,2", "utf-8")
    refused = demonstrated.call("license", "import", file)
    assert refused.status == 65
    assert speaks_both(refused)
