-- Whoever may insert a holder can approve as that holder: of a process that faces the network we
-- ask that it cannot. The operator enrols, as the owner of the tables.

REVOKE INSERT ON holders FROM sealservice_web;

-- An approval is an assertion, and its use a consumed approval; a key is never retired, its
-- certificate is revoked or ends.

CREATE OR REPLACE FUNCTION order_is_born_pending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'pending' OR NEW.consumed_at IS NOT NULL OR NEW.record_id IS NOT NULL
     OR NEW.released_at IS NOT NULL THEN
    RAISE EXCEPTION 'a new sealing order is pending' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

ALTER TABLE sealing_orders DROP COLUMN approval;
ALTER TABLE keys DROP COLUMN retired_at;
