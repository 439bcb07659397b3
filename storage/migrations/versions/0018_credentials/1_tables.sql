CREATE TABLE license_credentials (
  id text NOT NULL,
  organisation_id text NOT NULL,
  license_id text NOT NULL,
  version integer NOT NULL,
  holder jsonb NOT NULL,
  list integer NOT NULL,
  place integer NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  signed_at timestamptz,
  CONSTRAINT license_credentials_pkey PRIMARY KEY (id),
  CONSTRAINT license_credentials_list_place_key UNIQUE (list, place),
  CONSTRAINT license_credentials_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT license_credentials_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id)
);
CREATE INDEX license_credentials_license_id_idx ON license_credentials (license_id);

CREATE TABLE license_pdfs (
  license_id text NOT NULL,
  version integer NOT NULL,
  face_sha256 text NOT NULL,
  pdf bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT license_pdfs_pkey PRIMARY KEY (license_id, version),
  CONSTRAINT license_pdfs_face_sha256_check CHECK (face_sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT license_pdfs_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id)
);
