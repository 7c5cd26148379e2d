"""Many rows changed by one statement."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model


def save_all(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """As `save(update_fields=fields)` of each: one statement, whose length in words does not grow."""
    if not rows:
        return
    model = type(rows[0])
    of = {one.name: one for one in model._meta.concrete_fields}
    key, columns = model._meta.pk, [of[name] for name in fields]
    sets = ", ".join(f'"{one.column}" = new."{one.column}"' for one in columns)
    # without its length: a cast would cut what the column itself refuses
    types = ((one.rel_db_type(connection) or "").split("(")[0] for one in (key, *columns))
    arrays = ", ".join(f"%s::{one}[]" for one in types)
    names = ", ".join(f'"{one.column}"' for one in (key, *columns))
    values = [
        [one.get_db_prep_save(getattr(row, one.attname), connection) for row in rows]
        for one in (key, *columns)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" AS old SET {sets}'  # noqa: S608  names of our own models
            f' FROM unnest({arrays}) AS new ({names}) WHERE old."{key.column}" = new."{key.column}"',
            values,
        )
