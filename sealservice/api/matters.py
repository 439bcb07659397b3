"""``/matters``: things to be done by a form, and the forms filled for them."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.documents import DocumentShown
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Id, Sent
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.text import Text
from sealservice.matters.model import ApplicantField, FieldKind, Matter
from sealservice.sealing.model import Document

router: APIRouter = ProblemRouter("matters")

Reader = Annotated[Actor, may(Permission.LICENSES_READ)]
Filler = Annotated[Actor, may(Permission.LICENSES_READ, Permission.DOCUMENTS_WRITE)]


class BothLanguages(BaseModel):
    """A text in Chinese and English."""

    zh: str
    en: str

    @classmethod
    def of(cls, text: Text) -> "BothLanguages":
        """Show a text."""
        return cls(zh=text.zh, en=text.en)


class FieldAsked(BaseModel):
    """A field of the form that the applicant answers."""

    name: str
    label: BothLanguages
    kind: FieldKind
    required: bool
    max_length: int = Field(description="Most code points.")
    choices: list[str]

    @classmethod
    def of(cls, field: ApplicantField) -> "FieldAsked":
        """Show a field."""
        return cls(
            name=field.name,
            label=BothLanguages.of(field.label),
            kind=field.kind,
            required=field.required,
            max_length=field.greatest,
            choices=list(field.choices),
        )


class MatterShown(BaseModel):
    """A matter."""

    id: str = Field(examples=["bank-account-opening"])
    title: BothLanguages
    e_sign_allowed: bool = Field(description="False where the law excludes electronic signatures.")
    seal_keyword: str = Field(description="The text on which the seal goes.")
    fields: list[FieldAsked]

    @classmethod
    def of(cls, matter: Matter) -> "MatterShown":
        """Show a matter."""
        return cls(
            id=matter.id,
            title=BothLanguages.of(matter.title),
            e_sign_allowed=matter.e_sign_allowed,
            seal_keyword=matter.seal_keyword,
            fields=[FieldAsked.of(field) for field in matter.fields],
        )


class Matters(BaseModel):
    """All matters."""

    data: list[MatterShown]


class FormWanted(Sent):
    """Whose license fills the form, and the applicant's answers."""

    license_id: Id
    fields: dict[str, Any] = Field(description="Answers by field name, as `GET /matters` lists.")


@router.get("/matters", responses=problems(401, 403), summary="List matters")
def all_matters(services: Services, _actor: Reader) -> Matters:
    """List what can be done by a form here."""
    return Matters(data=[MatterShown.of(matter) for matter in services.matters.all()])


@router.post(
    "/matters/{matter_id}/forms",
    status_code=201,
    response_model=DocumentShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="Fill a form",
)
def fill(
    services: Services, actor: Filler, once: OnceOnly, matter_id: str, wanted: FormWanted
) -> Response:
    """Fill the matter's form from a license and some answers, and store it, ready to be sealed."""

    def prepare() -> Document:
        license_ = services.licenses.show(actor, wanted.license_id)
        form = services.matters.fill(matter_id, license_, wanted.fields)
        return services.orders.examined_document(actor, form.filename, form.pdf)

    def work(examined: Document) -> Created:
        return Created(DocumentShown.of(services.orders.keep_document(actor, examined)))

    return once.run_prepared(actor, wanted, prepare, work)
