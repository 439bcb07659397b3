"""Reads a ceremony file strictly, and says in which place it is wrong.

1. The file is YAML with keys of text, none of them given twice.
2. Each mapping has exactly the keys it may have; each value has its type and range.
3. The plan as a whole obeys the rules of ``profiles``.
"""

import re
from pathlib import Path
from typing import Final

from sealservice.config import Environment
from sealservice.kernel.text import Text
from sealservice.trust.errors import CeremonyInvalid
from sealservice.trust.model import KeyAlgorithm, KeyPurpose
from sealservice.trust.profiles import CeremonyPlan, Profile, Unit, check, in_order_of_issue
from sealservice.trust.strict_yaml import Mapping, load_mapping

_MOST_DAYS: Final = 11_000  # thirty years
_MOST_PATH_LENGTH: Final = 4
_MOST_CRL_HOURS: Final = 24 * 366
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_OBJECT_IDENTIFIER: Final = re.compile(r"[0-2](\.(0|[1-9][0-9]{0,8})){2,19}")


def read_plan(file: Path) -> CeremonyPlan:
    """Read a ceremony file.

    Raises:
        CeremonyInvalid: the file is missing, is not YAML, or breaks a rule.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CeremonyInvalid(
            Text(f"无法读取（{error}）", f"it cannot be read ({error})"), str(file)
        ) from error
    return parse_plan(text)


def parse_plan(text: str) -> CeremonyPlan:
    """Read the text of a ceremony file.

    Raises:
        CeremonyInvalid: the text is not YAML, or breaks a rule.
    """
    top = load_mapping(text)
    profiles = {
        name: _profile(name, node) for name, node in top.mapping("profiles").mappings(_NAME)
    }
    units = {
        name: _unit(name, node, profiles) for name, node in top.mapping("units").mappings(_NAME)
    }
    seals = top.mapping("seals")
    plan = CeremonyPlan(
        name=top.matching("name", _NAME),
        environment=top.word("environment", Environment),
        country=top.matching("country", _COUNTRY),
        organisation=top.label("organisation"),
        units=in_order_of_issue(units),
        seal_issuer=seals.matching("issuer", _NAME),
        seal_profile=_chosen_profile(seals, profiles),
    )
    seals.finish()
    top.finish()
    check(plan)
    return plan


def _profile(name: str, node: Mapping) -> Profile:
    purpose = node.word("purpose", KeyPurpose)
    is_authority = purpose is KeyPurpose.CERTIFICATE_AUTHORITY
    has_policy = purpose in {KeyPurpose.SEAL, KeyPurpose.TIMESTAMP}
    profile = Profile(
        name=name,
        purpose=purpose,
        algorithm=node.word("algorithm", KeyAlgorithm),
        days=node.integer("days", 1, _MOST_DAYS),
        path_length=node.integer("path_length", 0, _MOST_PATH_LENGTH) if is_authority else None,
        crl_hours=node.integer("crl_hours", 1, _MOST_CRL_HOURS) if is_authority else None,
        policy=node.matching("policy", _OBJECT_IDENTIFIER) if has_policy else None,
    )
    node.finish()
    return profile


def _unit(name: str, node: Mapping, profiles: dict[str, Profile]) -> Unit:
    unit = Unit(
        name=name,
        profile=_chosen_profile(node, profiles),
        issuer=node.matching("issuer", _NAME) if node.has("issuer") else None,
        common_name=node.label("common_name"),
    )
    node.finish()
    return unit


def _chosen_profile(node: Mapping, profiles: dict[str, Profile]) -> Profile:
    name = node.matching("profile", _NAME)
    if name not in profiles:
        raise node.wrong(
            "profile", Text(f"没有名为“{name}”的证书模板", f"there is no profile named “{name}”")
        )
    return profiles[name]
