"""`yihe backup`: one snapshot of every table, and the files, written beside and renamed when whole."""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from yihe.portal.keeping import BACKUP
from yihe.refusal import Refusal
from yihe.server.copies.manifest import (
    FILES,
    MANIFEST,
    PIECE,
    TABLES,
    Hashing,
    Manifest,
    Table,
    check_parts,
    read_manifest,
)
from yihe.web.models import Mark

Tell = Callable[[str], None]
KEPT = "files"
COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""
SEQUENCES = (
    "SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
)


def back_up(target: Path, *, force: bool, at: datetime, tell: Tell) -> Manifest:
    """Writes the copy and reads it again. Refusal when it cannot; then no half file stays."""
    if target.exists() and not force:
        raise Refusal(f"{target} 已经有了，没有覆盖。请换一个文件名，或者加 --force。")
    if not target.parent.is_dir():
        raise Refusal(f"没有 {target.parent} 这个目录。")
    making = target.with_name(f".{target.name}.making-{os.getpid()}")
    try:
        with open(making, "xb", opener=_private) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
                manifest = _written(archive, at=at, tell=tell)
            file.flush()
            os.fsync(file.fileno())
        with zipfile.ZipFile(making) as archive:
            check_parts(archive, read_manifest(archive))
        making.replace(target)
        _directory_on_disk(target.parent)
    finally:
        making.unlink(missing_ok=True)
    rows = sum(table.rows for table in manifest.tables)
    Mark.objects.update_or_create(
        pk=BACKUP, defaults={"value": {"rows": rows, "bytes": target.stat().st_size}, "at": at}
    )
    return manifest


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _directory_on_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def snapshot() -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own that sees one moment, whatever others write meanwhile."""
    with psycopg.connect(**_parameters()) as asking:
        asking.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        asking.read_only = True
        yield asking


def _parameters() -> dict[str, Any]:
    """Of Django's own connection, without what only its pool knows."""
    parameters = dict(connection.get_connection_params())
    return {
        name: parameters[name]
        for name in ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert")
        if parameters.get(name)
    }


def _written(archive: zipfile.ZipFile, *, at: datetime, tell: Tell) -> Manifest:
    with snapshot() as asking:
        tables = []
        found = asking.execute(COLUMNS).fetchall()
        migrations = asking.execute(
            "SELECT app, name FROM django_migrations ORDER BY id"
        ).fetchall()
        for place, (name, columns) in enumerate(found, start=1):
            tables.append(_table(archive, asking, name, columns))
            if tables[-1].rows >= 10_000 or place == len(found):
                tell(f"{place}/{len(found)} {name}：{tables[-1].rows} 行")
        # A sequence knows no snapshot: read last, so that it is never behind a row of the copy.
        sequences = dict(asking.execute(SEQUENCES).fetchall())
        server = asking.execute("SHOW server_version").fetchone()
    manifest = Manifest(
        made_at=at.isoformat(),
        server=str(server[0]) if server else "",
        migrations=[[str(app), str(name)] for app, name in migrations],
        tables=tables,
        sequences=sequences,
        files=_files(archive, tell),
    )
    archive.writestr(MANIFEST, manifest.as_bytes())
    return manifest


def _table(
    archive: zipfile.ZipFile, asking: psycopg.Connection[Any], name: str, columns: list[str]
) -> Table:
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    with archive.open(TABLES + name, "w", force_zip64=True) as part:
        target = Hashing(part)
        order = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier("public", name), named)
        with asking.cursor() as cursor, cursor.copy(order) as rows:
            for piece in rows:
                target.write(bytes(piece))
    return Table(name, list(columns), target.lines, target.digest.hexdigest())


def _files(archive: zipfile.ZipFile, tell: Tell) -> dict[str, str]:
    """What people sent. It is written once and never changed; what is erased meanwhile is left out."""
    root = Path(settings.YIHE_HOME) / KEPT
    kept: dict[str, str] = {}
    for path in sorted(root.rglob("*")) if root.is_dir() else []:
        if path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(root).as_posix()
        try:
            source = path.open("rb")
        except FileNotFoundError:
            continue
        entry = zipfile.ZipInfo(FILES + name, (1980, 1, 1, 0, 0, 0))
        with (
            source,
            archive.open(entry, "w", force_zip64=True) as part,
        ):  # pictures: not packed again
            target = Hashing(part)
            while piece := source.read(PIECE):
                target.write(piece)
        kept[name] = target.digest.hexdigest()
    if kept:
        tell(f"文件：{len(kept)} 个")
    return kept
