CREATE TABLE license_imports (
  id text NOT NULL,
  organisation_id text NOT NULL,
  filename text NOT NULL,
  sha256 text NOT NULL,
  rows integer NOT NULL,
  file bytea,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  created_at timestamptz NOT NULL,
  done integer NOT NULL,
  registered integer NOT NULL,
  unchanged integer NOT NULL,
  failed integer NOT NULL,
  finished_at timestamptz,
  CONSTRAINT license_imports_pkey PRIMARY KEY (id),
  CONSTRAINT license_imports_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT license_imports_done_check
    CHECK (done = registered + unchanged + failed AND done <= rows),
  CONSTRAINT license_imports_file_check CHECK ((finished_at IS NULL) = (file IS NOT NULL)),
  CONSTRAINT license_imports_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX license_imports_organisation_id_id_idx ON license_imports (organisation_id, id);

CREATE TABLE import_failures (
  import_id text NOT NULL,
  row integer NOT NULL,
  uscc text NOT NULL,
  refusal jsonb NOT NULL,
  CONSTRAINT import_failures_pkey PRIMARY KEY (import_id, row),
  CONSTRAINT import_failures_import_id_fkey FOREIGN KEY (import_id) REFERENCES license_imports (id)
);
