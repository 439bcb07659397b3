-- A license stays that of one entity; its face changes with the number of its version, one by one.

CREATE FUNCTION face_has_its_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.organisation_id, NEW.uscc, NEW.entity_type, NEW.created_at)
     IS DISTINCT FROM (OLD.id, OLD.organisation_id, OLD.uscc, OLD.entity_type, OLD.created_at) THEN
    RAISE EXCEPTION 'a license stays that of its entity' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (NEW.face, NEW.name, NEW.version) IS DISTINCT FROM (OLD.face, OLD.name, OLD.version)
     AND (NEW.version <> OLD.version + 1
          OR (NEW.name, NEW.uscc) IS DISTINCT FROM (NEW.face ->> 'name', NEW.face ->> 'uscc')) THEN
    RAISE EXCEPTION 'a face changes by its next version' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER licenses_keep_their_entity BEFORE UPDATE ON licenses
  FOR EACH ROW EXECUTE FUNCTION face_has_its_version();

CREATE TRIGGER license_faces_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON license_faces
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
