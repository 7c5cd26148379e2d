from django.db import migrations

TABLES = ("key", "node", "checkpoint", "cosignature")
REFUSE = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER ledger_{table}_is_append_only BEFORE UPDATE OR DELETE ON ledger_{table} "
    "FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();\n"
    for table in TABLES
)
ALLOW = "".join(
    f"DROP TRIGGER ledger_{table}_is_append_only ON ledger_{table};\n" for table in TABLES
) + "DROP FUNCTION ledger_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledgers")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
