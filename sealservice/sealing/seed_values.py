"""What the author of a form demands of the signature in a prepared field (ISO 32000-2 12.7.5.5).

A seed value binds when its bit of /Ff is set; then, in this order:
1. An unknown bit, or a newer version of the dictionary than we know, is refused.
2. /Filter, /SubFilter and /DigestMethod must leave what we do: Adobe.PPKLite, ETSI.CAdES.detached,
   the digest that goes with the key.
3. /Reasons must allow none, for our signatures give no reason; /LegalAttestation,
   /AppearanceFilter and a /LockDocument that is true are refused.
4. /AddRevInfo is met by B-LT and B-LTA, whose proofs of status lie in the DSS; a required timestamp
   by all levels but B-B, of our own authority, whatever address is named.
5. /Cert: the seal's certificate, its issuers, the names in its subject, its key usage.
/MDP always binds: 0 wants no certification, 1 to 3 want that certification, on a first signature.
Each refusal names the entry.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from asn1crypto import x509
from pyhanko.sign.fields import SigCertConstraintFlags, SigCertConstraints
from pyhanko.sign.general import UnacceptableSignerError

from sealservice.kernel.text import Text
from sealservice.sealing.model import Die, Level
from sealservice.sealing.pdf_values import entry
from sealservice.sealing.placement_errors import FieldUnusable
from sealservice.sealing.terms import Certification, Restrictions
from sealservice.sealing.widgets import SealField

_KNOWN_BITS: Final = 0x1FF
_NEWEST_VERSION: Final = 3
_KNOWN_CERTIFICATE_BITS: Final = 0x7F & ~SigCertConstraintFlags.OID.value
_UNMET: Final = Text(
    "表单要求（{name}）无法满足", "the form demands something we cannot do ({name})"
)
_LONG_TERM: Final = (Level.B_LT, Level.B_LTA)


@dataclass(frozen=True, slots=True)
class _Demands:
    """One seed value dictionary, and what meets it."""

    values: Any
    die: Die
    level: Level

    @property
    def digest(self) -> str:
        """Return the digest of the signature, as it is named there."""
        return self.die.algorithm.digest.upper()

    def listed(self, name: str) -> list[str]:
        """Return the names or strings in an array."""
        return [str(value).lstrip("/") for value in entry(self.values, name, ())]


def meet(
    field: SealField, die: Die, level: Level, asked: Restrictions, *, is_signed: bool
) -> Restrictions:
    """Return restrictions with the certification that a field demands.

    Raises:
        FieldUnusable: it demands something that cannot be had.

    """
    values = entry(field.field, "/SV", None)
    if values is None:
        return asked
    demands, flags = _Demands(values, die, level), int(entry(values, "/Ff", 0))
    if flags & ~_KNOWN_BITS:
        raise _unmet(field, "/Ff")
    for bit, name, is_met in _RULES:
        if flags & bit and name in values and not is_met(demands):
            raise _unmet(field, name)
    stamp = entry(values, "/TimeStamp", {})
    if entry(stamp, "/Ff", 0) and level is Level.B_B:
        raise _unmet(field, "/TimeStamp")
    if "/Cert" in values and not _accepts(values["/Cert"], die):
        raise _unmet(field, "/Cert")
    return _certified(field, values, asked, is_signed=is_signed)


def _unmet(field: SealField, name: str) -> FieldUnusable:
    reason = _UNMET.filled(name=name)
    return FieldUnusable(field=field.name, reason_zh=reason.zh, reason_en=reason.en)


def _certified(
    field: SealField,
    values: Any,  # noqa: ANN401 - a PDF value
    asked: Restrictions,
    *,
    is_signed: bool,
) -> Restrictions:
    wanted = entry(entry(values, "/MDP", {}), "/P", None)
    if wanted is None:
        return asked
    permission = asked.certification.permission if asked.certification else 0
    if wanted == permission:
        return asked
    certifications = {one.permission: one for one in Certification}
    if permission or is_signed or wanted not in certifications:
        raise _unmet(field, "/MDP")
    return replace(asked, certification=certifications[wanted])


def _accepts(constraints: Any, die: Die) -> bool:  # noqa: ANN401 - a PDF value
    flags = int(entry(constraints, "/Ff", 0))
    if flags & ~_KNOWN_CERTIFICATE_BITS:
        return False
    parsed = SigCertConstraints.from_pdf_object(constraints)
    issuer = SigCertConstraintFlags.ISSUER
    if flags & issuer.value and parsed.issuers is not None:
        ours = {x509.Certificate.load(der).issuer_serial for der in die.chain}
        if not ours & {one.issuer_serial for one in parsed.issuers}:
            return False
    others = replace(parsed, flags=parsed.flags & ~issuer)
    try:
        others.satisfied_by(x509.Certificate.load(die.certificate), None)
    except UnacceptableSignerError:
        return False
    return True


def _allows_no_reason(demands: _Demands) -> bool:
    return demands.listed("/Reasons") in ([], ["."])


def _refuses(_demands: _Demands) -> bool:
    return False


_RULES: Final[tuple[tuple[int, str, Callable[[_Demands], bool]], ...]] = (
    (1, "/Filter", lambda demands: demands.values["/Filter"] == "/Adobe.PPKLite"),
    (2, "/SubFilter", lambda demands: "ETSI.CAdES.detached" in demands.listed("/SubFilter")),
    (4, "/V", lambda demands: float(demands.values["/V"]) <= _NEWEST_VERSION),
    (8, "/Reasons", _allows_no_reason),
    (16, "/LegalAttestation", _refuses),
    (
        32,
        "/AddRevInfo",
        lambda demands: not demands.values["/AddRevInfo"] or demands.level in _LONG_TERM,
    ),
    (
        64,
        "/DigestMethod",
        lambda demands: demands.digest in map(str.upper, demands.listed("/DigestMethod")),
    ),
    (128, "/LockDocument", lambda demands: demands.values["/LockDocument"] != "/true"),
    (256, "/AppearanceFilter", _refuses),
)
