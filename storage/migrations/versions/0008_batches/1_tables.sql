-- A batch is asked for as a list of documents; what of it can be sealed becomes orders, and the
-- list of their intents is closed: its intent names the Merkle root, `leaves` what that is made of.

CREATE TABLE batches (
  id text NOT NULL,
  organisation_id text NOT NULL,
  request jsonb NOT NULL,
  total integer NOT NULL,
  state text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  intent bytea,
  nonce text,
  leaves bytea,
  consumed_at timestamptz,
  finished_at timestamptz,
  failure jsonb,
  CONSTRAINT batches_pkey PRIMARY KEY (id),
  CONSTRAINT batches_nonce_key UNIQUE (nonce),
  CONSTRAINT batches_total_check CHECK (total > 0),
  CONSTRAINT batches_state_check
    CHECK (state IN ('preparing', 'pending', 'sealing', 'done', 'failed')),
  CONSTRAINT batches_closed_check CHECK (
    (intent IS NULL) = (nonce IS NULL) AND (intent IS NULL) = (leaves IS NULL)
    AND (intent IS NOT NULL OR state IN ('preparing', 'failed'))),
  CONSTRAINT batches_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX batches_organisation_id_id_idx ON batches (organisation_id, id);

CREATE TABLE batch_items (
  batch_id text NOT NULL,
  position integer NOT NULL,
  document_id text NOT NULL,
  CONSTRAINT batch_items_pkey PRIMARY KEY (batch_id, position),
  CONSTRAINT batch_items_position_check CHECK (position > 0),
  CONSTRAINT batch_items_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id),
  CONSTRAINT batch_items_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents (id)
);
CREATE INDEX batch_items_document_id_idx ON batch_items (document_id);

CREATE TABLE batch_refusals (
  batch_id text NOT NULL,
  position integer NOT NULL,
  refusal jsonb NOT NULL,
  CONSTRAINT batch_refusals_pkey PRIMARY KEY (batch_id, position),
  CONSTRAINT batch_refusals_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id)
);

CREATE TABLE batch_assertions (
  batch_id text NOT NULL,
  organisation_id text NOT NULL,
  kind text NOT NULL,
  assertion jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT batch_assertions_pkey PRIMARY KEY (batch_id),
  CONSTRAINT batch_assertions_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id),
  CONSTRAINT batch_assertions_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE TABLE consumed_lists (
  nonce text NOT NULL,
  batch_id text NOT NULL,
  consumed_at timestamptz NOT NULL,
  CONSTRAINT consumed_lists_pkey PRIMARY KEY (nonce),
  CONSTRAINT consumed_lists_batch_id_key UNIQUE (batch_id),
  CONSTRAINT consumed_lists_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id)
);

ALTER TABLE sealing_orders
  ADD COLUMN batch_id text,
  ADD COLUMN position integer,
  ADD CONSTRAINT sealing_orders_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batches (id),
  ADD CONSTRAINT sealing_orders_batch_id_position_key UNIQUE (batch_id, position),
  ADD CONSTRAINT sealing_orders_position_check CHECK ((batch_id IS NULL) = (position IS NULL));
CREATE INDEX documents_organisation_id_sha256_idx ON documents (organisation_id, sha256);
