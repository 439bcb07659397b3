"""An e-license, its face by entity type, and the people who hold it.

The face (照面) is a labelled union: each entity type has exactly the fields its license shows,
with the labels printed there. A company has 法定代表人 and 注册资本, a sole trader has 经营者 and
no capital at all. A line that a license of that type may leave out (the term) is None then.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final, get_type_hints

from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.licenses.uscc import Uscc


class EntityType(StrEnum):
    """What kind of market entity a license is for; the label of the union."""

    COMPANY = "company"
    BRANCH = "branch"
    SOLE_TRADER = "sole_trader"
    PARTNERSHIP = "partnership"
    SOLE_PROPRIETORSHIP = "sole_proprietorship"


ENTITY_NAMES: Final = {
    EntityType.COMPANY: Text("公司", "company"),
    EntityType.BRANCH: Text("分支机构", "branch"),
    EntityType.SOLE_TRADER: Text("个体工商户", "sole trader"),
    EntityType.PARTNERSHIP: Text("合伙企业", "partnership"),
    EntityType.SOLE_PROPRIETORSHIP: Text("个人独资企业", "sole proprietorship"),
}


class Copy(StrEnum):
    """Which of the two forms of a license this is."""

    ORIGINAL = "original"
    """正本"""
    DUPLICATE = "duplicate"
    """副本"""


COPY_NAMES: Final = {
    Copy.ORIGINAL: Text("正本", "original"),
    Copy.DUPLICATE: Text("副本", "duplicate"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """How a field of the face is printed, and its greatest length in code points."""

    label: Text
    greatest: int


def _line(zh: str, en: str, greatest: int) -> Line:
    return Line(Text(zh, en), greatest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CommonFace:
    """What every license shows."""

    entity_type: ClassVar[EntityType]

    uscc: Annotated[Uscc, _line("统一社会信用代码", "Unified social credit code", 18)]
    name: Annotated[str, _line("名称", "Name", 100)]
    license_type: Annotated[str, _line("类型", "Type", 60)]
    business_scope: Annotated[str, _line("经营范围", "Business scope", 3_000)]
    established_on: Annotated[date, _line("成立日期", "Date of establishment", 10)]
    term: Annotated[str | None, _line("营业期限", "Term of operation", 60)] = None
    registration_authority: Annotated[str, _line("登记机关", "Registration authority", 60)]
    issued_on: Annotated[date, _line("发照日期", "Date of issue", 10)]
    copy: Annotated[Copy, _line("正副本", "Original or duplicate", 10)]
    copy_number: Annotated[str, _line("副本编号", "Copy number", 30)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFace(_CommonFace):
    """Face of a company's license."""

    entity_type: ClassVar[EntityType] = EntityType.COMPANY

    legal_representative: Annotated[str, _line("法定代表人", "Legal representative", 60)]
    registered_capital: Annotated[str, _line("注册资本", "Registered capital", 60)]
    domicile: Annotated[str, _line("住所", "Domicile", 200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchFace(_CommonFace):
    """Face of a branch's license: no capital of its own."""

    entity_type: ClassVar[EntityType] = EntityType.BRANCH

    person_in_charge: Annotated[str, _line("负责人", "Person in charge", 60)]
    place_of_business: Annotated[str, _line("经营场所", "Place of business", 200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoleTraderFace(_CommonFace):
    """Face of a sole trader's license: no capital."""

    entity_type: ClassVar[EntityType] = EntityType.SOLE_TRADER

    operator: Annotated[str, _line("经营者", "Operator", 60)]
    place_of_business: Annotated[str, _line("经营场所", "Place of business", 200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipFace(_CommonFace):
    """Face of a partnership's license."""

    entity_type: ClassVar[EntityType] = EntityType.PARTNERSHIP

    executive_partner: Annotated[str, _line("执行事务合伙人", "Executive partner", 100)]
    capital_contribution: Annotated[str, _line("出资额", "Capital contribution", 60)]
    main_place_of_business: Annotated[str, _line("主要经营场所", "Main place of business", 200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoleProprietorshipFace(_CommonFace):
    """Face of a sole proprietorship's license."""

    entity_type: ClassVar[EntityType] = EntityType.SOLE_PROPRIETORSHIP

    investor: Annotated[str, _line("投资人", "Investor", 60)]
    capital_contribution: Annotated[str, _line("出资额", "Capital contribution", 60)]
    domicile: Annotated[str, _line("住所", "Domicile", 200)]


LicenseFace = CompanyFace | BranchFace | SoleTraderFace | PartnershipFace | SoleProprietorshipFace

FACE_TYPES: Final[dict[EntityType, type[LicenseFace]]] = {
    EntityType.COMPANY: CompanyFace,
    EntityType.BRANCH: BranchFace,
    EntityType.SOLE_TRADER: SoleTraderFace,
    EntityType.PARTNERSHIP: PartnershipFace,
    EntityType.SOLE_PROPRIETORSHIP: SoleProprietorshipFace,
}

OPTIONAL_LINES: Final = frozenset({"term"})
"""Fields that a license may leave out."""


@dataclass(frozen=True, slots=True)
class FaceItem:
    """One line of a face as a reader sees it."""

    label: Text
    value: str
    """Dates as 2026-11-24; an original or duplicate as 正本 or 副本."""


def face_lines(face_type: type[LicenseFace]) -> dict[str, Line]:
    """Return the lines of a type of face by field name, those of every license first."""
    hints = get_type_hints(face_type, include_extras=True)
    metadata = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {name: lines[0] for name, lines in metadata.items() if lines}


def face_items(face: LicenseFace) -> dict[str, FaceItem]:
    """Return what a face shows by field name; what it does not show is left out."""
    return {
        name: FaceItem(line.label, _shown(value))
        for name, line in face_lines(type(face)).items()
        if (value := getattr(face, name)) is not None
    }


def face_to_json(face: LicenseFace) -> JsonObject:
    """Return the face as the JSON that ``parse_face`` reads; absent fields are left out."""
    values = {name: getattr(face, name) for name in face_lines(type(face))}
    present = {name: str(value) for name, value in values.items() if value is not None}
    return {"entity_type": face.entity_type.value, **present}


def _shown(value: str | date | Copy) -> str:
    return COPY_NAMES[value].zh if isinstance(value, Copy) else str(value)


class LicenseStatus(StrEnum):
    """Whether the registration authority still stands behind a license."""

    ACTIVE = "active"
    """存续"""
    SUSPENDED = "suspended"
    """暂停使用: may come back"""
    CANCELLED = "cancelled"
    """注销: given up by the entity"""
    REVOKED = "revoked"
    """吊销: taken away by the authority"""


STATUS_NAMES: Final = {
    LicenseStatus.ACTIVE: Text("存续", "active"),
    LicenseStatus.SUSPENDED: Text("暂停使用", "suspended"),
    LicenseStatus.CANCELLED: Text("注销", "cancelled"),
    LicenseStatus.REVOKED: Text("吊销", "revoked"),
}


@dataclass(frozen=True, slots=True)
class License:
    """A registered e-license; ``version`` grows by one with every change of its face."""

    id: str
    organisation_id: str
    face: LicenseFace
    status: LicenseStatus
    version: int
    created_at: datetime

    @property
    def uscc(self) -> Uscc:
        """Return the unified social credit code on the face."""
        return self.face.uscc

    @property
    def name(self) -> str:
        """Return the entity's name on the face."""
        return self.face.name

    @property
    def entity_type(self) -> EntityType:
        """Return the label of the face."""
        return self.face.entity_type

    @property
    def representative(self) -> str:
        """Return whom the face names: 法定代表人, 负责人, 经营者, 执行事务合伙人 or 投资人."""
        match self.face:
            case CompanyFace():
                return self.face.legal_representative
            case BranchFace():
                return self.face.person_in_charge
            case SoleTraderFace():
                return self.face.operator
            case PartnershipFace():
                return self.face.executive_partner
            case SoleProprietorshipFace():
                return self.face.investor


@dataclass(frozen=True, slots=True)
class FaceVersion:
    """One version of a license's face, and why it came to be."""

    license_id: str
    organisation_id: str
    version: int
    """1 is the face that was registered."""
    face: LicenseFace
    reason: str
    actor_kind: str
    actor_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LicenseImport:
    """A file of licenses, and how far its import got."""

    id: str
    organisation_id: str
    filename: str
    sha256: str
    rows: int
    actor_kind: str
    actor_id: str
    created_at: datetime
    done: int = 0
    """Rows that were looked at: ``registered + unchanged + failed``."""
    registered: int = 0
    unchanged: int = 0
    failed: int = 0
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportFailure:
    """A row of a file that was refused."""

    row: int
    uscc: str
    """What stood there for a credit code; empty if that cannot be shown."""
    refusal: JsonObject
    """``code``, ``zh``, ``en``."""


class HolderKind(StrEnum):
    """How a holder proves that it is them."""

    DEMONSTRATION = "demonstration"
    """A key this software made itself; stands in for a real holder, refused in production."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may approve in the name of a license, and the key that proves it."""

    id: str
    organisation_id: str
    license_id: str
    name: str
    kind: HolderKind
    spki: bytes
    """Public key, DER SubjectPublicKeyInfo, P-256."""
    created_at: datetime
    revoked_at: datetime | None = None
    license_holder_id: str | None = None
    """Whose key it is (``persons.py``); None: a stand-in for whom the face names."""

    @property
    def is_live(self) -> bool:
        """Return whether the holder may still approve."""
        return self.revoked_at is None
