"""What pyHanko found of certificate paths, so that none of them is validated twice.

EN 319 102-1 5.3 and 5.4 ask several things of a signature or a token. Its own ones (digest, value,
signed attributes) are asked of each. Whether its certificate leads to an anchor and is good at a
moment depends on nothing of the signature but what stands in ``Path``. So:

1. Outcomes are pyHanko's own, and kept as it gave them.
2. One counts for exactly what it was given for: the same certificate, the same others beside it in
   the same order, the same algorithms, purpose, moments, anchors, material and policy.
3. It is kept from and counts for signatures only that are intact by our own look (``integrity``),
   and in which pyHanko would find nothing more to judge (``_is_plain``).
4. What it could not judge at all, and broken signatures, are not kept.
5. A process keeps the latest few hundred, by digests of all that they were given for.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from asn1crypto import cms, core
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESSubIndic
from pyhanko.sign.general import SignedDataCerts

from sealservice.verification.signature_values import is_peculiar

_MOST: Final = 512
_PLAIN: Final = frozenset(
    {
        "content_type",
        "message_digest",
        "signing_certificate",
        "signing_certificate_v2",
        "signing_time",
        "cms_algorithm_protection",
        "adobe_revocation_info_archival",
    }
)
"""Signed attributes that ``integrity`` has looked at, and those that no judgement asks for."""
_kept: Final[OrderedDict[bytes, AdESSubIndic]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Path:
    """What an outcome depends on besides the integrity of the signature, as one digest."""

    digest: bytes

    @property
    def outcome(self) -> AdESSubIndic | None:
        """Return what was found; None: that is not known."""
        return _kept.get(self.digest)

    def keep(self, outcome: AdESSubIndic) -> None:
        """Keep what was found of it for a signature that is intact."""
        if isinstance(outcome, AdESFailure) or outcome is AdESIndeterminate.GENERIC:
            return
        _kept[self.digest] = outcome
        if len(_kept) > _MOST:
            _kept.popitem(last=False)


def forget() -> None:
    """Keep none any more."""
    _kept.clear()


def path_of(
    signed_data: cms.SignedData,
    found: SignedDataCerts,
    moment: datetime,
    grounds: bytes,
    *,
    is_token: bool,
) -> Path | None:
    """Return what an outcome depends on besides integrity; None: on more than can be told.

    Args:
        signed_data: the CMS of the signature or token.
        found: its certificates.
        moment: at which it is judged.
        grounds: a digest of anchors, material and policy.
        is_token: whether the certificate has to be one for time stamps.
    """
    try:
        if not _is_plain(signed_data, found, is_token=is_token):
            return None
        return _path(signed_data["signer_infos"][0], found, moment, grounds, is_token=is_token)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - what pyHanko makes of such a thing is its answer to give
        return None


def _is_plain(signed_data: cms.SignedData, found: SignedDataCerts, *, is_token: bool) -> bool:
    """Return whether pyHanko would find nothing in a CMS that is not looked at elsewhere.

    That is: certificates of the usual kind only, signed attributes of the usual kinds only, a
    TSTInfo in a token and no content in a signature, and a value that the library can verify.
    """
    (signer,) = signed_data["signer_infos"]
    attributes = signer["signed_attrs"]
    if attributes is core.VOID or any(one["type"].native not in _PLAIN for one in attributes):
        return False
    if any(choice.name != "certificate" for choice in signed_data["certificates"]):
        return False
    content = signed_data["encap_content_info"]
    is_stamp = content["content_type"].native == "tst_info"
    has_content = content["content"] is not core.VOID
    is_usual = is_stamp and has_content if is_token else not has_content
    return is_usual and not is_peculiar(signer, found.signer_cert)


def _path(
    signer: cms.SignerInfo,
    found: SignedDataCerts,
    moment: datetime,
    grounds: bytes,
    *,
    is_token: bool,
) -> Path:
    parts = (
        grounds,
        b"token" if is_token else b"signature",
        moment.isoformat().encode(),
        signer["signature_algorithm"].dump(),
        signer["digest_algorithm"].dump(),
        found.signer_cert.dump(),
        *(certificate.dump() for certificate in found.other_certs),
    )
    return Path(digest_of(parts))


def digest_of(parts: Iterable[bytes]) -> bytes:
    """Return a SHA-256 of byte strings and their bounds."""
    state = sha256()
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.digest()
