CREATE TABLE webhook_endpoints (
  id text NOT NULL,
  organisation_id text NOT NULL,
  url text NOT NULL,
  events text[] NOT NULL,
  created_at timestamptz NOT NULL,
  everywhere boolean NOT NULL,
  disabled_at timestamptz,
  disabled_why jsonb,
  removed_at timestamptz,
  CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_endpoints_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX webhook_endpoints_organisation_id_id_idx ON webhook_endpoints (organisation_id, id);

CREATE TABLE webhook_recipients (
  id text NOT NULL,
  public_key bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT webhook_recipients_pkey PRIMARY KEY (id)
);

CREATE TABLE webhook_secrets (
  id text NOT NULL,
  endpoint_id text NOT NULL,
  sealed bytea NOT NULL,
  recipient text NOT NULL,
  created_at timestamptz NOT NULL,
  retires_at timestamptz,
  CONSTRAINT webhook_secrets_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_secrets_endpoint_id_fkey
    FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id),
  CONSTRAINT webhook_secrets_recipient_fkey
    FOREIGN KEY (recipient) REFERENCES webhook_recipients (id)
);
CREATE INDEX webhook_secrets_endpoint_id_idx ON webhook_secrets (endpoint_id);

CREATE TABLE webhook_events (
  id text NOT NULL,
  organisation_id text NOT NULL,
  type text NOT NULL,
  body text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT webhook_events_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_events_organisation_id_fkey
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

CREATE TABLE webhook_deliveries (
  id text NOT NULL,
  endpoint_id text NOT NULL,
  event_id text NOT NULL,
  state text NOT NULL,
  started_at timestamptz NOT NULL,
  next_at timestamptz,
  tries integer NOT NULL,
  delivered_at timestamptz,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_deliveries_state_check CHECK (state IN ('pending', 'delivered', 'failed')),
  CONSTRAINT webhook_deliveries_next_check CHECK ((state = 'pending') = (next_at IS NOT NULL)),
  CONSTRAINT webhook_deliveries_endpoint_id_fkey
    FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id),
  CONSTRAINT webhook_deliveries_event_id_fkey
    FOREIGN KEY (event_id) REFERENCES webhook_events (id)
);
CREATE INDEX webhook_deliveries_endpoint_id_id_idx ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_event_id_idx ON webhook_deliveries (event_id);
CREATE INDEX webhook_deliveries_next_at_idx ON webhook_deliveries (next_at)
  WHERE next_at IS NOT NULL;

CREATE TABLE webhook_attempts (
  delivery_id text NOT NULL,
  number integer NOT NULL,
  at timestamptz NOT NULL,
  status integer,
  problem jsonb,
  CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, number),
  CONSTRAINT webhook_attempts_delivery_id_fkey
    FOREIGN KEY (delivery_id) REFERENCES webhook_deliveries (id) ON DELETE CASCADE
);
