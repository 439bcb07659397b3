-- One role per kind of process, with the rights its work needs. Roles belong to the whole server:
-- they may be there already, made by its administrator or by another database's migration.

DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY[
    'sealservice_web', 'sealservice_signer', 'sealservice_worker', 'sealservice_checker'
  ] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role);
    END IF;
  END LOOP;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format(
    'GRANT CONNECT ON DATABASE %I TO sealservice_web, sealservice_signer, sealservice_worker, '
    'sealservice_checker', current_database()
  );
END;
$$;

-- web: takes requests and assertions; cannot read a key, cannot move an order on.

GRANT SELECT ON
  organisations, staff, signin_links, sessions, api_keys, idempotency, audit_facts, keys,
  certificates, crls, licenses, holders, seals, documents, sealing_orders, assertions,
  consumed_approvals, records
TO sealservice_web;
GRANT INSERT ON
  organisations, staff, signin_links, sessions, api_keys, idempotency, audit_facts, licenses,
  holders, seals, documents, sealing_orders, assertions
TO sealservice_web;
GRANT UPDATE, DELETE ON idempotency TO sealservice_web;
GRANT UPDATE (used_at) ON signin_links TO sealservice_web;
GRANT UPDATE (ended_at) ON sessions TO sealservice_web;
GRANT UPDATE (revoked_at) ON api_keys TO sealservice_web;
GRANT UPDATE (status, version) ON licenses TO sealservice_web;
GRANT UPDATE (revoked_at) ON holders TO sealservice_web;

-- signer: the only one that reads and writes keys, consumes approvals, makes records.
-- UPDATE of one column is also what PostgreSQL asks for SELECT ... FOR SHARE.

GRANT SELECT ON
  organisations, audit_facts, keys, key_material, certificates, crls, licenses, holders, seals,
  documents, sealing_orders, assertions, consumed_approvals, records
TO sealservice_signer;
GRANT INSERT ON
  audit_facts, keys, key_material, certificates, crls, consumed_approvals, records
TO sealservice_signer;
GRANT UPDATE ON seals, crls TO sealservice_signer;
GRANT UPDATE (retired_at) ON keys TO sealservice_signer;
GRANT UPDATE (wrapped, nonce, kek_id) ON key_material TO sealservice_signer;
GRANT UPDATE (revoked_at, revocation_reason) ON certificates TO sealservice_signer;
GRANT UPDATE (state, approval, consumed_at, failure, record_id, updated_at) ON sealing_orders
  TO sealservice_signer;
GRANT UPDATE (version) ON licenses TO sealservice_signer;
GRANT UPDATE (revoked_at) ON holders TO sealservice_signer;

-- worker: background work that needs no key; clears what has expired.

GRANT SELECT ON
  organisations, audit_facts, certificates, crls, licenses, holders, seals, documents,
  sealing_orders, assertions, consumed_approvals, records
TO sealservice_worker;
GRANT INSERT ON audit_facts TO sealservice_worker;
GRANT SELECT, DELETE ON idempotency, sessions, signin_links TO sealservice_worker;

-- checker: reads everything but keys, and writes nothing.

GRANT SELECT ON
  organisations, staff, signin_links, sessions, api_keys, idempotency, audit_facts, keys,
  certificates, crls, licenses, holders, seals, documents, sealing_orders, assertions,
  consumed_approvals, records
TO sealservice_checker;

-- The queue: web adds jobs, signer and worker work them off.

GRANT INSERT ON procrastinate_jobs, procrastinate_events TO sealservice_web;
GRANT SELECT (id) ON procrastinate_jobs TO sealservice_web;
GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq TO sealservice_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers
TO sealservice_signer, sealservice_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO sealservice_signer, sealservice_worker;
