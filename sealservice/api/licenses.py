"""``/licenses``: e-licenses and the faces they show."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Header
from fastapi.responses import Response
from pydantic import BaseModel, Field, WithJsonSchema

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.listing import Page, PageAsked
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Sent
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import canonical
from sealservice.licenses.model import (
    FACE_TYPES,
    OPTIONAL_LINES,
    EntityType,
    FaceVersion,
    Holder,
    HolderKind,
    License,
    LicenseStatus,
    face_lines,
    face_to_json,
)
from sealservice.licenses.service import LicenseService

router: APIRouter = ProblemRouter("licenses")

Reader = Annotated[Actor, may(Permission.LICENSES_READ)]
Writer = Annotated[Actor, may(Permission.LICENSES_WRITE)]


def _face_schema(entity_type: EntityType) -> dict[str, Any]:
    lines = face_lines(FACE_TYPES[entity_type])
    properties = {
        name: {
            "type": "string",
            "maxLength": line.greatest,
            "description": f"{line.label.zh} ({line.label.en})",
        }
        for name, line in lines.items()
    }
    return {
        "type": "object",
        "title": FACE_TYPES[entity_type].__name__,
        "additionalProperties": False,
        "properties": {"entity_type": {"const": entity_type.value}, **properties},
        "required": ["entity_type", *(name for name in lines if name not in OPTIONAL_LINES)],
    }


_EXAMPLE: Final = {
    "entity_type": "company",
    "uscc": "91350100M000100Y43",
    "name": "测试科技有限公司",
    "license_type": "有限责任公司",
    "legal_representative": "张三",
    "registered_capital": "壹佰万圆整",
    "domicile": "福建省福州市鼓楼区测试路 1 号",
    "business_scope": "软件开发；信息技术咨询服务。",
    "established_on": "2020-01-02",
    "registration_authority": "福州市市场监督管理局",
    "issued_on": "2020-01-02",
    "copy": "original",
    "copy_number": "1-1",
}

FACE_SCHEMA: Final = WithJsonSchema(
    {
        "title": "LicenseFace",
        "description": "What the license shows (照面信息), by type of entity.",
        "oneOf": [_face_schema(entity_type) for entity_type in EntityType],
        "examples": [_EXAMPLE],
    }
)

Face = Annotated[dict[str, Any], Body(), FACE_SCHEMA]


class LicenseShown(BaseModel):
    """An e-license."""

    id: str = Field(examples=["lic_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    uscc: str = Field(description="Unified social credit code, GB 32100-2015.")
    name: str
    entity_type: EntityType
    status: LicenseStatus
    version: int = Field(description="Grows by one with every change of the face.")
    face: dict[str, Any]
    created_at: datetime

    @classmethod
    def of(cls, license_: License) -> "LicenseShown":
        """Show a license."""
        return cls(
            id=license_.id,
            uscc=license_.uscc,
            name=license_.name,
            entity_type=license_.entity_type,
            status=license_.status,
            version=license_.version,
            face=face_to_json(license_.face),
            created_at=license_.created_at,
        )


class HolderShown(BaseModel):
    """Somebody who may approve seal uses in the name of a license."""

    id: str = Field(examples=["hld_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    license_id: str
    name: str
    kind: HolderKind
    public_key: str = Field(description="Base64 of the DER SubjectPublicKeyInfo (P-256).")
    created_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, holder: Holder) -> "HolderShown":
        """Show a holder."""
        return cls(
            id=holder.id,
            license_id=holder.license_id,
            name=holder.name,
            kind=holder.kind,
            public_key=base64.b64encode(holder.spki).decode(),
            created_at=holder.created_at,
            revoked_at=holder.revoked_at,
        )


class Holders(BaseModel):
    """The holders of one license."""

    data: list[HolderShown]


@router.post(
    "/licenses",
    status_code=201,
    response_model=LicenseShown,
    responses=problems(400, 401, 403, 409, 413, 422),
    summary="Register an e-license",
)
def register(services: Services, actor: Writer, once: OnceOnly, face: Face) -> Response:
    """Register the e-license with this face; its credit code is checked."""
    digest = sha256_hex(canonical(face))

    def work() -> Created:
        return Created(LicenseShown.of(services.licenses.register(actor, face)))

    return once.run(actor, digest, work)


@router.get(
    "/licenses",
    responses=problems(401, 403, 422),
    summary="List e-licenses",
)
def page(services: Services, actor: Reader, paging: PageAsked) -> Page[LicenseShown]:
    """List the organisation's e-licenses in the order of their registration."""
    return paging.page(
        lambda after, limit: services.licenses.page(actor, after, limit),
        LicenseShown.of,
        lambda license_: license_.id,
    )


@router.get(
    "/licenses/{license_id}",
    responses=problems(401, 403, 404),
    summary="Show an e-license",
)
def show(services: Services, actor: Reader, license_id: str, response: Response) -> LicenseShown:
    """Show one e-license; ``ETag`` is the version of its face, for ``If-Match`` of a change."""
    license_ = services.licenses.show(actor, license_id)
    response.headers["ETag"] = f'"{license_.version}"'
    return LicenseShown.of(license_)


@router.get(
    "/licenses/{license_id}/holders",
    responses=problems(401, 403, 404),
    summary="List the holders of an e-license",
)
def holders(services: Services, actor: Reader, license_id: str) -> Holders:
    """List who may approve seal uses in the name of the license, revoked ones included."""
    found = services.holders.of_license(actor, license_id)
    return Holders(data=[HolderShown.of(holder) for holder in found])


class FaceChange(Sent):
    """The face that a license shows from now on, and why."""

    face: Annotated[dict[str, Any], FACE_SCHEMA]
    reason: str = Field(examples=["变更登记：名称变更"])


SeenVersion = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^"[0-9]{1,9}"$',
        description="The `ETag` that the license had when its face was read.",
        examples=['"3"'],
    ),
]


class FaceVersionShown(BaseModel):
    """One version of the face of a license."""

    version: int = Field(description="1 is the face that was registered.")
    face: dict[str, Any]
    reason: str
    actor_kind: str
    actor_id: str
    at: datetime

    @classmethod
    def of(cls, version: FaceVersion) -> "FaceVersionShown":
        """Show a version."""
        return cls(
            version=version.version,
            face=face_to_json(version.face),
            reason=version.reason,
            actor_kind=version.actor_kind,
            actor_id=version.actor_id,
            at=version.at,
        )


class FaceVersions(BaseModel):
    """Every version of the face of one license, oldest first."""

    data: list[FaceVersionShown]


@router.post(
    "/licenses/{license_id}/change",
    response_model=LicenseShown,
    responses=problems(400, 401, 403, 404, 409, 412, 413, 422),
    summary="Change the face of an e-license",
)
def change(
    services: Services,
    actor: Writer,
    once: OnceOnly,
    license_id: str,
    given: FaceChange,
    if_match: SeenVersion = None,
) -> Response:
    """Put a new face in the place of the present one, which is kept as a version.

    Seals that show another name than the new face are suspended in the same moment; have them
    remade, or cancel them. The credit code and the entity type cannot change. With ``If-Match``
    nothing changes if somebody else changed the face since it was read (412).
    """
    known = int(if_match.strip('"')) if if_match else None

    def work() -> Created:
        license_ = services.licenses.change(
            actor, license_id, given.face, given.reason, known=known
        )
        return Created(LicenseShown.of(license_), status=200)

    return once.run(actor, given, work)


@router.get(
    "/licenses/{license_id}/versions",
    responses=problems(401, 403, 404),
    summary="List the versions of an e-license's face",
)
def versions(services: Services, actor: Reader, license_id: str) -> FaceVersions:
    """List every face that the license has shown, oldest first, and why each came to be."""
    found = services.licenses.versions(actor, license_id)
    return FaceVersions(data=[FaceVersionShown.of(version) for version in found])


class StatusReason(Sent):
    """Why the status of a license changes."""

    reason: str = Field(examples=["登记机关吊销，国市监处罚〔2026〕1号"])


_CHANGED = problems(400, 401, 403, 404, 409, 413, 422)
_CHANGES: Final = (
    (
        "suspend",
        LicenseService.suspend,
        "Suspend an e-license",
        "Pause a license; its seals in use are suspended in the same moment.",
    ),
    (
        "resume",
        LicenseService.resume,
        "Resume an e-license",
        "Bring a paused license back; the seals it took along are resumed in the background.",
    ),
)


def _changing(
    change: Callable[[LicenseService, Actor, str, str], License],
) -> Callable[..., Response]:
    """Return the operation that changes the status of a license so."""

    def changed(
        services: Services, actor: Writer, once: OnceOnly, license_id: str, given: StatusReason
    ) -> Response:
        def work() -> Created:
            license_ = change(services.licenses, actor, license_id, given.reason)
            return Created(LicenseShown.of(license_), status=200)

        return once.run(actor, given, work)

    return changed


for _name, _change, _summary, _told in _CHANGES:
    router.post(
        f"/licenses/{{license_id}}/{_name}",
        name=_name,
        response_model=LicenseShown,
        responses=_CHANGED,
        summary=_summary,
        description=_told,
    )(_changing(_change))
