-- A list is open while it is prepared; then it is closed for good, for every role. Only the signer
-- moves a closed one on, as it does with orders.

CREATE TRIGGER consumed_lists_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE
  ON consumed_lists FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batch_items_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE
  ON batch_items FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION consumes_lists() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT has_column_privilege('public.batches', 'consumed_at', 'UPDATE');
$$;

CREATE FUNCTION batch_is_born_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'preparing' OR NEW.intent IS NOT NULL OR NEW.consumed_at IS NOT NULL
     OR NEW.finished_at IS NOT NULL THEN
    RAISE EXCEPTION 'a new batch is being prepared' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER batches_born_open BEFORE INSERT ON batches
  FOR EACH ROW EXECUTE FUNCTION batch_is_born_open();

CREATE FUNCTION batch_lives_by_the_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'preparing' AND
     (OLD.request, OLD.total, OLD.intent, OLD.nonce, OLD.leaves, OLD.expires_at)
     IS DISTINCT FROM
     (NEW.request, NEW.total, NEW.intent, NEW.nonce, NEW.leaves, NEW.expires_at) THEN
    RAISE EXCEPTION 'the list is closed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT consumes_lists() AND
     (OLD.state <> 'preparing' OR NEW.state NOT IN ('preparing', 'pending', 'failed')) THEN
    RAISE EXCEPTION 'only the signer makes a batch %', NEW.state
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER batches_live_by_the_rules BEFORE UPDATE ON batches
  FOR EACH ROW EXECUTE FUNCTION batch_lives_by_the_rules();

CREATE FUNCTION order_joins_an_open_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.batch_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM public.batches WHERE id = NEW.batch_id AND state = 'preparing'
      AND organisation_id = NEW.organisation_id
  ) THEN
    RAISE EXCEPTION 'the list is closed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER sealing_orders_join_an_open_list BEFORE INSERT ON sealing_orders
  FOR EACH ROW EXECUTE FUNCTION order_joins_an_open_list();
