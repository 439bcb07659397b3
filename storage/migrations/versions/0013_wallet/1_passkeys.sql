CREATE TABLE passkeys (
  id text NOT NULL,
  organisation_id text NOT NULL,
  staff_id text,
  person_id text,
  credential_id text NOT NULL,
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL,
  name text NOT NULL,
  aaguid text NOT NULL,
  is_synced boolean NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  frozen_at timestamptz,
  frozen_reason text,
  CONSTRAINT passkeys_pkey PRIMARY KEY (id),
  CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id),
  CONSTRAINT passkeys_owner_check CHECK (num_nonnulls(staff_id, person_id) = 1),
  CONSTRAINT passkeys_freeze_check CHECK ((frozen_at IS NULL) = (frozen_reason IS NULL)),
  CONSTRAINT passkeys_frozen_reason_check CHECK (frozen_reason IN ('lost', 'recovered', 'cloned')),
  CONSTRAINT passkeys_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT passkeys_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
  CONSTRAINT passkeys_person_id_fkey FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE INDEX passkeys_staff_id_idx ON passkeys (staff_id);
CREATE INDEX passkeys_person_id_idx ON passkeys (person_id);

CREATE TABLE passkey_challenges (
  digest text NOT NULL,
  ceremony text NOT NULL,
  owner_kind text NOT NULL,
  owner_id text,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CONSTRAINT passkey_challenges_pkey PRIMARY KEY (digest),
  CONSTRAINT passkey_challenges_digest_check CHECK (digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT passkey_challenges_ceremony_check CHECK (ceremony IN ('enrol', 'sign_in')),
  CONSTRAINT passkey_challenges_owner_kind_check CHECK (owner_kind IN ('staff', 'person'))
);

CREATE TABLE attempts (
  subject text NOT NULL,
  period timestamptz NOT NULL,
  count integer NOT NULL,
  CONSTRAINT attempts_pkey PRIMARY KEY (subject, period),
  CONSTRAINT attempts_subject_check CHECK (subject ~ '^[0-9a-f]{64}$')
);
