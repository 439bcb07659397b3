"""Write a CycloneDX bill of materials: ``make sbom``.

1. ``cyclonedx-py`` tells the packages of this environment and what each needs.
2. Development tools are taken out; licenses, and whatever is no Python package, are those of
   ``materials.py``.
3. The result is validated strictly against CycloneDX's own schema before it is written.
"""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tests.supply.materials import PARTS, ROOT, Material, npm_packages, python_packages

_SECONDS: Final = 300
_VERSION: Final = SchemaVersion.V1_6
Bill = dict[str, Any]


class BillInvalidError(Exception):
    """The bill breaks CycloneDX's schema."""


def bill_of_materials() -> Bill:
    """Return the bill, not validated yet."""
    bill = _environment()
    packages = {one.name: one for one in python_packages()}
    named = [(canonicalize_name(one["name"]), one) for one in bill["components"]]
    bill["components"] = [
        {**one, "licenses": _licenses(packages[name])} for name, one in named if name in packages
    ]
    kept = {one["bom-ref"] for one in bill["components"]}
    bill["components"] += [_npm(one) for one in npm_packages()]
    bill["components"] += [_part(part.material()) for part in PARTS]
    root = bill["metadata"]["component"]["bom-ref"]
    bill["dependencies"] = [
        {**one, "dependsOn": [needed for needed in one.get("dependsOn", ()) if needed in kept]}
        for one in bill["dependencies"]
        if one["ref"] in kept | {root}
    ]
    return bill


def validate(bill: Bill) -> None:
    """Hold a bill against CycloneDX's schema.

    Raises:
        BillInvalidError: it breaks the schema.
    """
    broken = JsonStrictValidator(_VERSION).validate_str(json.dumps(bill))
    if broken is not None:
        raise BillInvalidError(str(broken))


def _environment() -> Bill:
    program = Path(sys.executable).with_name("cyclonedx-py")
    done = subprocess.run(
        [
            program, "environment", "--pyproject", "pyproject.toml", "--mc-type", "application",
            "--spec-version", _VERSION.to_version(), "--output-reproducible", "--no-validate",
            sys.executable,
        ],
        cwd=ROOT, check=True, timeout=_SECONDS, capture_output=True,
    )  # fmt: skip
    bill: Bill = json.loads(done.stdout)
    return bill


def _npm(one: Material) -> Bill:
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    algorithm, _, digest = locked[f"node_modules/{one.name}"]["integrity"].partition("-")
    hashes = [{"alg": algorithm.replace("sha", "SHA-"), "content": base64.b64decode(digest).hex()}]
    return {**_component(one), "purl": f"pkg:npm/{one.name}@{one.version}", "hashes": hashes}


def _part(one: Material) -> Bill:
    """Return a part; its own version is not ours to tell, its package's is."""
    bill = _component(one)
    del bill["version"]
    return {**bill, "description": f"inside {one.origin} {one.version}"}


def _component(one: Material) -> Bill:
    return {
        "bom-ref": f"{one.origin}/{one.name}",
        "type": "library",
        "name": one.name,
        "version": one.version,
        "licenses": _licenses(one),
    }


def _licenses(one: Material) -> list[Bill]:
    return [{"expression": one.license}]


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(exist_ok=True)
    made = bill_of_materials()
    validate(made)
    target.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", "utf-8")
