-- What a signed order waits for: code, zh and en of the failure of a service; NULL: nothing.

ALTER TABLE sealing_orders ADD COLUMN hindrance jsonb;
GRANT UPDATE (hindrance) ON sealing_orders TO sealservice_signer;
