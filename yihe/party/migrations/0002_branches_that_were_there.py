from django.db import migrations


def take_in(apps, schema_editor):
    """Each branch that acts already: of what form it is was never asked."""
    body, branch = (apps.get_model(*name) for name in (("bodies", "Body"), ("party", "Branch")))
    for one in body.objects.filter(kind="branch"):
        branch.objects.create(body=one, form="unstated", form_since=one.since)


class Migration(migrations.Migration):
    dependencies = [("party", "0001_branches")]
    operations = [migrations.RunPython(take_in, migrations.RunPython.noop)]
