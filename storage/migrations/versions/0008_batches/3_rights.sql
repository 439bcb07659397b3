-- Web takes batches in; the worker prepares them (the command line does it as web), which needs no
-- key; the signer consumes what was approved.

GRANT SELECT ON batches, batch_items, batch_refusals, batch_assertions, consumed_lists
  TO sealservice_web, sealservice_signer, sealservice_worker, sealservice_checker;
GRANT INSERT ON batches, batch_items, batch_assertions TO sealservice_web;
GRANT INSERT ON batch_refusals TO sealservice_web, sealservice_worker;
GRANT INSERT ON sealing_orders TO sealservice_worker;
GRANT UPDATE (state, intent, nonce, leaves, finished_at, failure) ON batches
  TO sealservice_web, sealservice_worker;
GRANT INSERT ON consumed_lists TO sealservice_signer;
GRANT UPDATE (state, consumed_at, finished_at, failure) ON batches TO sealservice_signer;
