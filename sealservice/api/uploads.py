"""A PDF in a request: the raw body with ``?filename=``, or the one file of a multipart form."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from sealservice.api.errors import MediaTypeUnsupported
from sealservice.api.services import services_of
from sealservice.kernel.bodies import BodyMalformed, BodyTooLarge
from sealservice.kernel.filenames import safe_filename

_RAW: Final = frozenset({"application/pdf", "application/octet-stream"})
_FORM: Final = "multipart/form-data"
_FORM_FIELDS: Final = 4


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent; what is in it nobody has looked at."""

    filename: str
    data: bytes


OPENAPI_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/pdf": {
                "schema": {"type": "string", "contentMediaType": "application/pdf"}
            },
            _FORM: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "contentMediaType": "application/pdf"}
                    },
                    "required": ["file"],
                }
            },
        },
    }
}
"""Describes the body of an operation that takes an upload."""


async def _upload(
    request: Request,
    filename: Annotated[
        str | None,
        Query(max_length=500, description="Name of the file, when the body is the raw PDF."),
    ] = None,
) -> Upload:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _RAW:
        upload = Upload(safe_filename(filename or ""), await request.body())
    elif kind == _FORM:
        upload = await _form_file(request)
    else:
        raise MediaTypeUnsupported(accepted=f"application/pdf, {_FORM}")
    greatest = services_of(request).limits.document_bytes
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
