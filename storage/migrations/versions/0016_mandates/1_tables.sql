CREATE TABLE mandates (
  id text NOT NULL,
  organisation_id text NOT NULL,
  license_id text NOT NULL,
  giver_id text NOT NULL,
  receiver_id text NOT NULL,
  parent_id text,
  acts text[] NOT NULL,
  matters text[],
  seals text[],
  relying_parties text[],
  uses integer,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  may_delegate boolean NOT NULL,
  created_at timestamptz NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  revoked_at timestamptz,
  revoked_reason text,
  CONSTRAINT mandates_pkey PRIMARY KEY (id),
  CONSTRAINT mandates_acts_check CHECK (cardinality(acts) > 0 AND acts <@ ARRAY
    ['use_seal', 'sign_data', 'show_license', 'release_face', 'log_in']),
  CONSTRAINT mandates_uses_check CHECK (uses > 0),
  CONSTRAINT mandates_term_check CHECK (starts_at < ends_at),
  CONSTRAINT mandates_giver_check CHECK (giver_id <> receiver_id),
  CONSTRAINT mandates_revocation_check CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
  CONSTRAINT mandates_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT mandates_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id),
  CONSTRAINT mandates_giver_id_fkey FOREIGN KEY (giver_id) REFERENCES license_holders (id),
  CONSTRAINT mandates_receiver_id_fkey FOREIGN KEY (receiver_id) REFERENCES license_holders (id),
  CONSTRAINT mandates_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES mandates (id)
);
CREATE INDEX mandates_license_id_id_idx ON mandates (license_id, id);
CREATE INDEX mandates_receiver_id_idx ON mandates (receiver_id);
CREATE INDEX mandates_parent_id_idx ON mandates (parent_id);
CREATE INDEX mandates_ends_at_idx ON mandates (ends_at);

CREATE TABLE mandate_uses (
  mandate_id text NOT NULL,
  subject text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT mandate_uses_pkey PRIMARY KEY (mandate_id, subject),
  CONSTRAINT mandate_uses_mandate_id_fkey FOREIGN KEY (mandate_id) REFERENCES mandates (id)
);

CREATE TABLE license_notices (
  id text NOT NULL,
  organisation_id text NOT NULL,
  license_id text NOT NULL,
  mandate_id text,
  ends_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT license_notices_pkey PRIMARY KEY (id),
  CONSTRAINT license_notices_license_id_mandate_id_ends_at_key
    UNIQUE NULLS NOT DISTINCT (license_id, mandate_id, ends_at),
  CONSTRAINT license_notices_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT license_notices_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id),
  CONSTRAINT license_notices_mandate_id_fkey FOREIGN KEY (mandate_id) REFERENCES mandates (id)
);

CREATE TABLE license_endings (
  id text NOT NULL,
  organisation_id text NOT NULL,
  license_id text NOT NULL,
  status text NOT NULL,
  reason text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  outcome text,
  settled_at timestamptz,
  settled_kind text,
  settled_by text,
  CONSTRAINT license_endings_pkey PRIMARY KEY (id),
  CONSTRAINT license_endings_status_check CHECK (status IN ('revoked', 'cancelled')),
  CONSTRAINT license_endings_outcome_check CHECK (outcome IN ('confirmed', 'dismissed')),
  CONSTRAINT license_endings_settled_check CHECK (
    (outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by IS NULL)
    AND (outcome IS NULL) = (settled_kind IS NULL)),
  CONSTRAINT license_endings_two_people_check CHECK (
    outcome IS DISTINCT FROM 'confirmed'
    OR (settled_kind, settled_by) IS DISTINCT FROM (actor_kind, actor_id)),
  CONSTRAINT license_endings_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT license_endings_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id)
);
CREATE INDEX license_endings_license_id_id_idx ON license_endings (license_id, id);
