from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    """Rate limits live in a table, so that every web process sees them."""
    call_command("createcachetable", "web_cache", database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("web", "0001_marks")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
