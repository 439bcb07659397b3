-- A signature is never taken back, and what goes into /Contents is written once: a later signature
-- of the order covers it. This binds every role, the owner's included.

CREATE FUNCTION signature_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.container IS NOT NULL
     OR (OLD.order_id, OLD.position, OLD.organisation_id, OLD.seal_id, OLD.signed_attributes,
         OLD.signed_attributes_sha256, OLD.signature, OLD.created_at)
        IS DISTINCT FROM
        (NEW.order_id, NEW.position, NEW.organisation_id, NEW.seal_id, NEW.signed_attributes,
         NEW.signed_attributes_sha256, NEW.signature, NEW.created_at) THEN
    RAISE EXCEPTION 'a signature that was made is kept as it is'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER order_signatures_are_kept BEFORE UPDATE ON order_signatures
  FOR EACH ROW EXECUTE FUNCTION signature_is_kept();

CREATE TRIGGER order_signatures_only_grow BEFORE DELETE OR TRUNCATE ON order_signatures
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
