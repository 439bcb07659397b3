CREATE TABLE activations (
  id text NOT NULL,
  organisation_id text NOT NULL,
  license_id text NOT NULL,
  holder_id text NOT NULL,
  locator text NOT NULL,
  digest text NOT NULL,
  state text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  wrong_codes integer NOT NULL,
  claim_digest text,
  match_code text,
  claimed_at timestamptz,
  proof_method text,
  proof_by text,
  proven_at timestamptz,
  ended_at timestamptz,
  CONSTRAINT activations_pkey PRIMARY KEY (id),
  CONSTRAINT activations_locator_key UNIQUE (locator),
  CONSTRAINT activations_claim_digest_key UNIQUE (claim_digest),
  CONSTRAINT activations_digest_check CHECK (digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT activations_state_check CHECK (state IN
    ('issued', 'claimed', 'proven', 'done', 'refused', 'cancelled')),
  CONSTRAINT activations_proof_method_check CHECK (proof_method IN
    ('counter', 'face', 'demonstration')),
  CONSTRAINT activations_claim_check CHECK (
    (claim_digest IS NULL) = (claimed_at IS NULL) AND (claim_digest IS NULL) = (match_code IS NULL)),
  CONSTRAINT activations_proof_check CHECK (
    (proof_method IS NULL) = (proven_at IS NULL) AND (proof_method IS NULL) = (proof_by IS NULL)
    AND (state NOT IN ('proven', 'done') OR proven_at IS NOT NULL)),
  CONSTRAINT activations_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT activations_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id),
  CONSTRAINT activations_holder_id_fkey FOREIGN KEY (holder_id) REFERENCES license_holders (id)
);
CREATE INDEX activations_organisation_id_state_idx ON activations (organisation_id, state);
CREATE INDEX activations_license_id_idx ON activations (license_id);
-- A person has one open code for a role at a time.
CREATE UNIQUE INDEX activations_open_key ON activations (holder_id)
  WHERE state IN ('issued', 'claimed', 'proven');

CREATE TABLE wallet_sessions (
  digest text NOT NULL,
  person_id text NOT NULL,
  organisation_id text NOT NULL,
  passkey_id text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT wallet_sessions_pkey PRIMARY KEY (digest),
  CONSTRAINT wallet_sessions_digest_check CHECK (digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT wallet_sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES persons (id),
  CONSTRAINT wallet_sessions_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT wallet_sessions_passkey_id_fkey FOREIGN KEY (passkey_id) REFERENCES passkeys (id)
);

CREATE TABLE holder_keys (
  id text NOT NULL,
  organisation_id text NOT NULL,
  holder_id text NOT NULL,
  passkey_id text NOT NULL,
  jwk jsonb NOT NULL,
  thumbprint text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT holder_keys_pkey PRIMARY KEY (id),
  CONSTRAINT holder_keys_holder_id_thumbprint_key UNIQUE (holder_id, thumbprint),
  CONSTRAINT holder_keys_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT holder_keys_holder_id_fkey FOREIGN KEY (holder_id) REFERENCES license_holders (id),
  CONSTRAINT holder_keys_passkey_id_fkey FOREIGN KEY (passkey_id) REFERENCES passkeys (id)
);
