-- An order has a list of seals as asked for, and a list of signatures as resolved.

ALTER TABLE sealing_orders
  ADD COLUMN seals jsonb,
  ADD COLUMN signatures jsonb,
  ADD COLUMN released_at timestamptz;

-- Orders from before made one signature, of one impression whose box their intent names.

UPDATE sealing_orders SET
  seals = jsonb_build_array(jsonb_build_object('seal_id', seal_id, 'placements', (
    SELECT coalesce(jsonb_agg(
      CASE WHEN p ? 'page'
        THEN (p - 'page') || jsonb_build_object('pages', p -> 'page' #>> '{}') ELSE p END
    ), '[]') FROM jsonb_array_elements(placements) AS p))),
  signatures = jsonb_build_array(prepared || jsonb_build_object('seal_id', seal_id, 'impressions', (
    SELECT jsonb_build_array(jsonb_build_object('window', NULL, 'field', NULL, 'box',
      jsonb_build_object(
        'page', box -> 'page', 'rotation', box -> 'rotation',
        'left', (box ->> 'left')::numeric, 'bottom', (box ->> 'bottom')::numeric,
        'right', (box ->> 'right')::numeric, 'top', (box ->> 'top')::numeric)))
    FROM (SELECT convert_from(intent, 'UTF8')::jsonb #> '{seal,box}' AS box) AS named)));

ALTER TABLE sealing_orders
  ALTER COLUMN seals SET NOT NULL,
  ALTER COLUMN signatures SET NOT NULL,
  DROP COLUMN placements,
  DROP COLUMN prepared;

CREATE TABLE order_signatures (
  order_id text NOT NULL,
  position integer NOT NULL,
  organisation_id text NOT NULL,
  seal_id text NOT NULL,
  signed_attributes bytea NOT NULL,
  signed_attributes_sha256 text NOT NULL,
  signature bytea NOT NULL,
  container bytea,
  timestamp_token bytea,
  timestamp_time timestamptz,
  timestamp_chain bytea[],
  created_at timestamptz NOT NULL,
  CONSTRAINT order_signatures_pkey PRIMARY KEY (order_id, position),
  CONSTRAINT order_signatures_signed_attributes_sha256_check
    CHECK (signed_attributes_sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT order_signatures_position_check CHECK (position >= 0),
  CONSTRAINT order_signatures_timestamp_check CHECK (
    (timestamp_token IS NULL) = (timestamp_time IS NULL)
    AND (timestamp_token IS NULL) = (timestamp_chain IS NULL)
    AND (timestamp_token IS NULL OR container IS NOT NULL)),
  CONSTRAINT order_signatures_order_id_fkey FOREIGN KEY (order_id) REFERENCES sealing_orders (id),
  CONSTRAINT order_signatures_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT order_signatures_seal_id_fkey FOREIGN KEY (seal_id) REFERENCES seals (id)
);
CREATE INDEX order_signatures_seal_id_idx ON order_signatures (seal_id);
