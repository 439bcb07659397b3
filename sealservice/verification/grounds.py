"""On what grounds certificates are judged: our anchors, material at hand, one moment, one policy.

1. Trust anchors are the given ones only.
2. Nothing is fetched. Material is what the file embeds (in its DSS, at the newest revision and at
   each document timestamp; in adbe-revocationInfoArchival) and what the caller hands in.
3. Where a certificate names a source of revocation status, a status is required (hard fail).
4. Malformed objects of the DSS are ignored, as orphans are.
5. Algorithms are judged by the policy's table, at the proven time where there is one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.fetchers import FetcherBackend
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from sealservice.verification.algorithm_usage import TableUsage, era
from sealservice.verification.anchors import TrustAnchors
from sealservice.verification.document import Document
from sealservice.verification.policy import AlgorithmTable
from sealservice.verification.proven_paths import digest_of

if TYPE_CHECKING:
    from sealservice.verification.chain import Chain

Loaded = TypeVar("Loaded")

_HARD_FAIL: Final = RevocationCheckingPolicy(
    ee_certificate_rule=RevocationCheckingRule.CHECK_IF_DECLARED,
    intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED,
)
_SIGNER_USAGE: Final = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})


class NoFetching(FetcherBackend):
    """Stands where a network client would, and refuses."""

    def get_fetchers(self) -> NoReturn:
        """Refuse."""
        message = "this verification fetches nothing"
        raise NotImplementedError(message)

    async def close(self) -> None:
        """Do nothing: there is nothing open."""


@dataclass(frozen=True, slots=True)
class Material:
    """Certificates and status answers, as DER; each once."""

    certificates: frozenset[bytes] = frozenset()
    crls: frozenset[bytes] = frozenset()
    ocsps: frozenset[bytes] = frozenset()

    def __or__(self, other: "Material") -> "Material":
        return Material(
            self.certificates | other.certificates,
            self.crls | other.crls,
            self.ocsps | other.ocsps,
        )


@dataclass(frozen=True, slots=True)
class Grounds:
    """Everything that a judgement rests on, the signature itself apart."""

    anchors: TrustAnchors
    now: datetime
    """The validation time."""
    material: Material
    algorithms: AlgorithmTable
    """Of the policy."""
    unresolved: "list[Chain]" = field(default_factory=list, compare=False, repr=False)
    """Chains that could not be judged for want of material, in the order in which they came up."""
    _made: "_Made" = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_made", _Made(self))

    def policy(
        self, proven: datetime | None, *, retroactive: bool = False
    ) -> SignatureValidationSpec:
        """Return pyHanko's form of these grounds.

        Args:
            proven: when what is judged is known to have existed; algorithms are judged as of then.
            retroactive: also use status answers issued after the moment that is judged.
        """
        usage = TableUsage(self.algorithms, self._usage_moment(proven))
        roots = self._made.roots
        return SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=roots),
                revinfo_policy=CertRevTrustPolicy(_HARD_FAIL, retroactive_revinfo=retroactive),
                algorithm_usage_policy=usage,
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                RevinfoOnlineFetchingRule.LOCAL_ONLY,
                fetcher_backend=NoFetching(),
                certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
            ),
            local_knowledge=self._made.knowledge,
            key_usage_settings=_SIGNER_USAGE,
            signature_algorithm_policy=usage,
        )

    def digest(self, proven: datetime | None, *, retroactive: bool = False) -> bytes:
        """Return a digest of all that ``policy`` says, and of the validation time."""
        current = era(self.algorithms, self._usage_moment(proven))
        words = f"{self.now.isoformat()} {current} {retroactive}"
        return digest_of((words.encode(), self._made.digest))

    def _usage_moment(self, proven: datetime | None) -> datetime:
        return min(proven or self.now, self.now)

    def timing(self, moment: datetime, signed: datetime | None = None) -> ValidationTimingInfo:
        """Return pyHanko's form of a moment at which something is judged."""
        return ValidationTimingInfo(
            validation_time=moment,
            best_signature_time=signed or moment,
            point_in_time_validation=moment != self.now,
        )


class _Made:
    """What is made of grounds when it is first asked for."""

    def __init__(self, grounds: Grounds) -> None:
        self._anchors = grounds.anchors
        self._material = grounds.material
        self._algorithms = grounds.algorithms

    @cached_property
    def knowledge(self) -> LocalKnowledge:
        """Return pyHanko's form of the material."""
        return _knowledge(self._material)

    @cached_property
    def roots(self) -> list[x509.Certificate]:
        """Return pyHanko's form of the anchors."""
        return [x509.Certificate.load(anchor.der) for anchor in self._anchors.anchors]

    @cached_property
    def digest(self) -> bytes:
        """Return a digest of all of it."""
        material, table = self._material, self._algorithms
        lengths = [(kind, sorted(ends.items())) for kind, ends in sorted(table.key_bits.items())]
        words = sorted(table.digests.items()), sorted(table.signatures.items()), lengths
        lists = (material.certificates, material.crls, material.ocsps)
        anchors = [anchor.der for anchor in self._anchors.anchors]
        return digest_of([repr(words).encode(), *map(digest_of, [anchors, *map(sorted, lists)])])


def embedded_material(document: Document, signatures: Iterable[EmbeddedPdfSignature]) -> Material:
    """Gather the material that a document embeds for some of its signatures."""
    found = Material()
    revisions = {document.sections - 1}
    for signature in signatures:
        found |= _archival(signature)
        if signature.sig_object_type == "/DocTimeStamp":
            revisions.add(int(signature.signed_revision))
    for revision in revisions:
        found |= stored_material(document, revision)
    return found


def stored_material(document: Document, revision: int) -> Material:
    """Return the document security store as it was in one revision."""
    try:
        resolver = document.reader.get_historical_resolver(revision)
        store = DocumentSecurityStore.read_dss(resolver)
    except NoDSSFoundError:
        return Material()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a store that cannot be read holds nothing
        return Material()
    return Material(
        frozenset(_streams(store.certs.values(), DecodePurpose.CERTIFICATE)),
        frozenset(_streams(store.crls, DecodePurpose.CRL)),
        frozenset(_streams(store.ocsps, DecodePurpose.OCSP_RESPONSE)),
    )


def _streams(references: Iterable[object], purpose: DecodePurpose) -> Iterator[bytes]:
    for reference in references:
        try:
            yield bytes(reference.get_object().read_data(purpose))  # type: ignore[attr-defined]
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112 - VERIFICATION 4.23: malformed entries are ignored  # nosec B112
            continue


def _archival(signature: EmbeddedPdfSignature) -> Material:
    crls: set[bytes] = set()
    ocsps: set[bytes] = set()
    try:
        attributes = signature.signer_info["signed_attrs"]
        for value in find_cms_attribute_iter(attributes, "adobe_revocation_info_archival"):
            crls.update(item.dump() for item in value["crl"])
            ocsps.update(item.dump() for item in value["ocsp"])
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as for the store
        return Material()
    return Material(crls=frozenset(crls), ocsps=frozenset(ocsps))


def _knowledge(material: Material) -> LocalKnowledge:
    return LocalKnowledge(
        known_certs=list(_loaded(material.certificates, _certificate)),
        known_crls=list(_loaded(material.crls, _crl)),
        known_ocsps=[
            container for containers in _loaded(material.ocsps, _ocsp) for container in containers
        ],
    )


def _loaded(ders: Iterable[bytes], load: Callable[[bytes], Loaded]) -> Iterator[Loaded]:
    for der in sorted(ders):
        try:
            yield load(der)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112 - malformed entries are ignored  # nosec B112
            continue


def _certificate(der: bytes) -> x509.Certificate:
    certificate = x509.Certificate.load(der, strict=True)
    _ = certificate.subject.hashable, certificate.not_valid_after, certificate.public_key.bit_size
    return certificate


def _crl(der: bytes) -> CRLContainer:
    loaded = crl.CertificateList.load(der, strict=True)
    _ = loaded["tbs_cert_list"]["this_update"].native, loaded.issuer.hashable
    return CRLContainer(loaded)


def _ocsp(der: bytes) -> list[OCSPContainer]:
    loaded = ocsp.OCSPResponse.load(der, strict=True)
    containers = list(OCSPContainer.load_multi(loaded))
    _ = [container.issuance_date for container in containers]
    return containers
