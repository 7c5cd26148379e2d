from django.db import migrations

# The words of a step may be erased, together with their salt; nothing else of it ever changes.
REFUSE = """
CREATE FUNCTION calls_step_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.text = '' AND NEW.salt = '' THEN
    OLD.text := ''; OLD.salt := '';
    IF NEW.met_whom = '' THEN OLD.met_whom := ''; END IF;
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'steps of a call are never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER calls_step_is_append_only BEFORE UPDATE OR DELETE ON calls_step
  FOR EACH ROW EXECUTE FUNCTION calls_step_refuse_change();
"""
ALLOW = """
DROP TRIGGER calls_step_is_append_only ON calls_step;
DROP FUNCTION calls_step_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_calls")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
