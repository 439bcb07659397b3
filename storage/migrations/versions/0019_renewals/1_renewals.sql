-- Copies of archived documents with another document timestamp behind them. The record that a copy
-- is of, its bytes and its lock stay as they are; each copy begins with the bytes before it.

CREATE TABLE record_renewals (
  record_id text NOT NULL,
  number integer NOT NULL,
  organisation_id text NOT NULL,
  bucket text NOT NULL,
  object_key text NOT NULL,
  version_id text NOT NULL,
  retained_until timestamptz NOT NULL,
  sha256 text NOT NULL,
  size bigint NOT NULL,
  previous_sha256 text NOT NULL,
  renew_before timestamptz,
  report jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT record_renewals_pkey PRIMARY KEY (record_id, number),
  CONSTRAINT record_renewals_bucket_object_key_version_id_key UNIQUE (bucket, object_key, version_id),
  CONSTRAINT record_renewals_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT record_renewals_number_check CHECK (number > 0 AND size > 0),
  CONSTRAINT record_renewals_record_id_fkey FOREIGN KEY (record_id) REFERENCES records (id),
  CONSTRAINT record_renewals_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE TRIGGER record_renewals_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON record_renewals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON record_renewals
  TO sealservice_web, sealservice_signer, sealservice_worker, sealservice_checker;
GRANT INSERT ON record_renewals TO sealservice_signer;
