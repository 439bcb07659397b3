"""Signed trust lists: which authorities somebody answers for.

1. The signature is checked with a signer's certificate that was handed over beforehand, never with
   one that the list brings along; it must have been in force when the list was issued.
2. Only what that signature covers is read.
3. A list without a next update is closed and is refused, as is one whose next update has passed,
   one that is issued in the future, and one that wants to hold for longer than half a year
   (ETSI TS 119 612 5.3.15).
4. Whoever takes in a list may name its territory; a list of another one is refused.
5. Of its services those count that issue certificates or time stamps and whose status is granted
   now. A service that was granted once and is no more is not trusted, also not for the past.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509

from sealservice.kernel.text import Text
from sealservice.verification.anchors import TrustAnchor, trust_anchors
from sealservice.verification.errors import (
    AnchorUnreadable,
    TrustListInvalid,
    TrustListStale,
    TrustListTerritory,
)

LONGEST: Final = timedelta(days=190)
LIST_BYTES: Final = 32 << 20
"""Largest trust list that is read; those of EU members have up to 15 MB."""
_SKEW: Final = timedelta(minutes=5)
_SERVICE: Final = "http://uri.etsi.org/TrstSvc/Svctype/"
SERVICES: Final = frozenset(
    f"{_SERVICE}{kind}"
    for kind in (
        "CA/QC", "CA/PKC", "NationalRootCA-QC", "TSA", "TSA/QTST", "TSA/TSS-QC",
        "TSA/TSS-AdESQCandQES",
    )
)  # fmt: skip
"""Types of services whose certificates may be anchors (ETSI TS 119 612 5.5.1)."""
_STATUS: Final = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
GRANTED: Final = frozenset({f"{_STATUS}granted", f"{_STATUS}recognisedatnationallevel"})


@dataclass(frozen=True, slots=True)
class Service:
    """What a list says of one service."""

    kind: str
    """Its type, a URI."""
    status: str | None
    """A URI; None where the profile of the list knows of no other status than granted."""
    certificates: tuple[bytes, ...]
    """DER."""

    @property
    def counts(self) -> bool:
        """Return whether its certificates are anchors (rule 5)."""
        return self.kind in SERVICES and (self.status is None or self.status in GRANTED)


@dataclass(frozen=True, slots=True)
class SignedContent:
    """A list whose signature holds, as its format says it."""

    territory: str
    scheme: str
    """The scheme's name."""
    sequence: int
    issued: datetime
    next_update: datetime | None
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class TrustList:
    """A list that may be relied on until its next update."""

    territory: str
    scheme: str
    sequence: int
    issued: datetime
    next_update: datetime
    anchors: tuple[TrustAnchor, ...]


def read_list(
    data: bytes, signers: Iterable[bytes], now: datetime, territory: str | None = None
) -> TrustList:
    """Read a trust list: XML of ETSI TS 119 612, or a compact JWS of TS 119 602.

    Args:
        data: the file.
        signers: DER certificates, one of which must have signed it.
        now: the moment at which it is taken in.
        territory: what the list must be of, e.g. ``CN``; None: of any.

    Raises:
        TrustListInvalid: its form or signature does not hold.
        TrustListStale: it is not current.
        TrustListTerritory: it is of another territory.
    """
    if len(data) > LIST_BYTES:
        raise TrustListInvalid(Text(f"超过 {LIST_BYTES} 字节", f"it has over {LIST_BYTES} bytes"))
    content = _content(data, signers)
    if territory is not None and content.territory != territory:
        raise TrustListTerritory(found=content.territory, wanted=territory)
    until = _hold_fresh(content, now)
    ders = [der for one in content.services if one.counts for der in one.certificates]
    try:
        anchors = trust_anchors(content.scheme, ders).anchors
    except AnchorUnreadable:
        problem = Text("其中的证书无法读取", "a certificate in it cannot be read")
        raise TrustListInvalid(problem) from None
    return TrustList(
        content.territory, content.scheme, content.sequence, content.issued, until, anchors
    )


def _content(data: bytes, signers: Iterable[bytes]) -> SignedContent:
    # Each reader has libraries of its own, which only the command that takes a list in should load.
    if data.lstrip()[:1] == b"<":
        from sealservice.verification.trust_lists_xml import read_xml as read  # noqa: PLC0415
    else:
        from sealservice.verification.trust_lists_json import read_jws as read  # noqa: PLC0415
    complaint = TrustListInvalid(Text("没有指定签发者", "no signer was named"))
    for der in signers:
        signer = x509.load_der_x509_certificate(der)
        try:
            content = read(data, signer)
        except TrustListInvalid as error:
            complaint = error
            continue
        if signer.not_valid_before_utc <= content.issued <= signer.not_valid_after_utc:
            return content
        problem = Text("签发者证书当时不在有效期内", "its signer's certificate was not in force")
        complaint = TrustListInvalid(problem)
    raise complaint


def _hold_fresh(content: SignedContent, now: datetime) -> datetime:
    """Return until when a list holds."""
    until = content.next_update
    if until is None:
        raise TrustListInvalid(Text("已关闭（没有下次更新时间）", "it is closed (no next update)"))
    if content.issued > now + _SKEW:
        raise TrustListInvalid(Text("签发时间在将来", "it is issued in the future"))
    if until - content.issued > LONGEST:
        problem = Text("有效期超过六个月", "it wants to hold for more than half a year")
        raise TrustListInvalid(problem)
    if until <= now:
        raise TrustListStale(next_update=until.isoformat())
    return until
