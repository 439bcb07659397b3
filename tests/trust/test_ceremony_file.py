"""Ceremony files: the shipped ones are right, and every mistake is named with its place."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sealservice.config import Environment
from sealservice.kernel.resources import resource
from sealservice.trust.ceremony_file import parse_plan, read_plan
from sealservice.trust.errors import CeremonyInvalid
from sealservice.trust.model import KeyAlgorithm, KeyPurpose
from tests.world_trust import shipped_plan

SHIPPED = resource("keys/ceremonies/demonstration.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "algorithm"),
    [
        ("demonstration", KeyAlgorithm.P256),
        ("demonstration-rsa", KeyAlgorithm.RSA3072),
        ("demonstration-pss", KeyAlgorithm.RSA3072),
    ],
)
def test_shipped_files_are_whole_domains(name: str, algorithm: KeyAlgorithm) -> None:
    """The shipped files have all authorities, a time-stamping unit and responders, in order."""
    plan = shipped_plan(name)
    assert plan.environment is Environment.DEMONSTRATION
    others = {unit.profile.algorithm for unit in plan.units if unit.name != "license"}
    assert others == {algorithm}
    assert [unit.name for unit in plan.authorities()] == [
        "root",
        "license-registry-ca",
        "seal-ca",
        "time-stamping-ca",
    ]
    assert plan.timestamp_unit().name == "tsa"
    responder = plan.responder_of("seal-ca")
    assert responder is not None
    assert responder.profile.purpose is KeyPurpose.OCSP
    assert plan.responder_of("root") is None


def test_pss_is_for_seals_and_time_stamps_and_the_refusal_says_why() -> None:
    """The shipped file has PSS seals; an authority that asks for it learns what cannot do it."""
    assert shipped_plan("demonstration-pss").seal_profile.algorithm is KeyAlgorithm.RSA3072_PSS
    content = yaml.safe_load(SHIPPED)
    _put(content, "profiles.timestamp.algorithm", "rsa3072-pss")
    stamps = parse_plan(yaml.safe_dump(content, allow_unicode=True)).timestamp_unit()
    assert stamps.profile.algorithm is KeyAlgorithm.RSA3072_PSS
    _put(content, "profiles.authority.algorithm", "rsa3072-pss")
    said = _refusal(content).message
    assert "OCSP answers" in said.en
    assert "OCSP 应答" in said.zh


def test_issuers_come_first_whatever_the_order_in_the_file() -> None:
    """The plan puts each unit behind its issuer, also when the file has them the other way."""
    content = yaml.safe_load(SHIPPED)
    content["units"] = dict(reversed(content["units"].items()))
    units = [unit.name for unit in parse_plan(yaml.safe_dump(content, sort_keys=False)).units]
    assert units.index("root") < units.index("time-stamping-ca") < units.index("tsa")


_ABSENT = object()

MISTAKES: list[tuple[str, object]] = [
    ("colour", "red"),
    ("profiles.seal.key_usage", "x"),
    ("units.tsa.days", 1),
    ("profiles.seal.path_length", 0),
    ("profiles.root.days", _ABSENT),
    ("seals", _ABSENT),
    ("units", {}),
    ("units", ["root"]),
    ("units.root", "CA"),
    ("profiles.root.days", -1),
    ("profiles.root.days", True),
    ("profiles.root.days", "30"),
    ("profiles.root.days", 10**9),
    ("profiles.timestamp.days", 3651),  # its issuer has 3650
    ("profiles.authority.path_length", 1),  # as much as its issuer
    ("profiles.seal.purpose", "tls"),
    ("profiles.seal.algorithm", "rsa1024"),
    ("profiles.root.algorithm", "rsa3072-pss"),
    ("profiles.timestamp.algorithm", "ed25519"),
    ("profiles.authority.algorithm", "rsa3072-pss"),
    ("profiles.status.algorithm", "rsa3072-pss"),
    ("profiles.seal.policy", "1.2.x"),
    ("profiles.seal.policy", 1.2),
    ("environment", "staging"),
    ("country", "China"),
    ("units.TSA 2", {"profile": "timestamp"}),
    ("units.tsa.profile", "tls"),
    ("units.tsa.profile", "seal"),
    ("units.tsa.issuer", "nobody"),
    ("units.tsa.issuer", "seal-ca-status"),
    ("units.tsa.issuer", _ABSENT),
    ("seals.issuer", "nobody"),
    ("seals.issuer", "tsa"),
    ("seals.profile", "timestamp"),
    ("units.seal-ca.common_name", "Seal CA"),  # without the warning
    ("organisation", "印" * 22),
    ("organisation", "a\u202eb"),
    ("organisation", ""),
]


@pytest.mark.parametrize(("place", "value"), MISTAKES)
def test_each_mistake_is_named_with_its_place(place: str, value: object) -> None:
    """A wrong value, a key too many or too few: the error names its path, in both languages."""
    content = yaml.safe_load(SHIPPED)
    _put(content, place, value)
    refused = _refusal(content)
    assert refused.fields["path"] == place
    assert str(refused.fields["problem_zh"]) in refused.message.zh
    assert str(refused.fields["problem_en"]) in refused.message.en


@pytest.mark.parametrize("issuer", ["root", "seal-ca"])
def test_a_circle_is_named(issuer: str) -> None:
    """Units that issue one another, or themselves, are listed."""
    content = yaml.safe_load(SHIPPED)
    _put(content, "units.root.issuer", issuer)
    assert "root, license-registry-ca, seal-ca" in _refusal(content).message.en


def test_a_second_responder_is_named() -> None:
    """An authority has one responder."""
    content = yaml.safe_load(SHIPPED)
    content["units"]["another"] = dict(content["units"]["seal-ca-status"])
    assert _refusal(content).fields["path"] == "units.another.issuer"


def test_a_key_that_is_no_text_is_named() -> None:
    """YAML's keys may be numbers; here they may not."""
    content = yaml.safe_load(SHIPPED)
    content["units"]["tsa"][7] = "x"
    assert _refusal(content).fields["path"] == "units.tsa.7"


def _put(content: dict[str, Any], place: str, value: object) -> None:
    *above, key = place.split(".")
    for part in above:
        content = content[part]
    if value is _ABSENT:
        del content[key]
    else:
        content[key] = value


def _refusal(content: dict[str, Any]) -> CeremonyInvalid:
    with pytest.raises(CeremonyInvalid) as refused:
        parse_plan(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    return refused.value


@pytest.mark.parametrize(
    "text",
    ["", "- a", "a: [", "a: 1\na: 2", "!!python/object/apply:os.system ['true']", "\x00"],
    ids=["empty", "list", "broken", "key twice", "object", "binary"],
)
def test_what_is_not_plain_yaml_is_refused(text: str) -> None:
    """Broken YAML, a key given twice or a Python object: refused, never half read."""
    with pytest.raises(CeremonyInvalid):
        parse_plan(text)


def test_a_key_given_twice_is_named() -> None:
    """PyYAML would take the last of two equal keys; here the error names the key."""
    with pytest.raises(CeremonyInvalid, match="given twice: days"):
        parse_plan(SHIPPED.replace("days: 7300", "days: 7300\n    days: 1"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is reported by its path."""
    with pytest.raises(CeremonyInvalid, match=r"nowhere\.yaml"):
        read_plan(tmp_path / "nowhere.yaml")
