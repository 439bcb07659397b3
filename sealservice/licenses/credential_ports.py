"""What credentials and PDFs of licenses need from outside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sealservice.licenses.credential import Credential
from sealservice.licenses.model import License
from sealservice.licenses.pdf import LicensePdf
from sealservice.licenses.status_list import Status


class CredentialStore(Protocol):
    """Credentials that were asked for; joins the caller's transaction."""

    def add(self, credential: Credential) -> Credential:
        """Insert a credential and return it with the place that it got by lot."""
        ...

    def get(self, credential_id: str) -> Credential | None:
        """Return a credential, locked until the transaction ends."""
        ...

    def mark_signed(self, credential_id: str, at: datetime) -> bool:
        """Write down that a credential is signed; return whether it was not before."""
        ...

    def statuses(self, number: int) -> Mapping[int, Status] | None:
        """Return the places of a list that are not valid; None: there is no such list."""
        ...


class LicenseSigner(Protocol):
    """The signer, asked by its internal listener."""

    def credential(self, credential_id: str) -> str:
        """Return a credential that waits to be signed, signed.

        Raises:
            LicenseKeyMissing, LicenseSigningFailed.
            LicenseNotInForce, CredentialNotFound: it is too late for it.
        """
        ...

    def pdf(self, organisation_id: str, license_id: str) -> None:
        """Have the PDF of the present face sealed and kept, unless it is.

        Raises:
            LicenseKeyMissing, LicenseSigningFailed, LicenseNotInForce.
        """
        ...


class PdfShelf(Protocol):
    """The sealed PDFs, and the licenses that they are of."""

    def get(self, license_id: str, version: int) -> LicensePdf | None:
        """Return the PDF of a version."""
        ...

    def license(self, license_id: str) -> License | None:
        """Return a license, whosever it is; for whoever has its printed address."""
        ...
