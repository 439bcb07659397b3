-- Web enrols and lets in; what proves something is written once. The signer and the checker read.

GRANT SELECT ON passkeys, holder_keys
  TO sealservice_web, sealservice_signer, sealservice_worker, sealservice_checker;
GRANT SELECT ON activations TO sealservice_web, sealservice_checker;
GRANT SELECT ON passkey_challenges, attempts, wallet_sessions
  TO sealservice_web, sealservice_worker;
GRANT INSERT ON passkeys, passkey_challenges, attempts, activations, wallet_sessions, holder_keys
  TO sealservice_web;
GRANT UPDATE (sign_count, last_used_at, frozen_at, frozen_reason) ON passkeys TO sealservice_web;
GRANT UPDATE (used_at) ON passkey_challenges TO sealservice_web;
GRANT UPDATE (count) ON attempts TO sealservice_web;
GRANT UPDATE (ended_at) ON wallet_sessions TO sealservice_web;
GRANT UPDATE (state, wrong_codes, claim_digest, match_code, claimed_at, expires_at, proof_method,
  proof_by, proven_at, ended_at) ON activations TO sealservice_web;
GRANT DELETE ON passkey_challenges, attempts, wallet_sessions TO sealservice_worker;

CREATE FUNCTION passkey_is_frozen_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.frozen_at IS NOT NULL THEN
    RAISE EXCEPTION 'passkey % is frozen for good', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER passkey_is_frozen_for_good BEFORE UPDATE ON passkeys
  FOR EACH ROW EXECUTE FUNCTION passkey_is_frozen_for_good();

CREATE FUNCTION activation_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('done', 'refused', 'cancelled') THEN
    RAISE EXCEPTION 'activation % is over', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.state = 'proven' AND OLD.state NOT IN ('claimed', 'proven')
     OR NEW.state = 'done' AND OLD.state <> 'proven' THEN
    RAISE EXCEPTION 'activation % skips a step', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER activation_ends_once BEFORE UPDATE ON activations
  FOR EACH ROW EXECUTE FUNCTION activation_ends_once();

CREATE FUNCTION activation_is_born_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'issued' THEN
    RAISE EXCEPTION 'a new activation is issued' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER activation_is_born_issued BEFORE INSERT ON activations
  FOR EACH ROW EXECUTE FUNCTION activation_is_born_issued();
