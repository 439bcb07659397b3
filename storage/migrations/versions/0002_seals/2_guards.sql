-- Whoever may point a seal at a key makes seals: the signer. Everybody else may only end or pause.

CREATE FUNCTION makes_seals() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT has_column_privilege('public.seals', 'key_id', 'UPDATE');
$$;

CREATE OR REPLACE FUNCTION seal_is_born_applied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'applied' OR NEW.key_id IS NOT NULL OR NEW.certificate_sha256 IS NOT NULL
     OR NEW.activated_at IS NOT NULL OR NEW.expires_at IS NOT NULL
     OR NEW.filing_number IS NOT NULL THEN
    RAISE EXCEPTION 'a new seal is applied for' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

-- The table of seals/lifecycle.py once more, where nobody gets around it.
CREATE FUNCTION seal_lives_by_the_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT makes_seals() AND NEW.state NOT IN ('suspended', 'cancelled') THEN
    RAISE EXCEPTION 'only the signer makes a seal %', NEW.state
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
    ('applied', 'made'), ('applied', 'failed'), ('applied', 'cancelled'),
    ('made', 'filed'), ('made', 'active'), ('made', 'cancelled'),
    ('filed', 'active'), ('filed', 'cancelled'),
    ('active', 'suspended'), ('active', 'cancelled'),
    ('suspended', 'active'), ('suspended', 'cancelled')
  ) THEN
    RAISE EXCEPTION 'a seal does not go from % to %', OLD.state, NEW.state
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.certificate_sha256 IS NOT NULL
     AND (NEW.certificate_sha256, NEW.key_id, NEW.artwork_sha256)
         IS DISTINCT FROM (OLD.certificate_sha256, OLD.key_id, OLD.artwork_sha256) THEN
    RAISE EXCEPTION 'a seal keeps its picture, key and certificate'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER seals_live_by_the_rules BEFORE UPDATE ON seals
  FOR EACH ROW EXECUTE FUNCTION seal_lives_by_the_rules();

CREATE TRIGGER seal_events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON seal_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A line says what is so, goes on from the line before it, and has the moment when it was written:
-- verification looks up in these lines how a seal stood when it was used.
CREATE FUNCTION seal_event_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  seal public.seals%ROWTYPE;
  stood text;
BEGIN
  IF makes_seals() THEN
    RETURN NEW;
  END IF;
  SELECT * INTO seal FROM public.seals WHERE id = NEW.seal_id;
  SELECT after INTO stood FROM public.seal_events
    WHERE seal_id = NEW.seal_id ORDER BY sequence DESC LIMIT 1;
  IF NEW.after NOT IN ('applied', 'suspended', 'cancelled')
     OR (NEW.after, NEW.organisation_id) IS DISTINCT FROM (seal.state, seal.organisation_id)
     OR NEW.before IS DISTINCT FROM stood OR NEW.before = NEW.after THEN
    RAISE EXCEPTION 'the seal did not go from % to %', NEW.before, NEW.after
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  NEW.at := clock_timestamp();
  RETURN NEW;
END;
$$;

CREATE TRIGGER seal_events_true BEFORE INSERT ON seal_events
  FOR EACH ROW EXECUTE FUNCTION seal_event_is_true();

CREATE FUNCTION seal_request_is_born_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.answered_at IS NOT NULL THEN
    RAISE EXCEPTION 'a new request is open' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER seal_requests_born_open BEFORE INSERT ON seal_requests
  FOR EACH ROW EXECUTE FUNCTION seal_request_is_born_open();

-- A license that was given up or taken away stays so.
CREATE FUNCTION license_ends_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status IN ('cancelled', 'revoked') AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'a license that is % stays so', OLD.status
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER licenses_end_for_good BEFORE UPDATE ON licenses
  FOR EACH ROW EXECUTE FUNCTION license_ends_for_good();
