GRANT SELECT ON mandates, mandate_uses, license_notices, license_endings
  TO sealservice_web, sealservice_signer, sealservice_worker, sealservice_checker;
GRANT INSERT ON mandates, mandate_uses, license_endings TO sealservice_web;
GRANT UPDATE (revoked_at, revoked_reason) ON mandates TO sealservice_web;
GRANT UPDATE (outcome, settled_at, settled_kind, settled_by) ON license_endings TO sealservice_web;
GRANT INSERT ON license_notices TO sealservice_worker;
-- The signer counts uses beside the key; the right to update lets it lock rows.
GRANT INSERT ON mandate_uses TO sealservice_signer;
GRANT UPDATE (revoked_at) ON mandates TO sealservice_signer;
