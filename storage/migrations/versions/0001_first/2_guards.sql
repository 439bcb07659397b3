-- What no role may do, the owner's included, as long as these triggers stand.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege';
END;
$$;

CREATE TRIGGER audit_facts_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_facts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER consumed_approvals_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE
  ON consumed_approvals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An order is born pending and a seal is born without a key, whoever inserts it: what comes after
-- is an UPDATE, and those only the signer may do.

CREATE FUNCTION order_is_born_pending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'pending' OR NEW.approval IS NOT NULL OR NEW.consumed_at IS NOT NULL
     OR NEW.record_id IS NOT NULL THEN
    RAISE EXCEPTION 'a new sealing order is pending' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER sealing_orders_born_pending BEFORE INSERT ON sealing_orders
  FOR EACH ROW EXECUTE FUNCTION order_is_born_pending();

CREATE FUNCTION seal_is_born_applied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'applied' OR NEW.key_id IS NOT NULL OR NEW.certificate_sha256 IS NOT NULL
     OR NEW.activated_at IS NOT NULL THEN
    RAISE EXCEPTION 'a new seal is applied for' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER seals_born_applied BEFORE INSERT ON seals
  FOR EACH ROW EXECUTE FUNCTION seal_is_born_applied();
