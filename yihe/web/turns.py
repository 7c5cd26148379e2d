"""What is looked at from time to time only: whose turn it is, for all workers together."""

from datetime import datetime, timedelta

from django.db import connection

# Of two workers at once the second finds the moment that the first has written.
TAKE = """
INSERT INTO web_mark (name, value, at) VALUES (%(name)s, '{}', %(at)s)
ON CONFLICT (name) DO UPDATE SET at = excluded.at
WHERE web_mark.at > excluded.at OR web_mark.at <= %(before)s
RETURNING name
"""


def my_turn(name: str, *, every: timedelta, at: datetime) -> bool:
    """Whether `every` has gone since somebody's last turn; if so it is taken. One query.

    A clock that was set back does not stop it: a last turn that lies ahead is none.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"name": name, "at": at, "before": at - every})
        return cursor.fetchone() is not None
