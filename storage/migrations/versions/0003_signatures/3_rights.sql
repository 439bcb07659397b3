GRANT SELECT ON order_signatures
  TO sealservice_web, sealservice_signer, sealservice_worker, sealservice_checker;
GRANT INSERT ON order_signatures TO sealservice_signer;
GRANT UPDATE (container, timestamp_token, timestamp_time, timestamp_chain) ON order_signatures
  TO sealservice_signer;
GRANT UPDATE (released_at) ON sealing_orders TO sealservice_signer;
