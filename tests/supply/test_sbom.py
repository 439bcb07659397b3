"""The bill of materials: complete, without tools, valid."""

from importlib.metadata import version

import pytest
from packaging.utils import canonicalize_name

from tests.supply.materials import locked_packages, npm_packages
from tests.supply.sbom import Bill, BillInvalidError, bill_of_materials, validate


@pytest.fixture(scope="module")
def bill() -> Bill:
    """Make the bill once."""
    return bill_of_materials()


def test_every_locked_package_is_in_the_bill(bill: Bill) -> None:
    """Each has version, package URL and license; nothing of the developers' tools is there."""
    python = {
        canonicalize_name(one["name"]): one
        for one in bill["components"]
        if one.get("purl", "").startswith("pkg:pypi/")
    }
    assert python.keys() == set(locked_packages())
    assert all(one["version"] == version(name) for name, one in python.items())
    assert all(one["licenses"] for one in python.values())
    assert "pytest" not in python


def test_what_is_no_python_package_is_in_the_bill(bill: Bill) -> None:
    """The browser's library with its digest, both engines, and the fonts."""
    others = {one["name"]: one for one in bill["components"]}
    for one in npm_packages():
        assert others[one.name]["purl"] == f"pkg:npm/{one.name}@{one.version}"
        assert len(bytes.fromhex(others[one.name]["hashes"][0]["content"])) == 64
    assert {"PostgreSQL", "SeaweedFS", "Noto Serif SC"} <= others.keys()


def test_bill_is_of_this_software_and_valid(bill: Bill) -> None:
    """CycloneDX's own schema accepts it, and would not accept just anything."""
    assert bill["metadata"]["component"]["name"] == "sealservice"
    validate(bill)
    with pytest.raises(BillInvalidError):
        validate({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "x"}]})
