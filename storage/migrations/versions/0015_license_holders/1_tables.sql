CREATE TABLE persons (
  id text NOT NULL,
  organisation_id text NOT NULL,
  name text NOT NULL,
  document_digest text NOT NULL,
  document_hint text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT persons_pkey PRIMARY KEY (id),
  CONSTRAINT persons_organisation_id_document_digest_key
    UNIQUE (organisation_id, document_digest),
  CONSTRAINT persons_document_digest_check CHECK (document_digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT persons_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE TABLE license_holders (
  id text NOT NULL,
  organisation_id text NOT NULL,
  license_id text NOT NULL,
  person_id text NOT NULL,
  role text NOT NULL,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_reason text,
  CONSTRAINT license_holders_pkey PRIMARY KEY (id),
  CONSTRAINT license_holders_role_check CHECK (role IN
    ('legal_representative', 'person_in_charge', 'operator', 'executive_partner', 'investor',
     'administrator', 'agent')),
  CONSTRAINT license_holders_end_check CHECK ((ended_at IS NULL) = (ended_reason IS NULL)),
  CONSTRAINT license_holders_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT license_holders_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id),
  CONSTRAINT license_holders_person_id_fkey FOREIGN KEY (person_id) REFERENCES persons (id)
);
CREATE INDEX license_holders_license_id_idx ON license_holders (license_id);
CREATE INDEX license_holders_person_id_idx ON license_holders (person_id);
-- A person has one role in a license at a time; the face of a license names one person.
CREATE UNIQUE INDEX license_holders_person_key
  ON license_holders (license_id, person_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX license_holders_principal_key
  ON license_holders (license_id)
  WHERE ended_at IS NULL AND role NOT IN ('administrator', 'agent');

ALTER TABLE holders ADD COLUMN license_holder_id text;
ALTER TABLE holders ADD CONSTRAINT holders_license_holder_id_fkey
  FOREIGN KEY (license_holder_id) REFERENCES license_holders (id);
