-- Web names persons (the registry clerk, the counter); an end is written once and stays.

GRANT SELECT ON persons, license_holders
  TO sealservice_web, sealservice_signer, sealservice_worker, sealservice_checker;
GRANT INSERT ON persons, license_holders TO sealservice_web;
GRANT UPDATE (ended_at, ended_reason) ON license_holders TO sealservice_web;
GRANT UPDATE (ended_at) ON license_holders TO sealservice_signer;  -- to lock rows FOR SHARE

CREATE FUNCTION holders_end_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'the role of holder % has ended for good', OLD.id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER holders_end_once BEFORE UPDATE ON license_holders
  FOR EACH ROW EXECUTE FUNCTION holders_end_once();
