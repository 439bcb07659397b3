"""What the forms that apply for a seal hold: kept as it was typed, and read into a wish.

Fields that the chosen kind of seal does not have are not looked at: the page hides them.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from sealservice.kernel.bodies import BodyTooLarge
from sealservice.kernel.fields import (
    FieldsInvalid,
    field_problem,
    length_problem,
    unprintable_problem,
)
from sealservice.kernel.text import Text
from sealservice.limits import Limits
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.errors import SealSizeInvalid
from sealservice.seals.kinds import OWN, Own, Wanted
from sealservice.seals.lifecycle import grounds_of
from sealservice.seals.model import SealKind
from sealservice.seals.service import SealWish
from sealservice.web.errors import FormInvalid
from sealservice.web.services import services_of

_CHECK: Final = "check"
_PICTURE: Final = "picture"
_DESIGN: Final = "design"
_WIDTH_MM: Final = "40"
_REASON: Final = "申请制章"
_ID_LETTERS: Final = 100
_MOST_LETTERS: Final = 500
"""Of any field; the services have bounds of their own, in words."""
_NUMBER: Final = Text("编号", "Number")
_NOT_A_NUMBER: Final = Text("应为整数", "must be a whole number")
_TEXTS: Final = frozenset({Own.TEXT_AND_NUMBER, Own.PERSON})
_NUMBERS: Final = frozenset({Own.NUMBER, Own.TEXT_AND_NUMBER})


@dataclass(frozen=True, slots=True)
class SealDraft:
    """A form as it was sent, or as it is shown first."""

    license_id: str = ""
    kind: SealKind = SealKind.OFFICIAL
    text: str = ""
    number: str = ""
    design: str = ""
    colour: Colour = Colour.RED
    look: str = _DESIGN
    width_mm: str = _WIDTH_MM
    reason: str = _REASON
    reference: str = ""
    seen: str = ""
    """Digest of the result that was shown before."""
    step: str = ""
    picture: bytes = b""

    @property
    def is_check(self) -> bool:
        """Return whether the result is to be shown, and nothing to be applied for."""
        return self.step == _CHECK

    @property
    def is_pictured(self) -> bool:
        """Return whether a picture takes the place of a design."""
        return self.look == _PICTURE

    def width(self, limits: Limits) -> float:
        """Return the width of the ink, mm.

        Raises:
            SealSizeInvalid: it is no number.
        """
        try:
            return float(self.width_mm)
        except ValueError:
            raise SealSizeInvalid(
                width=ascii(self.width_mm) if self.width_mm else "—",
                least=f"{limits.seal_width_mm_least:g}",
                greatest=f"{limits.seal_width_mm:g}",
            ) from None

    def wish(self, picture: Artwork | None, limits: Limits) -> SealWish:
        """Return what is applied for.

        Raises:
            FieldsInvalid: the number is none; the reason or reference is not fit to be kept.
        """
        own = OWN[self.kind]
        grounds = grounds_of(self.reason, limits, reference=self.reference or None)
        return SealWish(
            kind=self.kind,
            wanted=Wanted(
                (self.text or None) if own in _TEXTS else None,
                self._number() if own in _NUMBERS else None,
            ),
            design=None if picture else self.design or None,
            colour=self.colour,
            picture=picture,
            reason=grounds.reason,
            evidence=grounds.evidence,
        )

    def _number(self) -> int | None:
        if not self.number.strip():
            return None
        try:
            return int(self.number)
        except ValueError:
            raise FieldsInvalid([field_problem("number", _NUMBER, _NOT_A_NUMBER)]) from None


def plausible_id(value: str) -> str:
    """Return what may be an id, and nothing for what no store should see."""
    return "" if unprintable_problem(value) or length_problem(value, _ID_LETTERS) else value


async def _draft(request: Request) -> SealDraft:
    form = await request.form()
    try:
        kind = SealKind(_line(form, "kind") or SealKind.OFFICIAL)
        colour = Colour(_line(form, "colour") or Colour.RED)
    except ValueError:
        raise FormInvalid from None
    return SealDraft(
        license_id=plausible_id(_line(form, "license_id")),
        kind=kind,
        text=_line(form, "text"),
        number=_line(form, "number"),
        design=_line(form, "design"),
        colour=colour,
        look=_line(form, "look") or _DESIGN,
        width_mm=_line(form, "width_mm").strip(),
        reason=_line(form, "reason"),
        reference=_line(form, "reference").strip(),
        seen=_line(form, "seen"),
        step=_line(form, "step"),
        picture=await _picture(form, services_of(request).limits.seal_picture_bytes),
    )


Draft = Annotated[SealDraft, Depends(_draft)]


def _line(form: FormData, name: str) -> str:
    value = form.get(name, "")
    if not isinstance(value, str):
        raise FormInvalid
    return value[:_MOST_LETTERS]


async def _picture(form: FormData, greatest: int) -> bytes:
    file = form.get("picture")
    if not isinstance(file, UploadFile):
        return b""
    data = await file.read(greatest + 1)
    if len(data) > greatest:
        raise BodyTooLarge(limit=f"{greatest >> 20} MB")
    return data
