"""The main job with an HSM: the real program, its settings, and a token that holds every key."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import oracles
from tests.command_line import Ended, call, speaks_both
from tests.soft_token import PIN, SoftToken, made_soft_token

SHIPPED = Path(__file__).resolve().parents[2] / "keys" / "ceremonies" / "demonstration.yaml"
ONE_MORE = """
  second-tsa:
    profile: timestamp
    issuer: time-stamping-ca
    common_name: TEST, NO LEGAL EFFECT / 测试 Second Time-Stamping Unit
"""

PADDED = """
  padded:
    purpose: timestamp
    algorithm: rsa3072-pss
    days: 1825
    policy: 1.3.6.1.4.1.32473.10.1
"""

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Demonstrated:
    """A home whose keys are in a token, after one demonstration."""

    home: Path
    soft: SoftToken
    ended: Ended

    def call(self, *arguments: str | Path, **environment: str) -> Ended:
        """Run a command with the token's settings."""
        home = {"SEALSERVICE_HOME": str(self.home)}
        return call(*arguments, **(self.soft.environment() | home | environment))

    @property
    def keys(self) -> list[dict[str, Any]]:
        """Return what ``keys list`` says."""
        listed: list[dict[str, Any]] = self.call("keys", "list", "--json").value
        return listed


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstrated]:
    """Demonstrate once, with a token from the beginning."""
    folder = tmp_path_factory.mktemp("token")
    with pytest.MonkeyPatch.context() as monkeypatch:
        soft = made_soft_token(folder / "softhsm", monkeypatch)
        home = {"SEALSERVICE_HOME": str(folder / "home")}
        ended = call("demo", "--once", **soft.environment(), **home)
        yield Demonstrated(folder / "home", soft, ended)


def test_a_document_is_sealed_by_the_token_at_its_highest_level(
    demonstrated: Demonstrated, tmp_path: Path
) -> None:
    """What ``demo`` sealed, time-stamped and archived is accepted by poppler and openssl."""
    assert demonstrated.ended.status == 0, demonstrated.ended.err
    facts = json.loads((demonstrated.home / "demo.json").read_text("utf-8"))
    assert (facts["verdict"], facts["level"]) == ("valid", "B-LTA")
    sealed = Path(facts["sealed_pdf"])
    root = demonstrated.home / "roots" / "root.pem"
    assert oracles.pdfsig_says(sealed)[0] == "Signature is Valid."
    assert oracles.openssl_accepts(sealed.read_bytes(), root, tmp_path) == 3


def test_every_key_is_listed_where_it_lives(demonstrated: Demonstrated) -> None:
    """``keys list`` says pkcs11 of each key, and the token holds exactly these."""
    listed = {key["id"]: key["location"] for key in demonstrated.keys}
    assert set(listed.values()) == {"pkcs11"}
    held = demonstrated.soft.tool("--list-objects", "--type", "privkey")
    assert held.count("Private Key Object") == len(listed)
    assert all(key_id in held for key_id in listed)


def test_keys_are_listed_without_the_token(demonstrated: Demonstrated) -> None:
    """To see where keys live, neither PIN nor token is needed; the doctor then names the place."""
    home = {"SEALSERVICE_HOME": str(demonstrated.home)}
    listed = call("keys", "list", "--json", **home)
    assert listed.value == demonstrated.keys
    (keys,) = (one for one in call("doctor", "--json", **home).value if one["id"] == "keys")
    assert not keys["ready"]
    assert "SEALSERVICE_PKCS11_*" in keys["en"]


def test_the_doctor_knows_places_and_opens_keys(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """All is ready, so many keys in pkcs11; with a wrong PIN, that is said, and what to mend."""
    found = {one["id"]: one for one in demonstrated.call("doctor", "--json").value}
    assert all(one["ready"] for one in found.values())
    assert f"pkcs11 {len(demonstrated.keys)}" in found["keys"]["en"]
    ended = demonstrated.call("doctor", "--json", **_wrong_pin(tmp_path))
    assert ended.status == 69
    found = {one["id"]: one for one in ended.value}
    assert [name for name, one in found.items() if not one["ready"]] == ["keys", "timestamps"]
    for name in ("keys", "timestamps"):
        assert "SEALSERVICE_PKCS11_PIN" in found[name]["en"]


def test_a_mechanism_that_is_missing_is_said_and_nothing_is_made(
    demonstrated: Demonstrated, tmp_path: Path
) -> None:
    """A token that lacks PSS: the ceremony is refused in both languages, and no other steps in."""
    before, ceremony, other = demonstrated.keys, tmp_path / "pss.yaml", tmp_path / "softhsm2.conf"
    unit = ONE_MORE.replace("second-tsa", "padded-tsa").replace(
        "profile: timestamp", "profile: padded"
    )
    plan = SHIPPED.read_text("utf-8").replace("\nseals:\n", f"{unit}\nseals:\n")
    ceremony.write_text(plan.replace("\nunits:\n", f"{PADDED}\nunits:\n"))
    usual = Path(demonstrated.soft.environment()["SOFTHSM2_CONF"]).read_text()
    other.write_text(f"{usual}slots.mechanisms = -,CKM_SHA256_RSA_PKCS_PSS,CKM_RSA_PKCS_PSS\n")
    ended = demonstrated.call("keys", "ceremony", ceremony, SOFTHSM2_CONF=str(other))
    assert ended.status == 69, ended.err
    assert speaks_both(ended)
    assert "CKM_SHA256_RSA_PKCS_PSS" in ended.err
    assert demonstrated.keys == before
    assert demonstrated.call("keys", "ceremony", ceremony, "--json").value["issued"]
    assert [key["algorithm"] for key in demonstrated.keys[len(before) :]] == ["rsa3072-pss"]


@pytest.mark.security
def test_neither_pin_nor_key_is_in_the_home(demonstrated: Demonstrated) -> None:
    """No key-encryption key was made, and the PIN is in no file that the program wrote."""
    assert not (demonstrated.home / "kek").exists()
    logs = [*demonstrated.home.glob("log/*"), *demonstrated.home.glob("*.json")]
    assert logs
    assert [path for path in logs if path.is_file() and PIN.encode() in path.read_bytes()] == []


def test_a_wrong_pin_is_said_in_both_languages(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """A ceremony that cannot log in ends as unavailable (69) and leaves nothing behind."""
    before, ceremony = demonstrated.keys, tmp_path / "one-more.yaml"
    ceremony.write_text(SHIPPED.read_text("utf-8").replace("\nseals:\n", f"{ONE_MORE}\nseals:\n"))
    ended = demonstrated.call("keys", "ceremony", ceremony, **_wrong_pin(tmp_path))
    assert ended.status == 69, ended.err
    assert speaks_both(ended)
    assert "PIN" in ended.err
    assert demonstrated.keys == before


def _wrong_pin(folder: Path) -> dict[str, str]:
    pin = folder / "pin"
    pin.touch(mode=0o600)
    pin.write_text("000000")
    return {"SEALSERVICE_PKCS11_PIN_FILE": str(pin)}
