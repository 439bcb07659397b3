"""A file in a request: the raw body (a PDF's name is ``?filename=``), or a form's one file."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from sealservice.api.errors import MediaTypeUnsupported
from sealservice.api.services import services_of
from sealservice.kernel.bodies import BodyMalformed, BodyTooLarge
from sealservice.kernel.filenames import safe_filename

_ANY: Final = "application/octet-stream"
_PDFS: Final = ("application/pdf",)
_PICTURES: Final = ("image/png", "image/jpeg", "image/svg+xml")
_FACES: Final = ("text/csv", "application/json")
_FORM: Final = "multipart/form-data"
_FORM_FIELDS: Final = 4


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent; what is in it nobody has looked at."""

    filename: str
    data: bytes


def _body(*kinds: str) -> dict[str, Any]:
    """Describe the body of an operation that takes a file of one of these media types."""
    file = {"type": "string", "contentMediaType": kinds[0]}
    form = {"type": "object", "properties": {"file": file}, "required": ["file"]}
    raw = {kind: {"schema": {"type": "string", "contentMediaType": kind}} for kind in kinds}
    return {"requestBody": {"required": True, "content": {**raw, _FORM: {"schema": form}}}}


OPENAPI_BODY: Final = _body("application/pdf")
"""Describes the body of an operation that takes a PDF."""
OPENAPI_PICTURE: Final = _body(*_PICTURES)
"""Describes the body of an operation that takes the picture of a seal."""

OPENAPI_FACES: Final = _body(*_FACES)
"""Describes the body of an operation that takes a file of license faces."""


async def _upload(
    request: Request,
    filename: Annotated[
        str | None,
        Query(max_length=500, description="Name of the file, when the body is the raw PDF."),
    ] = None,
) -> Upload:
    greatest = services_of(request).limits.document_bytes
    return await _received(request, filename or "", _PDFS, greatest)


async def _verified(
    request: Request,
    filename: Annotated[
        str | None,
        Query(max_length=500, description="Name of the file, when the body is the raw PDF."),
    ] = None,
) -> Upload:
    greatest = services_of(request).limits.verified_bytes
    return await _received(request, filename or "", _PDFS, greatest)


async def _picture(request: Request) -> Upload:
    greatest = services_of(request).limits.seal_picture_bytes
    return await _received(request, "", _PICTURES, greatest)


async def _faces(
    request: Request,
    filename: Annotated[
        str | None, Query(max_length=500, description="Name of the file, when the body is it.")
    ] = None,
) -> Upload:
    greatest = services_of(request).limits.import_bytes
    return await _received(request, filename or "", _FACES, greatest)


async def _received(
    request: Request, filename: str, kinds: tuple[str, ...], greatest: int
) -> Upload:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {*kinds, _ANY}:
        upload = Upload(safe_filename(filename), await request.body())
    elif kind == _FORM:
        upload = await _form_file(request)
    else:
        raise MediaTypeUnsupported(accepted=", ".join([*kinds, _FORM]))
    if len(upload.data) > greatest:
        raise BodyTooLarge(limit=f"{greatest >> 20} MB")
    return upload


async def _form_file(request: Request) -> Upload:
    try:
        form = request.form(max_files=1, max_fields=_FORM_FIELDS)
        async with form as fields:
            file = fields.get("file")
            if not isinstance(file, UploadFile):
                raise BodyMalformed
            return Upload(safe_filename(file.filename or ""), await file.read())
    except HTTPException:
        raise BodyMalformed from None


Uploaded = Annotated[Upload, Depends(_upload)]
VerifiedUploaded = Annotated[Upload, Depends(_verified)]
PictureUploaded = Annotated[Upload, Depends(_picture)]
FacesUploaded = Annotated[Upload, Depends(_faces)]
