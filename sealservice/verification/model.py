"""The verification report (stable, versioned): what the command line and the API give alike.

Words of ETSI EN 319 102-1 where they exist. Optional facts that do not apply are ``None``.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from sealservice.kernel.text import Text

REPORT_VERSION = 1


class Verdict(StrEnum):
    """What a bank clerk reads."""

    VALID = "valid"
    UNCONFIRMED = "unconfirmed"
    INVALID = "invalid"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


class ExitCode(IntEnum):
    """Verdicts as exit codes of ``sealservice verify``; 64 and above are errors."""

    VALID = 0
    INVALID = 1
    UNCONFIRMED = 2
    UNSIGNED = 3
    UNREADABLE = 4


class Indication(StrEnum):
    """ETSI EN 319 102-1 clause 5.1.3."""

    TOTAL_PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL-FAILED"


class Coverage(StrEnum):
    """How much of the file a ByteRange covers."""

    ENTIRE_FILE = "entire_file"
    ENTIRE_REVISION = "entire_revision"
    CONTIGUOUS = "contiguous"
    UNCLEAR = "unclear"


class CheckStatus(StrEnum):
    """Outcome of one of the checks a clerk sees."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"
    NOT_DONE = "not_done"


class Grade(StrEnum):
    """How much a finding weighs, by itself or under a policy."""

    FAIL = "FAIL"
    """It keeps a signature from being valid."""
    WARN = "WARN"
    INFORM = "INFORM"
    IGNORE = "IGNORE"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell, under a stable key."""

    key: str
    text: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found out about a signature, before any policy weighs it."""

    message: Message
    own_grade: Grade
    """What it weighs where a policy says nothing about its key."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the verdict card."""

    key: str
    status: CheckStatus
    text: Text


@dataclass(frozen=True, slots=True)
class SignerName:
    """Who a certificate says signed."""

    common_name: str | None
    organization: str | None
    uscc: str | None
    certificate_sha256: str


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A certificate of the path."""

    subject: str
    trusted: bool
    """True for the trust anchor."""
    sha256: str
    """Of the certificate's DER."""


@dataclass(frozen=True, slots=True)
class TimestampFact:
    """A timestamp over a signature or the document."""

    time: str
    authority: str | None
    indication: Indication


@dataclass(frozen=True, slots=True)
class RevocationFact:
    """A status answer that was used."""

    source: str
    """``ocsp`` or ``crl``."""
    this_update: str
    status: str
    """``good`` or ``revoked``."""
    time: str | None
    """Of the revocation."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """Where a signature shows."""

    page: int
    """1 for the first page."""
    rect: tuple[float, float, float, float]
    """Points: left, bottom, right, top."""
    image_matches: bool | None
    """Whether the picture is the registered one; None when it was not compared."""
    picture_sha256: str | None = None
    """Of the drawing that it shows, as seals are registered with."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that looks otherwise than when it was signed."""

    page: int
    """In the newest revision, 1 for the first page; of a page that is gone, its old number."""
    rect: tuple[float, float, float, float]
    """Points: left, bottom, right, top, as in ``Appearance``."""


@dataclass(frozen=True, slots=True)
class Modification:
    """A change after signing."""

    kind: str
    level: str
    """``legitimate`` or ``illegitimate``."""
    detail: str
    regions: tuple[Region, ...] = ()
    """Where it shows; empty: nowhere, or it was not rendered."""


@dataclass(frozen=True, slots=True)
class Algorithms:
    """What a signature was made with."""

    digest: str
    signature: str
    key_bits: int | None


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """All that is known about one signature or document timestamp."""

    field: str
    kind: str
    """``signature`` or ``document_timestamp``."""
    format: str
    """PAdES, adbe.pkcs7.detached, ... as named in the file."""
    indication: Indication
    sub_indication: str | None
    level: str
    """B-B, B-T, B-LT, B-LTA or none."""
    intact: bool
    coverage: Coverage
    modified_after_signing: bool
    modifications: tuple[Modification, ...]
    byte_range: tuple[int, ...]
    signed_revision_sha256: str | None
    docmdp: int | None
    claimed_signing_time: str | None
    best_signature_time: str | None
    best_time_source: str | None
    """``signature_timestamp``, ``document_timestamp`` or None: no proof."""
    signer: SignerName | None
    seal: dict[str, str | None] | None
    license: dict[str, str | None] | None
    algorithms: Algorithms | None
    certificate_chain: tuple[ChainLink, ...]
    trust_anchor: str | None
    timestamps: tuple[TimestampFact, ...]
    revocation: tuple[RevocationFact, ...]
    appearances: tuple[Appearance, ...]
    augment_before: str | None
    checks: tuple[Check, ...]
    errors: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    infos: tuple[Message, ...] = ()
    signature_sha256: str | None = None
    """Of the signature value in the CMS."""
    findings: tuple[Finding, ...] = ()
    """All that was found; errors, warnings and infos are these, weighed by the policy."""
    verdict: Verdict | None = None
    """By the policy of the report; None: not decided yet."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The file that was looked at."""

    filename: str
    size: int
    sha256: str | None
    """None: its bytes could not be had."""
    pages: int | None
    revisions: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on one file, and all it rests on."""

    report_id: str
    engine: str
    verdict: Verdict
    validation_time: str
    policy: dict[str, str]
    trust_list: dict[str, str | int | None]
    document: DocumentFacts
    signatures: tuple[SignatureReport, ...]
    test_only: bool
    """A demonstration root was involved."""
    errors: tuple[Message, ...] = field(default=())
