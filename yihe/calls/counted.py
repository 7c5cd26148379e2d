"""How a call counts, in SQL: the same words for the trigger, the counters and a count of the rows.

A change of how a call counts is a row of `calls_delta`, written by a trigger in the transaction of the
act (docs/decisions/0016). The worker folds deltas into `calls_cell`: one cell for each place, each
question (`dim`), each answer to it (`key`) and each month. What is read is cells and deltas together.

Keys: a place is its path, a topic its number, a channel or nature its code, a level its number, a desk
its number. What an imported call brought in words stands as `=words`, what nobody knows as `=-`.
"""

MEASURES = (
    "total", "open", "in_time", "late", "unknown", "withdrawn", "contested", "disputed",
)  # fmt: skip
# Questions whose cells keep how long it took, too.
TIMED = (
    "all",
    "subdistrict",
    "community",
    "compound",
    "topic",
    "channel",
    "nature",
    "level",
    "desk",
)
DIMS = (*TIMED, "leaf")
TIMES = ("contact", "answer")
# Upper bounds of the buckets of working minutes, each a seventh wider than the last: sixty days in all.
BOUNDS = (
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 23, 26, 30, 34, 39, 45, 51, 58, 67, 76, 87,
    100, 114, 131, 150, 171, 196, 224, 256, 293, 335, 383, 438, 500, 572, 654, 748, 855, 977, 1117,
    1277, 1460, 1669, 1907, 2180, 2492, 2849, 3257, 3723, 4256, 4865, 5561, 6357, 7267, 8307, 9496,
    10855, 12409, 14185, 16216, 18537, 21190, 25200,
)  # fmt: skip
BUCKETS = len(BOUNDS) + 1

# What an imported call brought in words; the same columns in `calls_source` and, with `said_`, in a delta.
SAID = ("subdistrict", "community", "compound", "topic", "channel", "nature")
FACTS = (
    "path", "topic_id", "channel", "nature", "level", "desk_id", "month", "outcome", "contested",
    "contact", "answer", *(f"said_{one}" for one in SAID),
)  # fmt: skip


def facts(row: str, source: str) -> str:
    """What of a call's row and of its source says how it counts, in the order of `FACTS`."""
    bounds = "ARRAY[" + ",".join(map(str, BOUNDS)) + "]"
    return f"""
      {row}.path, {row}.topic_id, {row}.channel, {row}.nature, {row}.level, {row}.desk_id,
      date_trunc('month', {row}.raised_at AT TIME ZONE 'Asia/Shanghai')::date,
      CASE WHEN {row}.status = 'withdrawn' THEN 'withdrawn'
           WHEN {row}.status = 'past' THEN 'unknown'
           WHEN {row}.status <> 'closed' THEN 'open'
           WHEN {row}.answered_in_time THEN 'in_time'
           WHEN NOT {row}.answered_in_time THEN 'late'
           ELSE 'unknown' END,
      ({row}.reopened > 0 OR COALESCE({row}.stars <= 2, false)),
      width_bucket({row}.contact_minutes, {bounds}),
      width_bucket({row}.answer_minutes, {bounds}),
      {", ".join(f"{source}.{one}" for one in SAID)}"""


def rows(where: str = "TRUE") -> str:
    """Calls themselves, in the form of deltas. An imported one counts once its source stands."""
    return (
        f"SELECT c.id AS call_id, 1 AS n, f.* FROM calls_call c"  # noqa: S608  our own constants
        f" LEFT JOIN calls_source s ON s.call_id = c.id CROSS JOIN LATERAL"
        f" (SELECT {facts('c', 's')}) f({', '.join(FACTS)})"
        f" WHERE (c.channel <> 'import' OR s.id IS NOT NULL) AND {where}"
    )


# dim → its key; `d` a delta, `part` the pieces of its path, `own` and `above` its topic and the one above
KEYS = {
    "all": "''",
    "subdistrict": "COALESCE('=' || d.said_subdistrict, array_to_string(part[1:2], '/'))",
    "community": "COALESCE('=' || d.said_community, array_to_string(part[1:3], '/'))",
    "compound": "COALESCE('=' || d.said_compound, CASE WHEN cardinality(part) > 3 THEN d.path ELSE '=-' END)",
    "topic": "COALESCE('=' || d.said_topic, COALESCE(above.parent_id, above.id, own.id)::text, '=-')",
    "leaf": "COALESCE(d.topic_id::text, '=-')",
    "channel": "COALESCE('=' || d.said_channel, d.channel)",
    "nature": "COALESCE('=' || d.said_nature, d.nature)",
    "level": "d.level::text",
    "desk": "d.desk_id::text",
}


def asked(source: str, dims: tuple[str, ...] = DIMS) -> str:
    """Deltas with every question and its answer: one row for each.

    `source` is a table, or a select in brackets.
    """
    keys = ", ".join(f"('{dim}', {KEYS[dim]})" for dim in dims)
    return f"""
    SELECT d.path, w.part, q.dim, q.key, d.month, d.n, d.outcome, d.contested, d.contact, d.answer
    FROM {source} d
    LEFT JOIN topics_topic own ON own.id = d.topic_id
    LEFT JOIN topics_topic above ON above.id = own.parent_id
    CROSS JOIN LATERAL (SELECT string_to_array(d.path, '/')) w(part)
    CROSS JOIN LATERAL (VALUES {keys}) q(dim, key)"""  # noqa: S608  our own constants


# What one of `asked` adds to each measure.
ADDS = {
    "total": "outcome <> 'withdrawn'",
    "open": "outcome = 'open'",
    "in_time": "outcome = 'in_time'",
    "late": "outcome = 'late'",
    "unknown": "outcome = 'unknown'",
    "withdrawn": "outcome = 'withdrawn'",
    "contested": "contested AND outcome <> 'withdrawn'",
    "disputed": "contested AND outcome = 'in_time'",
}
SUMS = ", ".join(
    f"COALESCE(sum(n) FILTER (WHERE {when}), 0)::int AS {one}" for one, when in ADDS.items()
)


def _histogram(column: str) -> str:
    """Counts by bucket; nothing where nobody was in touch yet."""
    counts = ",".join(f"COALESCE(sum(n) FILTER (WHERE {column} = {i}), 0)" for i in range(BUCKETS))
    return f"CASE WHEN count({column}) > 0 THEN ARRAY[{counts}]::int[] END AS {column}"


def _added(column: str) -> str:
    """Histograms added up, bucket by bucket."""
    counts = ",".join(f"COALESCE(sum({column}[{i}]), 0)" for i in range(1, BUCKETS + 1))
    return f"CASE WHEN count({column}) > 0 THEN ARRAY[{counts}]::int[] END AS {column}"


def summed(source: str, dims: tuple[str, ...] = DIMS) -> str:
    """Deltas in the form of cells, for every place that holds them; desks in the district as a whole.

    First those that count alike become one line (an outcome, a bucket of the one time, of the other);
    lines become a cell where they lie; cells are added up for the places above. So a million calls are
    gone through once, and the long lists of buckets are made from few lines.
    """
    timed = [
        f"CASE WHEN {ADDS['total']} AND dim <> 'leaf' THEN {one} END AS {one}" for one in TIMES
    ]
    return f"""
    SELECT at.place, dim, key, month, {", ".join(f"sum({one})::int AS {one}" for one in MEASURES)},
      {", ".join(map(_added, TIMES))}
    FROM (
      SELECT path, dim, key, month, {SUMS}, {", ".join(map(_histogram, TIMES))}
      FROM (
        SELECT path, dim, key, month, outcome, contested, contact, answer, sum(n) AS n
        FROM (SELECT path, dim, key, month, n, outcome, contested, {", ".join(timed)}
              FROM ({asked(source, dims)}) a) one
        GROUP BY path, dim, key, month,
          GROUPING SETS ((outcome, contested), (contact), (answer))) alike
      GROUP BY path, dim, key, month) there
    CROSS JOIN LATERAL string_to_array(path, '/') part
    CROSS JOIN LATERAL (
      SELECT array_to_string(part[1:i], '/') FROM generate_series(1, cardinality(part)) i
      WHERE i = 1 OR dim <> 'desk') at(place)
    GROUP BY at.place, dim, key, month"""  # noqa: S608  our own constants
