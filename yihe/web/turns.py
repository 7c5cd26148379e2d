"""What is looked at from time to time only: whose turn it is, for all workers together."""

from datetime import datetime, timedelta

from django.db import connection

# Of two workers at once the second finds the moment that the first has written.
TAKE = """
INSERT INTO web_mark (name, value, at) VALUES (%(name)s, '{}', %(at)s)
ON CONFLICT (name) DO UPDATE SET at = excluded.at
WHERE web_mark.at > %(ahead)s OR web_mark.at <= %(before)s
RETURNING name
"""

SLACK = timedelta(minutes=1)


def my_turn(name: str, *, every: timedelta, at: datetime) -> bool:
    """Whether `every` has gone since somebody's last turn; if so it is taken. One query.

    A clock that was set back does not stop it: a last turn that lies well ahead is none. A little ahead
    lies that of another worker, which looked at the clock a moment later.
    """
    with connection.cursor() as cursor:
        ahead = at + min(every, SLACK)
        cursor.execute(TAKE, {"name": name, "at": at, "before": at - every, "ahead": ahead})
        return cursor.fetchone() is not None
