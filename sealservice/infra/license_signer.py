"""Asks the signer, over its internal listener, to sign what is issued of licenses."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx

from sealservice.kernel.errors import SealserviceError
from sealservice.licenses.credential_errors import (
    CredentialNotFound,
    LicenseKeyMissing,
    LicenseNotTypeset,
    LicenseSigningFailed,
)

_SIGNED: Final = 200, 204


@dataclass(frozen=True, slots=True)
class HttpLicenseSigner:
    """Implements ``LicenseSigner``."""

    signer_url: str
    """No slash at its end."""
    seconds: float
    """How long to wait."""

    def credential(self, credential_id: str) -> str:
        """Return a credential that waits to be signed, signed.

        Raises:
            LicenseKeyMissing, LicenseSigningFailed.
            CredentialNotFound: it is too late for it.
        """
        return self._asked(f"/credentials/{credential_id}/signature").text

    def pdf(self, organisation_id: str, license_id: str) -> None:
        """Have the PDF of the present face sealed and kept, unless it is.

        Raises:
            LicenseKeyMissing, LicenseSigningFailed.
        """
        self._asked(f"/licenses/{organisation_id}/{license_id}/pdf")

    def _asked(self, path: str) -> httpx.Response:
        try:
            answer = httpx.post(self.signer_url + path, timeout=self.seconds, trust_env=False)
        except httpx.HTTPError as error:
            raise LicenseSigningFailed from error
        if answer.status_code in _SIGNED:
            return answer
        raise _failure(answer)


def _failure(answer: httpx.Response) -> SealserviceError:
    failure: SealserviceError = LicenseSigningFailed()
    if answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
        failure = CredentialNotFound(credential_id=answer.url.path.split("/")[2])
    try:
        problem = answer.json()
    except ValueError:
        return failure
    code = problem.get("code") if isinstance(problem, dict) else None
    if code == LicenseKeyMissing.code:
        return LicenseKeyMissing()
    return LicenseNotTypeset(letters="…") if code == LicenseNotTypeset.code else failure
