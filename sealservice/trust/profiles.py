"""The plan of a trust domain: which units there are, who issues them, by which profile.

A ceremony file is acceptable when, in this order,

1. every key is known, none is missing and every value is in its range (``ceremony_file``);
2. each unit names a profile that is there, and each issuer is an authority that is there;
3. no unit issues itself by a detour, and each authority may have the authorities below it
   (path length, RFC 5280 4.2.1.9);
4. no certificate is planned to outlive its issuer's, and an authority has at most one responder;
5. the issuer of seals is an authority, and their profile is one for seals, which no unit has;
6. authorities and responders do not sign by PSS: what writes OCSP answers here cannot write it;
   and Ed25519 is for seals alone, for many readers do not know it;
7. in a demonstration every authority says so in its name.

What standards fix (key usages, the sole critical time-stamping purpose, basic constraints) follows
from the purpose, in ``certificates``, and is not for the file to choose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sealservice.config import Environment
from sealservice.kernel.text import Text
from sealservice.trust.errors import CeremonyInvalid, UnitMissing
from sealservice.trust.model import KeyAlgorithm, KeyPurpose

DEMONSTRATION_WARNING: Final = "TEST, NO LEGAL EFFECT / 测试"
"""What the name of every demonstration authority must hold."""

_AUTHORITY: Final = KeyPurpose.CERTIFICATE_AUTHORITY
_WITHOUT_PSS: Final = frozenset({_AUTHORITY, KeyPurpose.OCSP})


@dataclass(frozen=True, slots=True)
class Profile:
    """How one kind of certificate is made."""

    name: str
    purpose: KeyPurpose
    algorithm: KeyAlgorithm
    """Kind of the key to generate."""
    days: int
    """How long a certificate is valid."""
    path_length: int | None = None
    """How many authorities may follow below (authorities only)."""
    crl_hours: int | None = None
    """How long a revocation list is valid (authorities only)."""
    policy: str | None = None
    """Object identifier of the certificate policy, and of a time-stamping unit's tokens."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One holder of a key in the trust domain."""

    name: str
    """Also the last part of its addresses: ``/ca/NAME.cer``, ``/crl/NAME.crl``, ``/ocsp/NAME``."""
    profile: Profile
    issuer: str | None
    """Name of the issuing authority; None for a root."""
    common_name: str


@dataclass(frozen=True, slots=True)
class CeremonyPlan:
    """A whole trust domain as a ceremony file describes it."""

    name: str
    environment: Environment
    country: str
    organisation: str
    units: tuple[Unit, ...]
    """Each behind the one that issues it."""
    seal_issuer: str
    """Name of the authority that issues the certificates of seals."""
    seal_profile: Profile

    def unit(self, name: str) -> Unit:
        """Return the unit with this name.

        Raises:
            UnitMissing: the plan has none.
        """
        for unit in self.units:
            if unit.name == name:
                return unit
        raise UnitMissing(unit=name)

    def authorities(self) -> tuple[Unit, ...]:
        """Return the units that issue certificates and revocation lists."""
        return tuple(u for u in self.units if u.profile.purpose is _AUTHORITY)

    def timestamp_unit(self) -> Unit:
        """Return the unit that signs time-stamp tokens (the first one, if there are several).

        Raises:
            UnitMissing: the plan has none.
        """
        for unit in self.units:
            if unit.profile.purpose is KeyPurpose.TIMESTAMP:
                return unit
        raise UnitMissing(unit=KeyPurpose.TIMESTAMP.value)

    def responder_of(self, authority: str) -> Unit | None:
        """Return the unit that answers for the certificates of an authority."""
        for unit in self.units:
            if unit.profile.purpose is KeyPurpose.OCSP and unit.issuer == authority:
                return unit
        return None


def in_order_of_issue(units: Mapping[str, Unit]) -> tuple[Unit, ...]:
    """Return the units, each behind its issuer (rules 2 and 3).

    Raises:
        CeremonyInvalid: an issuer is not there, or units issue one another in a circle.
    """
    for unit in units.values():
        if unit.issuer is not None and unit.issuer not in units:
            raise CeremonyInvalid(_no_unit(unit.issuer), "units", unit.name, "issuer")
    ordered: dict[str, Unit] = {}
    while len(ordered) < len(units):
        ready = [
            unit
            for unit in units.values()
            if unit.name not in ordered and (unit.issuer is None or unit.issuer in ordered)
        ]
        if not ready:
            raise CeremonyInvalid(_circle(name for name in units if name not in ordered), "units")
        ordered.update((unit.name, unit) for unit in ready)
    return tuple(ordered.values())


def check(plan: CeremonyPlan) -> None:
    """Check the rules 2 to 7 of a plan whose units are in order of issue.

    Raises:
        CeremonyInvalid: naming the place in the file.
    """
    for unit in plan.units:
        _check_purpose(unit)
        _check_algorithm(unit)
        if unit.issuer is not None:
            _check_issuer(unit, plan.unit(unit.issuer))
    _check_single_responders(plan)
    _check_seals(plan)
    if plan.environment is Environment.DEMONSTRATION:
        _check_warnings(plan)


def _check_purpose(unit: Unit) -> None:
    purpose = unit.profile.purpose
    if purpose is KeyPurpose.SEAL:
        problem = Text("印章证书的模板不能用于单元", "a profile for seals cannot serve a unit")
        raise CeremonyInvalid(problem, "units", unit.name, "profile")
    if unit.issuer is None and purpose is not _AUTHORITY:
        problem = Text("除根以外的单元必须有签发者", "a unit other than a root needs an issuer")
        raise CeremonyInvalid(problem, "units", unit.name, "issuer")


def _check_algorithm(unit: Unit) -> None:
    if unit.profile.algorithm is KeyAlgorithm.ED25519:
        problem = Text(
            f"ed25519 只用于印章；请为单元“{unit.name}”改用 p256、p384 或 rsa3072",
            f"ed25519 is for seals alone; choose p256, p384 or rsa3072 for the unit “{unit.name}”",
        )
        raise CeremonyInvalid(problem, "profiles", unit.profile.name, "algorithm")
    if unit.profile.algorithm.is_pss and unit.profile.purpose in _WITHOUT_PSS:
        problem = Text(
            "证书颁发机构和 OCSP 应答者不能用 PSS 签名（所用的库无法生成 PSS 签名的 OCSP 应答）；"
            f"请改用 rsa3072 或 p256，PSS 只用于印章和时间戳（单元“{unit.name}”）",
            "authorities and OCSP responders cannot sign by PSS (the library that writes OCSP "
            "answers does not know it); choose rsa3072 or p256 and keep PSS for seals and time "
            f"stamps (unit “{unit.name}”)",
        )
        raise CeremonyInvalid(problem, "profiles", unit.profile.name, "algorithm")


def _check_issuer(unit: Unit, issuer: Unit) -> None:
    if issuer.profile.purpose is not _AUTHORITY:
        raise CeremonyInvalid(_no_authority(issuer.name), "units", unit.name, "issuer")
    if unit.profile.days > issuer.profile.days:
        problem = Text(
            f"“{unit.name}”的有效期长于其签发者“{issuer.name}”的 {issuer.profile.days} 天",
            f"“{unit.name}” would outlive its issuer “{issuer.name}” with its "
            f"{issuer.profile.days} days",
        )
        raise CeremonyInvalid(problem, "profiles", unit.profile.name, "days")
    if unit.profile.purpose is _AUTHORITY:
        _check_path_length(unit, issuer)


def _check_path_length(unit: Unit, issuer: Unit) -> None:
    if (unit.profile.path_length or 0) >= (issuer.profile.path_length or 0):
        problem = Text(
            f"“{unit.name}”的路径长度必须小于其签发者“{issuer.name}”的",
            f"the path length of “{unit.name}” must be less than that of its issuer "
            f"“{issuer.name}”",
        )
        raise CeremonyInvalid(problem, "profiles", unit.profile.name, "path_length")


def _check_single_responders(plan: CeremonyPlan) -> None:
    answered: dict[str | None, str] = {}
    for unit in plan.units:
        if unit.profile.purpose is not KeyPurpose.OCSP:
            continue
        if unit.issuer in answered:
            problem = Text(
                f"“{unit.issuer}”已有应答者“{answered[unit.issuer]}”",
                f"“{unit.issuer}” has the responder “{answered[unit.issuer]}” already",
            )
            raise CeremonyInvalid(problem, "units", unit.name, "issuer")
        answered[unit.issuer] = unit.name


def _check_seals(plan: CeremonyPlan) -> None:
    issuer = next((unit for unit in plan.units if unit.name == plan.seal_issuer), None)
    if issuer is None:
        raise CeremonyInvalid(_no_unit(plan.seal_issuer), "seals", "issuer")
    if issuer.profile.purpose is not _AUTHORITY:
        raise CeremonyInvalid(_no_authority(issuer.name), "seals", "issuer")
    if plan.seal_profile.purpose is not KeyPurpose.SEAL:
        problem = Text("该模板不是用于印章的", "this profile is not one for seals")
        raise CeremonyInvalid(problem, "seals", "profile")


def _check_warnings(plan: CeremonyPlan) -> None:
    for unit in plan.authorities():
        if DEMONSTRATION_WARNING not in unit.common_name:
            problem = Text(
                f"演示环境的名称必须含有“{DEMONSTRATION_WARNING}”",
                f"in a demonstration the name must hold “{DEMONSTRATION_WARNING}”",
            )
            raise CeremonyInvalid(problem, "units", unit.name, "common_name")


def _no_unit(name: str) -> Text:
    return Text(f"没有名为“{name}”的单元", f"there is no unit named “{name}”")


def _no_authority(name: str) -> Text:
    return Text(f"“{name}”不是证书颁发机构", f"“{name}” is not a certificate authority")


def _circle(names: Iterable[str]) -> Text:
    listed = ", ".join(names)
    return Text(f"签发关系成环：{listed}", f"units issue one another in a circle: {listed}")
