-- A report that is kept stays as it was made: whoever shows its link later shows the same. Its JSON
-- is text, for jsonb refuses letters that a hostile file may well have in its names (U+0000).

CREATE TABLE reports (
  id text NOT NULL,
  organisation_id text NOT NULL,
  filename text NOT NULL,
  sha256 text NOT NULL,
  verdict text NOT NULL,
  content text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT reports_pkey PRIMARY KEY (id),
  CONSTRAINT reports_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT reports_verdict_check
    CHECK (verdict IN ('valid', 'unconfirmed', 'invalid', 'unsigned', 'unreadable')),
  CONSTRAINT reports_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX reports_organisation_id_created_at_idx ON reports (organisation_id, created_at);

CREATE TABLE report_forms (
  report_id text NOT NULL,
  form text NOT NULL,
  organisation_id text NOT NULL,
  media_type text NOT NULL,
  filename text NOT NULL,
  data bytea NOT NULL,
  CONSTRAINT report_forms_pkey PRIMARY KEY (report_id, form),
  CONSTRAINT report_forms_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id),
  CONSTRAINT report_forms_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE TRIGGER reports_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON reports
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER report_forms_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON report_forms
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- web: keeps and shows them. checker: reads them.

GRANT SELECT, INSERT ON reports, report_forms TO sealservice_web;
GRANT SELECT ON reports, report_forms TO sealservice_checker;

-- Whether a seal's use is on record is asked whenever a document with our seal is verified.

CREATE INDEX records_seal_id_sha256_idx ON records (seal_id, sha256);
