CREATE TABLE license_faces (
  license_id text NOT NULL,
  version integer NOT NULL,
  organisation_id text NOT NULL,
  face jsonb NOT NULL,
  reason text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT license_faces_pkey PRIMARY KEY (license_id, version),
  CONSTRAINT license_faces_version_check CHECK (version >= 1),
  CONSTRAINT license_faces_license_id_fkey FOREIGN KEY (license_id) REFERENCES licenses (id),
  CONSTRAINT license_faces_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

-- Until now no face could change: what a license shows is its first version. Who registered it
-- stands in the audit log.

INSERT INTO license_faces (license_id, version, organisation_id, face, reason, actor_kind, actor_id, at)
SELECT l.id, l.version, l.organisation_id, l.face, '登记', a.actor_kind, a.actor_id, l.created_at
FROM licenses AS l
CROSS JOIN LATERAL (
  SELECT coalesce(min(f.actor_kind), 'process') AS actor_kind,
         coalesce(min(f.actor_id), 'migration') AS actor_id
  FROM audit_facts AS f WHERE f.subject = l.id AND f.fact = 'licenses:license:registered') AS a;
