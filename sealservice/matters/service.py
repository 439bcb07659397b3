"""Fill a matter's form from a license and an applicant's answers.

1. The matter exists and the law lets it be signed electronically; the license is in force.
2. The contents are checked (``answers``): all problems come back in one error.
3. The application number is derived from the contents and the day, so that the same application
   filled twice is the same document.
4. The form is typeset (``typesetting``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from typing import Final

from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import JsonObject, JsonValue, canonical
from sealservice.licenses.model import License, LicenseStatus
from sealservice.matters.answers import Contents, check_contents
from sealservice.matters.errors import ESignNotAllowed, LicenseNotInForce, MatterNotFound
from sealservice.matters.model import FilledForm, Matter
from sealservice.matters.typesetting import Typesetter

_CHINA: Final = timezone(timedelta(hours=8))
_NUMBER_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class MatterService:
    """Use cases around forms; reads only what it is given, writes nothing."""

    matters: Mapping[str, Matter]
    typesetter: Typesetter
    clock: Clock

    def all(self) -> list[Matter]:
        """Return every matter, in the order of the ids."""
        return list(self.matters.values())

    def show(self, matter_id: str) -> Matter:
        """Return one matter.

        Raises:
            MatterNotFound: there is none of that id.
        """
        if matter_id not in self.matters:
            raise MatterNotFound(matter_id=matter_id)
        return self.matters[matter_id]

    def fill(
        self, matter_id: str, license_: License, applicant_fields: Mapping[str, JsonValue]
    ) -> FilledForm:
        """Return the matter's form, filled and dated today (in China).

        Raises:
            MatterNotFound: there is no such matter.
            ESignNotAllowed: the law excludes the matter.
            LicenseNotInForce: the license was cancelled or revoked.
            AnswersInvalid: fields are wrong; each is named.
            TypesettingFailed: the template does not compile.
        """
        matter = self.show(matter_id)
        if not matter.e_sign_allowed:
            raise ESignNotAllowed(matter_id=matter_id)
        if license_.status is not LicenseStatus.ACTIVE:
            raise LicenseNotInForce(license_id=license_.id)
        letters = self.typesetter.has_letter
        contents = check_contents(matter, license_.face, applicant_fields, letters)
        today = self.clock().astimezone(_CHINA).date()
        data = _data(matter, license_, contents, today)
        number = f"{today:%Y%m%d}-{sha256_hex(canonical(data))[:_NUMBER_DIGITS].upper()}"
        pdf = self.typesetter.typeset(matter, {**data, "number": number})
        return FilledForm(pdf, f"{matter.id}-{number}.pdf", matter.id, number, sha256_hex(pdf))


def _data(matter: Matter, license_: License, contents: Contents, today: date) -> JsonObject:
    return {
        "title": matter.title.zh,
        "date": {"year": today.year, "month": today.month, "day": today.day},
        "license": {"id": license_.id, "uscc": license_.uscc, "version": license_.version},
        "prefilled": {
            name: {"label": item.label.zh, "value": item.value}
            for name, item in contents.prefilled.items()
        },
        "fields": dict(contents.answers),
    }
