"""The baseline level of a signature by what it contains (ETSI EN 319 142-1 6), not by any name.

1. none: another format than PAdES, or a CMS that is none of the baseline.
2. B-B: a PAdES signature with signing-certificate-v2.
3. B-T: and a good timestamp over it: in its CMS, or a document timestamp of a later revision.
4. B-LT: and the document holds status answers for all certificates of the signer *and* of the
   authority of such a timestamp.
5. B-LTA: and a good document timestamp of a later revision over all of that.
"""

from collections.abc import Callable

from sealservice.verification.chain import Chain
from sealservice.verification.grounds import Material
from sealservice.verification.timestamps import JudgedTimestamp

NONE = "none"


def level_of(
    chain: Chain,
    inner: tuple[JudgedTimestamp, ...],
    outer: tuple[tuple[JudgedTimestamp, int], ...],
    material: Material,
    stored_at: Callable[[int], Material],
) -> str:
    """Return the level of a baseline signature.

    Args:
        chain: the signer's.
        inner: the timestamps in the CMS.
        outer: the document timestamps that cover the signature, each with its revision.
        material: all that the document embeds; what a caller hands in lifts no level.
        stored_at: returns what the document's store held in a revision.
    """
    good_inner = [stamp for stamp in inner if stamp.is_good]
    good_outer = [(stamp, revision) for stamp, revision in outer if stamp.is_good]
    stamps = good_inner or [stamp for stamp, _ in good_outer[:1]]
    if not stamps:
        return "B-B"
    if not _is_long_term(chain, stamps, material):
        return "B-T"
    archived = good_outer if good_inner else good_outer[1:]
    covering = any(_is_long_term(chain, stamps, stored_at(revision)) for _, revision in archived)
    return "B-LTA" if covering else "B-LT"


def _is_long_term(chain: Chain, stamps: list[JudgedTimestamp], material: Material) -> bool:
    return chain.is_covered(material) and any(stamp.chain.is_covered(material) for stamp in stamps)
