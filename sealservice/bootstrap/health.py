"""Whether every part that sealing needs is ready, asked from the machine itself.

Each check returns what it found, or raises an error of this package that says how to mend it:
1. database: answers as it does to the web process.
2. store: both buckets answer.
3. keys: a ceremony was performed, no certificate that is in use ends within thirty days, and keys
   open where they live: the key-encryption key, or the token and its PIN, are at hand.
4. timestamps: the authority gives a token that is acceptable in every respect. Our own is not asked
   when keys do not open, since a process that starts would try a wrong PIN once more.
5. fonts: the typefaces of seals and of forms have the letters of everyday use.
6. clock: ours and the database's differ by no more than a timestamp may.
7. mail: the server that is set lets us in; where none is set, it says that letters are not sent.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

from sealservice.bootstrap.errors import CertificateEnding, LettersMissing
from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.mail import mail_state
from sealservice.bootstrap.outside import timestamp_client
from sealservice.bootstrap.processes import signer_running
from sealservice.bootstrap.stores import Stores
from sealservice.bootstrap.trust import Ceremonies, performed_plan
from sealservice.config import TsaPlace
from sealservice.infra.sql.clock import DatabaseClock
from sealservice.infra.stores import DOCUMENTS, RECORDS
from sealservice.kernel.clock import rfc3339, utc_now
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.text import Text
from sealservice.matters.typesetting import Typesetter
from sealservice.sealing.errors import ClocksDiffer
from sealservice.seals.glyphs import song_type

_LETTERS: Final = "统一社会信用代码有限责任公司（盖章）0123456789"
_NOTICE: Final = timedelta(days=30)


@dataclass(frozen=True)
class Examination:
    """The parts of one open installation, each to be asked for by name."""

    installation: Installation
    stores: Stores

    def checks(self) -> Mapping[str, Callable[[], Text]]:
        """Return all checks, cheap and fundamental ones first."""
        return {
            "database": self._database,
            "store": self._store,
            "keys": self._keys,
            "timestamps": self._timestamps,
            "fonts": _fonts,
            "clock": self._clock,
            "mail": lambda: mail_state(self.installation.settings),
        }

    def _database(self) -> Text:
        version = str(self._asked("SHOW server_version")).split(" ", maxsplit=1)[0]
        return Text(f"PostgreSQL {version}", f"PostgreSQL {version}")

    def _store(self) -> Text:
        for bucket in (DOCUMENTS, RECORDS):
            self.stores.objects.first_version(bucket, "doctor")
        return Text("存储桶可访问", "the buckets answer")

    def _keys(self) -> Text:
        plan = performed_plan(self.installation)
        keys = Ceremonies(self.installation).keys()
        for unit in (certificate for _, certificate in keys if certificate):
            if unit.revoked_at is None and unit.not_after < utc_now() + _NOTICE:
                raise CertificateEnding(subject=unit.subject, not_after=rfc3339(unit.not_after))
        self._require_open()
        counted = Counter(key.location for key, _ in keys)
        places = ", ".join(f"{place} {number}" for place, number in sorted(counted.items()))
        zh, en = f"{len(keys)} 个密钥（{plan.name}）", f"{len(keys)} keys ({plan.name})"
        return Text(f"{zh}，位置：{places}", f"{en}, by place: {places}")

    def _require_open(self) -> None:
        if self._refusal is not None:
            raise self._refusal

    @cached_property
    def _refusal(self) -> SealserviceError | None:
        """Return why keys do not open, asked for once: a wrong PIN must not be tried again."""
        try:
            Ceremonies(self.installation).require_open()
        except SealserviceError as error:
            return error
        return None

    def _timestamps(self) -> Text:
        settings = self.installation.settings
        if not settings.tsa_places:
            performed_plan(self.installation)  # our own authority needs a trust domain
            self._require_open()
        places = settings.tsa_places or (TsaPlace(f"{self.installation.signer_url}/tsa"),)
        with signer_running(self.installation):
            for place in places:
                with closing(timestamp_client(settings, place)) as source:
                    source.stamp(hashlib.sha256(secrets.token_bytes(32)).digest())
        named = ", ".join(place.url for place in places)
        return Text(f"{named} 已给出时间戳", f"{named} gave a token")

    def _clock(self) -> Text:
        database_time = DatabaseClock(self.stores.database)()
        apart = abs((utc_now() - database_time).total_seconds())
        if apart > self.installation.settings.limits.timestamp_skew_seconds:
            raise ClocksDiffer(seconds=round(apart))
        return Text("与数据库一致", "agrees with the database")

    def _asked(self, statement: str) -> object:
        with self.stores.database.transaction():
            answer = self.stores.database.connection().exec_driver_sql(statement)
            return answer.scalar_one()


def _fonts() -> Text:
    seals, forms = song_type(), Typesetter()
    missing = [
        letter for letter in _LETTERS if seals.glyph(letter) is None or not forms.has_letter(letter)
    ]
    if missing:
        raise LettersMissing(letters="".join(missing))
    return Text("字形齐全", "all letters are there")
