-- Every table. Ids are texts, moments timestamptz, digests 64 hexadecimal letters.


CREATE TABLE organisations (
  id text NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT organisations_pkey PRIMARY KEY (id)
);

CREATE TABLE staff (
  id text NOT NULL,
  organisation_id text NOT NULL,
  name text NOT NULL,
  roles text[] NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT staff_pkey PRIMARY KEY (id),
  CONSTRAINT staff_roles_check CHECK (roles <@ ARRAY['administrator', 'registrar', 'clerk', 'archivist', 'auditor']),
  CONSTRAINT staff_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX staff_organisation_id_idx ON staff (organisation_id);

CREATE TABLE signin_links (
  digest text NOT NULL,
  staff_id text NOT NULL,
  organisation_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CONSTRAINT signin_links_pkey PRIMARY KEY (digest),
  CONSTRAINT signin_links_digest_check CHECK (digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT signin_links_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
  CONSTRAINT signin_links_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE TABLE sessions (
  digest text NOT NULL,
  staff_id text NOT NULL,
  organisation_id text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT sessions_pkey PRIMARY KEY (digest),
  CONSTRAINT sessions_digest_check CHECK (digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT sessions_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
  CONSTRAINT sessions_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE TABLE api_keys (
  id text NOT NULL,
  organisation_id text NOT NULL,
  name text NOT NULL,
  digest text NOT NULL,
  hint text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  CONSTRAINT api_keys_pkey PRIMARY KEY (id),
  CONSTRAINT api_keys_digest_key UNIQUE (digest),
  CONSTRAINT api_keys_digest_check CHECK (digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT api_keys_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX api_keys_organisation_id_idx ON api_keys (organisation_id);

CREATE TABLE idempotency (
  organisation_id text NOT NULL,
  key text NOT NULL,
  request_digest text NOT NULL,
  status integer NOT NULL,
  media_type text,
  body bytea,
  created_at timestamptz NOT NULL,
  CONSTRAINT idempotency_pkey PRIMARY KEY (organisation_id, key),
  CONSTRAINT idempotency_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX idempotency_created_at_idx ON idempotency (created_at);

CREATE TABLE audit_facts (
  id text NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL,
  organisation_id text,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  fact text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL,
  CONSTRAINT audit_facts_pkey PRIMARY KEY (id),
  CONSTRAINT audit_facts_sequence_key UNIQUE (sequence),
  CONSTRAINT audit_facts_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX audit_facts_organisation_id_sequence_idx ON audit_facts (organisation_id, sequence);
CREATE INDEX audit_facts_subject_idx ON audit_facts (subject);

CREATE TABLE keys (
  id text NOT NULL,
  purpose text NOT NULL,
  algorithm text NOT NULL,
  location text NOT NULL,
  spki bytea NOT NULL,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  CONSTRAINT keys_pkey PRIMARY KEY (id),
  CONSTRAINT keys_location_check CHECK (location IN ('envelope', 'pkcs11'))
);

CREATE TABLE key_material (
  key_id text NOT NULL,
  wrapped bytea NOT NULL,
  nonce bytea NOT NULL,
  kek_id text NOT NULL,
  CONSTRAINT key_material_pkey PRIMARY KEY (key_id),
  CONSTRAINT key_material_nonce_check CHECK (octet_length(nonce) = 12),
  CONSTRAINT key_material_key_id_fkey FOREIGN KEY (key_id) REFERENCES keys (id)
);

CREATE TABLE certificates (
  sha256 text NOT NULL,
  unit text,
  key_id text,
  issuer_sha256 text,
  serial text NOT NULL,
  der bytea NOT NULL,
  subject text NOT NULL,
  purpose text NOT NULL,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  revoked_at timestamptz,
  revocation_reason text,
  created_at timestamptz NOT NULL,
  CONSTRAINT certificates_pkey PRIMARY KEY (sha256),
  CONSTRAINT certificates_issuer_sha256_serial_key UNIQUE (issuer_sha256, serial),
  CONSTRAINT certificates_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT certificates_validity_check CHECK (not_before < not_after),
  CONSTRAINT certificates_revocation_check CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL)),
  CONSTRAINT certificates_key_id_fkey FOREIGN KEY (key_id) REFERENCES keys (id),
  CONSTRAINT certificates_issuer_sha256_fkey FOREIGN KEY (issuer_sha256) REFERENCES certificates (sha256)
);
CREATE INDEX certificates_key_id_idx ON certificates (key_id);
CREATE INDEX certificates_unit_idx ON certificates (unit);

CREATE TABLE crls (
  issuer_sha256 text NOT NULL,
  der bytea NOT NULL,
  number bigint NOT NULL,
  this_update timestamptz NOT NULL,
  next_update timestamptz NOT NULL,
  CONSTRAINT crls_pkey PRIMARY KEY (issuer_sha256),
  CONSTRAINT crls_validity_check CHECK (this_update < next_update),
  CONSTRAINT crls_issuer_sha256_fkey FOREIGN KEY (issuer_sha256) REFERENCES certificates (sha256)
);

CREATE TABLE licenses (
  id text NOT NULL,
  organisation_id text NOT NULL,
  uscc text NOT NULL,
  entity_type text NOT NULL,
  name text NOT NULL,
  face jsonb NOT NULL,
  status text NOT NULL,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT licenses_pkey PRIMARY KEY (id),
  CONSTRAINT licenses_organisation_id_uscc_key UNIQUE (organisation_id, uscc),
  CONSTRAINT licenses_uscc_check CHECK (uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
  CONSTRAINT licenses_version_check CHECK (version >= 1),
  CONSTRAINT licenses_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE TABLE holders (
  id text NOT NULL,
  organisation_id text NOT NULL,
  license_id text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  spki bytea NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CONSTRAINT holders_pkey PRIMARY KEY (id),
  CONSTRAINT holders_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT holders_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id)
);
CREATE INDEX holders_license_id_idx ON holders (license_id);

CREATE TABLE seals (
  id text NOT NULL,
  organisation_id text NOT NULL,
  license_id text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  state text NOT NULL,
  seal_code text NOT NULL,
  diameter_mm numeric(5, 2) NOT NULL,
  artwork jsonb,
  artwork_sha256 text,
  key_id text,
  certificate_sha256 text,
  failure jsonb,
  created_at timestamptz NOT NULL,
  activated_at timestamptz,
  CONSTRAINT seals_pkey PRIMARY KEY (id),
  CONSTRAINT seals_seal_code_key UNIQUE (seal_code),
  CONSTRAINT seals_diameter_mm_check CHECK (diameter_mm > 0),
  CONSTRAINT seals_activated_check CHECK (activated_at IS NULL OR (artwork IS NOT NULL AND certificate_sha256 IS NOT NULL)),
  CONSTRAINT seals_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT seals_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id),
  CONSTRAINT seals_key_id_fkey FOREIGN KEY (key_id) REFERENCES keys (id),
  CONSTRAINT seals_certificate_sha256_fkey FOREIGN KEY (certificate_sha256) REFERENCES certificates (sha256)
);
CREATE INDEX seals_license_id_idx ON seals (license_id);
CREATE INDEX seals_organisation_id_created_at_idx ON seals (organisation_id, created_at);

CREATE TABLE documents (
  id text NOT NULL,
  organisation_id text NOT NULL,
  filename text NOT NULL,
  sha256 text NOT NULL,
  size bigint NOT NULL,
  pages integer NOT NULL,
  object_key text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT documents_pkey PRIMARY KEY (id),
  CONSTRAINT documents_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT documents_size_check CHECK (size > 0 AND pages > 0),
  CONSTRAINT documents_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX documents_organisation_id_created_at_idx ON documents (organisation_id, created_at);

CREATE TABLE sealing_orders (
  id text NOT NULL,
  organisation_id text NOT NULL,
  document_id text NOT NULL,
  seal_id text NOT NULL,
  level text NOT NULL,
  state text NOT NULL,
  placements jsonb NOT NULL,
  prepared jsonb NOT NULL,
  tail_key text NOT NULL,
  intent bytea NOT NULL,
  intent_sha256 text NOT NULL,
  nonce text NOT NULL,
  expires_at timestamptz NOT NULL,
  approval jsonb,
  consumed_at timestamptz,
  failure jsonb,
  record_id text,
  purpose text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT sealing_orders_pkey PRIMARY KEY (id),
  CONSTRAINT sealing_orders_nonce_key UNIQUE (nonce),
  CONSTRAINT sealing_orders_level_check CHECK (level IN ('B-B', 'B-T', 'B-LT', 'B-LTA')),
  CONSTRAINT sealing_orders_state_check CHECK (state IN ('pending', 'sealing', 'done', 'failed')),
  CONSTRAINT sealing_orders_intent_sha256_check CHECK (intent_sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT sealing_orders_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT sealing_orders_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id),
  CONSTRAINT sealing_orders_seal_id_fkey FOREIGN KEY (seal_id) REFERENCES seals (id)
);
CREATE INDEX sealing_orders_document_id_idx ON sealing_orders (document_id);
CREATE INDEX sealing_orders_organisation_id_created_at_idx ON sealing_orders (organisation_id, created_at);
CREATE INDEX sealing_orders_seal_id_idx ON sealing_orders (seal_id);

CREATE TABLE assertions (
  order_id text NOT NULL,
  organisation_id text NOT NULL,
  kind text NOT NULL,
  assertion jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT assertions_pkey PRIMARY KEY (order_id),
  CONSTRAINT assertions_order_id_fkey FOREIGN KEY (order_id) REFERENCES sealing_orders (id),
  CONSTRAINT assertions_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE TABLE consumed_approvals (
  nonce text NOT NULL,
  order_id text NOT NULL,
  consumed_at timestamptz NOT NULL,
  CONSTRAINT consumed_approvals_pkey PRIMARY KEY (nonce),
  CONSTRAINT consumed_approvals_order_id_key UNIQUE (order_id),
  CONSTRAINT consumed_approvals_order_id_fkey FOREIGN KEY (order_id) REFERENCES sealing_orders (id)
);

CREATE TABLE records (
  id text NOT NULL,
  organisation_id text NOT NULL,
  order_id text,
  document_id text,
  filename text NOT NULL,
  bucket text NOT NULL,
  object_key text NOT NULL,
  version_id text NOT NULL,
  sha256 text NOT NULL,
  size bigint NOT NULL,
  retained_until timestamptz NOT NULL,
  level text NOT NULL,
  verdict text NOT NULL,
  seal_id text,
  uscc text,
  approval_kind text NOT NULL,
  report jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT records_pkey PRIMARY KEY (id),
  CONSTRAINT records_order_id_key UNIQUE (order_id),
  CONSTRAINT records_bucket_object_key_version_id_key UNIQUE (bucket, object_key, version_id),
  CONSTRAINT records_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT records_size_check CHECK (size > 0),
  CONSTRAINT records_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT records_order_id_fkey FOREIGN KEY (order_id) REFERENCES sealing_orders (id),
  CONSTRAINT records_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id),
  CONSTRAINT records_seal_id_fkey FOREIGN KEY (seal_id) REFERENCES seals (id)
);
CREATE INDEX records_organisation_id_created_at_idx ON records (organisation_id, created_at);
