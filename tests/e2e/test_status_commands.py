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
    change = demonstrated.call("license", "revoke", license_id, "--reason", "吊销", "--json")
    assert change.value["status"] == "revoked"
    assert demonstrated.call("seal", "show", seal_id, "--json").value["state"] == "cancelled"
    late = demonstrated.call("license", "cancel", license_id, "--reason", "注销")
    assert late.status == 65
    assert speaks_both(late)


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
