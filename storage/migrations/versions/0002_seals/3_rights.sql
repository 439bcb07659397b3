-- web: ends and pauses seals at once (guards: nothing else), asks for the rest.

GRANT UPDATE (state) ON seals TO sealservice_web;
GRANT SELECT, INSERT ON seal_events, seal_requests TO sealservice_web;

-- signer: makes, files, activates and resumes; answers what was asked.

GRANT SELECT, INSERT ON seal_events TO sealservice_signer;
GRANT SELECT, UPDATE (answered_at, failure) ON seal_requests TO sealservice_signer;

GRANT SELECT ON seal_events, seal_requests TO sealservice_worker, sealservice_checker;

ALTER TABLE licenses ADD CONSTRAINT licenses_status_check
  CHECK (status IN ('active', 'suspended', 'cancelled', 'revoked'));
