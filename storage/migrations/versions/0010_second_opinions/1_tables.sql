-- What the signer made of kept reports: the JWS of the JSON report, and the sealed receipt. Numbers are
-- never used twice; one may be left out, when a receipt was not finished.

CREATE SEQUENCE receipt_numbers AS bigint;

CREATE TABLE signed_reports (
  report_id text NOT NULL,
  organisation_id text NOT NULL,
  number bigint NOT NULL,
  jws bytea NOT NULL,
  receipt bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT signed_reports_pkey PRIMARY KEY (report_id),
  CONSTRAINT signed_reports_number_key UNIQUE (number),
  CONSTRAINT signed_reports_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id),
  CONSTRAINT signed_reports_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

-- A signature by a seal of ours that no record tells of. Whoever verifies such a file again does not
-- raise the alarm again.

CREATE TABLE rogue_uses (
  signature_sha256 text NOT NULL,
  seal_id text NOT NULL,
  organisation_id text NOT NULL,
  document_sha256 text NOT NULL,
  found_at timestamptz NOT NULL,
  CONSTRAINT rogue_uses_pkey PRIMARY KEY (signature_sha256),
  CONSTRAINT rogue_uses_signature_sha256_check CHECK (signature_sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT rogue_uses_document_sha256_check CHECK (document_sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT rogue_uses_seal_id_fkey FOREIGN KEY (seal_id) REFERENCES seals (id),
  CONSTRAINT rogue_uses_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX rogue_uses_seal_id_idx ON rogue_uses (seal_id);

-- What other implementations say of archived records; ``judges`` and ``disagreements`` are JSON.

CREATE TABLE second_opinions (
  id text NOT NULL,
  record_id text NOT NULL,
  organisation_id text NOT NULL,
  judges text NOT NULL,
  disagreements text NOT NULL,
  agrees boolean NOT NULL,
  checked_at timestamptz NOT NULL,
  CONSTRAINT second_opinions_pkey PRIMARY KEY (id),
  CONSTRAINT second_opinions_record_id_fkey FOREIGN KEY (record_id) REFERENCES records (id),
  CONSTRAINT second_opinions_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX second_opinions_record_id_checked_at_idx ON second_opinions (record_id, checked_at);

CREATE TRIGGER signed_reports_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON signed_reports
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rogue_uses_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON rogue_uses
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_opinions_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON second_opinions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- signer: reads what web kept, and alone adds what is signed. web: reads that, and tells of rogue uses.
-- checker: reads everything, and writes nothing but its own findings.

GRANT SELECT ON reports, report_forms TO sealservice_signer;
GRANT SELECT, INSERT ON signed_reports TO sealservice_signer;
GRANT USAGE ON SEQUENCE receipt_numbers TO sealservice_signer;
GRANT SELECT ON signed_reports TO sealservice_web, sealservice_checker;
GRANT SELECT, INSERT ON rogue_uses TO sealservice_web;
GRANT SELECT ON rogue_uses TO sealservice_checker;
GRANT SELECT, INSERT ON second_opinions TO sealservice_checker;
GRANT SELECT ON second_opinions TO sealservice_web;
