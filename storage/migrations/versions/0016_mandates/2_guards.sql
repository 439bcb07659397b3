-- A mandate that was revoked stays revoked; what it covers never changes (no role may update it).
CREATE FUNCTION mandate_is_revoked_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL THEN
    RAISE EXCEPTION 'mandate % is revoked for good', OLD.id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mandate_is_revoked_once BEFORE UPDATE ON mandates
  FOR EACH ROW EXECUTE FUNCTION mandate_is_revoked_once();

-- What is given out of a mandate is the same license's, given by its receiver, and ends with it.
CREATE FUNCTION mandate_is_within_parent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM mandates parent
    WHERE parent.id = NEW.parent_id AND parent.license_id = NEW.license_id
      AND parent.receiver_id = NEW.giver_id AND parent.ends_at >= NEW.ends_at
      AND parent.starts_at <= NEW.starts_at AND NEW.acts <@ parent.acts
  ) THEN
    RAISE EXCEPTION 'mandate % is more than the one it is given out of', NEW.id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mandate_is_within_parent BEFORE INSERT ON mandates
  FOR EACH ROW EXECUTE FUNCTION mandate_is_within_parent();

CREATE FUNCTION ending_is_settled_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.outcome IS NOT NULL THEN
    RAISE EXCEPTION 'ending % is settled', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ending_is_settled_once BEFORE UPDATE ON license_endings
  FOR EACH ROW EXECUTE FUNCTION ending_is_settled_once();
