"""Everything one kind of process keeps in the database and the object store, as its own role."""

from dataclasses import dataclass
from datetime import timedelta

from sealservice.archive.service import ArchiveService
from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.queues import MailQueue, WebhookQueue
from sealservice.infra.buckets import bucket_rules
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import ObjectStore
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.batches import SqlBatchStore
from sealservice.infra.sql.certificates import SqlCertificateStore
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.documents import SqlDocumentStore
from sealservice.infra.sql.jobs import Jobs
from sealservice.infra.sql.licenses import SqlHolderStore, SqlLicenseStore
from sealservice.infra.sql.mandates import SqlDenials, SqlMandateStore, SqlPersonStore
from sealservice.infra.sql.orders import SqlOrderStore
from sealservice.infra.sql.records import SqlRecordStore
from sealservice.infra.sql.seal_history import SqlSealHistory
from sealservice.infra.sql.seals import SqlSealStore
from sealservice.infra.sql.webhook_outbox import SqlOutbox
from sealservice.infra.stores import RECORDS, S3LockedStore, S3WorkingStore
from sealservice.kernel.clock import utc_now
from sealservice.licenses.mandates import MandateService
from sealservice.limits import Limits
from sealservice.notifications.announcing import AnnouncingAuditLog
from sealservice.seals.chronicle import Chronicle


@dataclass(frozen=True, slots=True)
class Stores:
    """The rows and objects of all features."""

    database: Database
    objects: ObjectStore
    audit: AnnouncingAuditLog
    certificates: SqlCertificateStore
    licenses: SqlLicenseStore
    holders: SqlHolderStore
    persons: SqlPersonStore
    mandates: SqlMandateStore
    denials: SqlDenials
    seals: SqlSealStore
    seal_history: SqlSealHistory
    documents: SqlDocumentStore
    orders: SqlOrderStore
    batches: SqlBatchStore
    records: SqlRecordStore
    working: S3WorkingStore
    locked: S3LockedStore

    def chronicle(self) -> Chronicle:
        """Return the one who writes down what happens to seals."""
        return Chronicle(self.seal_history, self.audit, utc_now)

    def mandate_service(self, limits: Limits) -> MandateService:
        """Return who gives and revokes mandates, and says what they let people do."""
        return MandateService(
            licenses=self.licenses,
            persons=self.persons,
            mandates=self.mandates,
            denials=self.denials,
            audit=self.audit,
            transaction=self.database.transaction,
            clock=utc_now,
            limits=limits,
        )

    def close(self) -> None:
        """Close the connections to the database."""
        self.denials.database.close()
        self.database.close()

    def archive(self) -> ArchiveService:
        """Return the archive on these stores."""
        return ArchiveService(
            store=self.locked,
            records=self.records,
            audit=self.audit,
            transaction=self.database.transaction,
            clock=utc_now,
            retention=_retention(),
        )


def open_stores(installation: Installation, kind: ProcessKind) -> Stores:
    """Open the stores as a kind of process; nothing is connected before it is used."""
    database = Database(installation.database_urls[kind])
    objects = ObjectStore(installation.accounts[kind], installation.settings.limits)
    return Stores(
        database=database,
        objects=objects,
        audit=_announcing(database),
        certificates=SqlCertificateStore(database, utc_now),
        licenses=SqlLicenseStore(database),
        holders=SqlHolderStore(database),
        persons=SqlPersonStore(database),
        mandates=SqlMandateStore(database),
        denials=SqlDenials(Database(installation.database_urls[kind], pool_size=1), utc_now),
        seals=SqlSealStore(database),
        seal_history=SqlSealHistory(database),
        documents=SqlDocumentStore(database),
        orders=SqlOrderStore(database, utc_now),
        batches=SqlBatchStore(database, utc_now),
        records=SqlRecordStore(database),
        working=S3WorkingStore(objects),
        locked=S3LockedStore(objects),
    )


def _announcing(database: Database) -> AnnouncingAuditLog:
    """Return the audit log, out of which webhooks and letters tell of what changed."""
    log = SqlAuditLog(database, utc_now)
    outbox, jobs = SqlOutbox(database), Jobs(database)
    return AnnouncingAuditLog(log, log, outbox, WebhookQueue(jobs), utc_now, MailQueue(jobs))


def _retention() -> timedelta:
    """Return how long the bucket of records locks by its own rule."""
    years = next(rule.lock_years for rule in bucket_rules() if rule.name == RECORDS)
    return timedelta(days=366 * years)
