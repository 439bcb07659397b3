"""Time travel: what EN 319 102-1 has us say of the past, beside EU DSS on the same files.

Every file is made relative to now, for DSS knows no other time. Where it says something else,
``DIFFERENCES`` has its word and the reason; one that is gone fails like one that is new.
"""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import pdf_signer

from sealservice.kernel.clock import utc_now
from tests.interop.judges import compiled, opinions
from tests.world_verification import SignedWorld, Unit, blank_pdf, certificate_store

pytestmark = pytest.mark.interop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW: Final = utc_now().replace(microsecond=0)
BEFORE: Final = NOW - 2 * DAY
"""When most of them are stamped."""

EXPECTED: Final = {
    "sound": "TOTAL-PASSED",
    "expired": "INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED",
    "expired_stamped": "TOTAL-PASSED",
    "expired_archived": "TOTAL-PASSED",
    "stamped_too_late": "INDETERMINATE OUT_OF_BOUNDS_NO_POE",
    "revoked": "INDETERMINATE REVOKED_NO_POE",
    "revoked_before": "INDETERMINATE REVOKED_NO_POE",
    "revoked_after": "TOTAL-PASSED",
    "stamp_revoked": "TOTAL-PASSED",
    "stamp_revoked_expired": "INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED",
    "stamped_before_birth": "INDETERMINATE NOT_YET_VALID",
    "no_status": "INDETERMINATE TRY_LATER",
    "stranger": "INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND",
    "tampered": "TOTAL-FAILED HASH_FAILURE",
    "sha1": "INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    "sha1_stamped": "INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
}
DIFFERENCES: Final[dict[str, tuple[str, str]]] = {
    "no_status": (
        "INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE",
        "nothing is wrong with the chain; an answer is missing and can be had (5.2.6.4: TRY_LATER)",
    ),
    "stamped_too_late": (
        "INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE",
        "DSS leaves out a list that was issued after the certificate ended, and then finds none",
    ),
    "stamped_before_birth": (
        "INDETERMINATE SIG_CONSTRAINTS_FAILURE",
        "DSS ends at the claimed time, which lies before the certificate as well",
    ),
}


class Story:
    """One world, told relative to now."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.world = SignedWorld()
        self.unit = self.world.stamping_unit(NOW + 1000 * DAY)
        self.lasting = self.born(NOW - 10 * DAY, NOW + 100 * DAY)
        self.expired = self.born(NOW - 10 * DAY, NOW - HOUR)

    def born(self, born: datetime, dead: datetime) -> Unit:
        """Issue to a signer."""
        return self.world.authority.issue("公章", born=born, dead=dead)

    def signed(self, unit: Unit, at: datetime = BEFORE, *, stamp: bool = True) -> bytes:
        """Sign at a moment, which is also what the signer claims."""
        self._claim(at)
        stamped = at if stamp else None
        return self.world.sign(blank_pdf(), unit, stamped=stamped, stamper=self.unit)

    def sha1(self, *, stamp: bool) -> bytes:
        """Sign as it was done long ago."""
        self._claim(BEFORE)
        details = signers.PdfSignatureMetadata(
            field_name="Seal1", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha1"
        )
        kept = certificate_store([self.world.authority])
        signer = signers.SimpleSigner(self.lasting.asn1, self.lasting.asn1_key, kept)
        stamper = self.world._client(BEFORE, self.unit) if stamp else None
        maker = signers.PdfSigner(details, signer, timestamper=stamper)
        return bytes(maker.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(blank_pdf()))).getbuffer())

    def stored(
        self,
        pdf: bytes,
        at: datetime = NOW - HOUR,
        signer: datetime | None = None,
        stamper: datetime | None = None,
    ) -> bytes:
        """Add the lists of a moment, on which signer and stamp may be revoked."""
        serial = self.lasting.certificate.serial_number
        unit = self.unit.certificate.serial_number
        return self.world.long_term(
            pdf,
            [
                self.world.root.crl(at, {unit: stamper} if stamper else None),
                self.world.authority.crl(at, {serial: signer} if signer else None),
            ],
        )

    def _claim(self, at: datetime) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # noqa: ARG003 - as its base
                return at

        self._monkeypatch.setattr(pdf_signer, "datetime", Clock)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Return every file by its name."""
        plain, stamped = self.signed(self.lasting, stamp=False), self.signed(self.lasting)
        then = BEFORE + HOUR / 2
        yield "sound", self.stored(stamped)
        yield "expired", self.stored(self.signed(self.expired, stamp=False), then)
        old = self.stored(self.signed(self.expired), then)
        yield "expired_stamped", old
        yield "expired_archived", self.world.archive(old, BEFORE + HOUR, unit=self.unit)
        late = self.signed(self.expired, NOW - HOUR / 2)
        yield "stamped_too_late", self.stored(late, NOW - HOUR / 4)
        yield "revoked", self.stored(plain, signer=NOW - DAY)
        yield "revoked_before", self.stored(stamped, signer=NOW - 3 * DAY)
        yield "revoked_after", self.stored(stamped, signer=NOW - DAY)
        yield "stamp_revoked", self.stored(stamped, stamper=NOW - 3 * DAY)
        ended = self.stored(self.signed(self.expired), stamper=NOW - DAY)
        yield "stamp_revoked_expired", ended
        young = self.born(NOW - DAY, NOW + DAY)
        yield "stamped_before_birth", self.stored(self.signed(young))
        yield "no_status", plain
        yield "stranger", SignedWorld().sign(blank_pdf())
        yield "tampered", plain.replace(b"Amount: 100", b"Amount: 900")
        yield "sha1", self.stored(self.sha1(stamp=False))
        yield "sha1_stamped", self.stored(self.sha1(stamp=True))


def test_dss_says_the_same_of_the_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Expired, revoked before and after, broken chains of stamps, the SHA-1 era, a revoked unit."""
    compiled()
    story = Story(monkeypatch)
    files = dict(story.files())
    monkeypatch.undo()
    folder, root = tmp_path / "files", tmp_path / "root.pem"
    folder.mkdir()
    root.write_bytes(story.world.root.pem)
    for name, pdf in files.items():
        (folder / f"{name}.pdf").write_bytes(pdf)
    ours, theirs = {}, {}
    for name, pdf in files.items():
        report = story.world.verify(pdf, utc_now())
        found = next(one for one in report.signatures if one.kind == "signature")
        ours[name] = _word(found.indication.value, found.sub_indication)
    for name, said in opinions("dss", root, folder).items():
        theirs[name] = _word(said[0].indication, said[0].sub_indication)
    assert ours == EXPECTED
    differing = {name: theirs[name] for name in files if theirs[name] != ours[name]}
    assert differing == {name: word for name, (word, _) in DIFFERENCES.items()}


def _word(indication: str, sub_indication: str | None) -> str:
    return " ".join(filter(None, (indication.replace("_", "-"), sub_indication)))
