-- What a seal is: its kind, size, design, colour, maker, filing and end.

ALTER TABLE seals DROP CONSTRAINT seals_diameter_mm_check;
ALTER TABLE seals RENAME COLUMN diameter_mm TO width_mm;
ALTER TABLE seals
  ADD COLUMN height_mm numeric(5, 2),
  ADD COLUMN design text,
  ADD COLUMN colour text,
  ADD COLUMN line text,
  ADD COLUMN maker_name text,
  ADD COLUMN maker_code text,
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN filing_number text,
  ADD COLUMN replaces text;

UPDATE seals SET
  height_mm = width_mm, design = 'official', colour = 'red', line = '', maker_name = '',
  maker_code = CASE WHEN seal_code ~ '^[0-9]{13}$' THEN substr(seal_code, 5, 3) ELSE '001' END,
  expires_at = (SELECT not_after FROM certificates WHERE sha256 = certificate_sha256);

ALTER TABLE seals
  ALTER COLUMN height_mm SET NOT NULL,
  ALTER COLUMN design SET NOT NULL,
  ALTER COLUMN colour SET NOT NULL,
  ALTER COLUMN line SET NOT NULL,
  ALTER COLUMN maker_name SET NOT NULL,
  ALTER COLUMN maker_code SET NOT NULL,
  ADD CONSTRAINT seals_replaces_fkey FOREIGN KEY (replaces) REFERENCES seals (id),
  ADD CONSTRAINT seals_size_check CHECK (width_mm > 0 AND height_mm > 0),
  ADD CONSTRAINT seals_kind_check CHECK (kind IN ('official', 'contract', 'finance', 'personnel', 'invoice', 'legal_representative', 'department', 'branch', 'personal_name')),
  ADD CONSTRAINT seals_state_check CHECK (state IN ('applied', 'made', 'filed', 'active', 'suspended', 'cancelled', 'failed')),
  ADD CONSTRAINT seals_colour_check CHECK (colour IN ('red', 'blue', 'black')),
  ADD CONSTRAINT seals_made_check CHECK (state NOT IN ('made', 'filed', 'active', 'suspended') OR (artwork IS NOT NULL AND key_id IS NOT NULL AND certificate_sha256 IS NOT NULL AND expires_at IS NOT NULL));

-- A license has one official seal: of several, the youngest stays, and the signer revokes the rest.
UPDATE seals SET state = 'cancelled' WHERE state = 'active' AND EXISTS (
  SELECT FROM seals AS younger
  WHERE younger.license_id = seals.license_id AND younger.state = 'active' AND younger.id > seals.id
);

-- One official seal and one name seal of the legal representative; others are told apart.
CREATE UNIQUE INDEX seals_told_apart_idx ON seals (license_id, kind, line)
  WHERE state IN ('made', 'filed', 'active', 'suspended');
CREATE UNIQUE INDEX seals_only_one_idx ON seals (license_id, kind)
  WHERE state IN ('made', 'filed', 'active', 'suspended')
  AND kind IN ('official', 'legal_representative');

CREATE TABLE seal_events (
  id text NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  organisation_id text NOT NULL,
  seal_id text NOT NULL,
  change text NOT NULL,
  before text,
  after text NOT NULL,
  reason text NOT NULL,
  evidence jsonb NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT seal_events_pkey PRIMARY KEY (id),
  CONSTRAINT seal_events_sequence_key UNIQUE (sequence),
  CONSTRAINT seal_events_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT seal_events_seal_id_fkey FOREIGN KEY (seal_id) REFERENCES seals (id)
);
CREATE INDEX seal_events_seal_id_sequence_idx ON seal_events (seal_id, sequence);

CREATE TABLE seal_requests (
  id text NOT NULL,
  organisation_id text NOT NULL,
  seal_id text NOT NULL,
  change text NOT NULL,
  reason text NOT NULL,
  evidence jsonb NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  created_at timestamptz NOT NULL,
  answered_at timestamptz,
  failure jsonb,
  CONSTRAINT seal_requests_pkey PRIMARY KEY (id),
  CONSTRAINT seal_requests_change_check CHECK (change IN ('file', 'activate', 'resume')),
  CONSTRAINT seal_requests_answer_check CHECK (failure IS NULL OR answered_at IS NOT NULL),
  CONSTRAINT seal_requests_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT seal_requests_seal_id_fkey FOREIGN KEY (seal_id) REFERENCES seals (id)
);
CREATE INDEX seal_requests_seal_id_idx ON seal_requests (seal_id);
CREATE INDEX seal_requests_open_idx ON seal_requests (id) WHERE answered_at IS NULL;

-- The lives of seals that were made before lives were written down.
INSERT INTO seal_events
  (id, organisation_id, seal_id, change, before, after, reason, evidence, actor_kind, actor_id, at)
SELECT 'sev' || substr(seal.id, 5) || '_' || life.after, seal.organisation_id, seal.id,
  life.change, life.before, life.after, 'written down by migration 0002', '{}', 'process',
  'migration', life.at
FROM seals AS seal, LATERAL (VALUES
  ('apply', NULL, 'applied', seal.created_at),
  ('make', 'applied', 'made', seal.activated_at),
  ('activate', 'made', 'active', seal.activated_at),
  ('fail', 'applied', 'failed', CASE WHEN seal.state = 'failed' THEN seal.created_at END),
  ('cancel', 'active', 'cancelled', CASE WHEN seal.state = 'cancelled' THEN now() END)
) AS life (change, before, after, at)
WHERE life.at IS NOT NULL
ORDER BY seal.id, array_position(ARRAY['applied', 'made', 'active'], life.after);
