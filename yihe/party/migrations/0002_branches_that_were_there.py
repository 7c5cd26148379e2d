from django.db import migrations


def take_in(apps, schema_editor):
    """Each branch that acts already covers its compound; of what form it is was never asked."""
    body, branch, cover = (
        apps.get_model(*name) for name in (("bodies", "Body"), ("party", "Branch"), ("party", "Cover"))
    )
    taken = set()
    for one in body.objects.filter(kind="branch", until=None).order_by("since", "pk"):
        branch.objects.create(body=one, form="unstated", form_since=one.since)
        if one.compound_id and one.compound_id not in taken:
            taken.add(one.compound_id)
            cover.objects.create(branch_id=one.pk, compound_id=one.compound_id, since=one.since)


class Migration(migrations.Migration):
    dependencies = [("party", "0001_branches")]
    operations = [migrations.RunPython(take_in, migrations.RunPython.noop)]
