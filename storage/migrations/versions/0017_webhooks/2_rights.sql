-- Whoever changes something puts the events of it; web names endpoints and encrypts their secrets;
-- only the worker reads what is encrypted, sends, and writes down what came of it.

GRANT SELECT ON webhook_endpoints, webhook_events, webhook_deliveries, webhook_attempts,
  webhook_recipients TO sealservice_web, sealservice_worker, sealservice_checker;
GRANT SELECT ON webhook_endpoints TO sealservice_signer;
GRANT INSERT ON webhook_events, webhook_deliveries
  TO sealservice_web, sealservice_signer, sealservice_worker;

GRANT INSERT ON webhook_endpoints, webhook_secrets TO sealservice_web;
GRANT UPDATE (url, events, disabled_at, disabled_why, removed_at) ON webhook_endpoints
  TO sealservice_web;
GRANT SELECT (id, endpoint_id, created_at, retires_at), UPDATE (retires_at) ON webhook_secrets
  TO sealservice_web;
GRANT UPDATE (state, started_at, next_at, tries, delivered_at) ON webhook_deliveries
  TO sealservice_web, sealservice_worker;
GRANT INSERT ON webhook_attempts TO sealservice_web;

GRANT SELECT ON webhook_secrets TO sealservice_worker;
GRANT INSERT ON webhook_recipients TO sealservice_worker;
GRANT UPDATE (url, events, disabled_at, disabled_why, removed_at) ON webhook_endpoints
  TO sealservice_worker;
GRANT INSERT ON webhook_attempts TO sealservice_worker;
GRANT DELETE ON webhook_deliveries, webhook_events TO sealservice_worker;
GRANT SELECT (id, endpoint_id, recipient, created_at, retires_at) ON webhook_secrets
  TO sealservice_checker;
