"""`yihe restore`: a copy is read as a whole first, then every table in one transaction."""

import shutil
import zipfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from yihe.places.models import Division
from yihe.refusal import Refusal
from yihe.server.copies.making import COLUMNS, KEPT, Tell
from yihe.server.copies.manifest import (
    BROKEN,
    FILES,
    PIECE,
    TABLES,
    Manifest,
    Table,
    check_parts,
    read_manifest,
)

NEWER = "这份备份来自更新的版本，没有恢复。请先升级程序。"
OLDER = "这份备份来自旧版本，只能恢复到空的数据库里。请换一个 YIHE_HOME 或者新的数据库，恢复以后会自动升级。"
FULL = "这个数据库里已经有数据，没有恢复。确定要用备份换掉，请先另做一份备份，再加 --force。"

# As PostgreSQL itself writes them, quoted where that is needed.
FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype IN ('e', 'i'))
"""
RANGES = """
SELECT t.oid::regtype::text FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace
  AND t.typtype = 'r' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
"""


def restore(source: Path, *, force: bool, tell: Tell) -> Manifest:
    """Nothing is touched before the copy is found whole and fitting. Refusal otherwise."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = read_manifest(archive)
            check_parts(archive, manifest)
            tell("备份完整，开始恢复。")
            _fitting(manifest, force=force)
            files = _unpacked(archive, manifest)
            try:
                _loaded(archive, manifest, tell)
            except BaseException:
                shutil.rmtree(files, ignore_errors=True)
                raise
    except FileNotFoundError as error:
        raise Refusal(f"没有这个文件：{error.filename}。") from error
    except zipfile.BadZipFile as error:
        raise Refusal(BROKEN) from error
    except DatabaseError as error:
        raise Refusal(f"没有恢复，数据库和原来一样：{str(error).splitlines()[0]}") from error
    _put_in_place(files)
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def _fitting(manifest: Manifest, *, force: bool) -> None:
    """The tables become those of the copy's version; they are emptied only of what nobody entered."""
    told = {(app, name) for app, name in manifest.migrations}
    loader = MigrationLoader(connection)
    if told - set(loader.disk_migrations):
        raise Refusal(NEWER)
    empty = not Division.objects.exists()
    if not empty and not force:
        raise Refusal(FULL)
    if told != set(MigrationRecorder(connection).applied_migrations()):
        if not empty:
            raise Refusal(OLDER)
        _back_to(loader, told)
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        there = {name: set(columns) for name, columns in cursor.fetchall()}
    if there != {table.name: set(table.columns) for table in manifest.tables}:
        raise Refusal(BROKEN)


def _back_to(loader: MigrationLoader, told: set[tuple[str, str]]) -> None:
    """An empty house is built again as it was when the copy was made."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for name, _ in cursor.fetchall():
            cursor.execute(
                sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier("public", name))
            )
        cursor.execute(RANGES)  # with the functions that belong to them
        for (kind,) in cursor.fetchall():
            cursor.execute(f"DROP TYPE IF EXISTS {kind} CASCADE")
        cursor.execute(FUNCTIONS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION IF EXISTS {function} CASCADE")
    for app in sorted({app for app, _ in told}):
        ends = [
            name
            for own, name in told
            if own == app
            and not any(
                child.key in told and child.key[0] == app
                for child in loader.graph.node_map[(own, name)].children
            )
        ]
        for name in ends:
            call_command("migrate", app, name, interactive=False, verbosity=0)


@transaction.atomic
def _loaded(archive: zipfile.ZipFile, manifest: Manifest, tell: Tell) -> None:
    """Either all rows or none: whoever reads meanwhile sees the house before or after."""
    tables = [sql.Identifier("public", table.name) for table in manifest.tables]
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(tables))
        )
        for table, name in zip(manifest.tables, tables, strict=True):
            # Counters and the like were counted when the rows came first.
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
            _rows(archive, table)
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(name))
            (found,) = cursor.fetchone() or (None,)
            if found != table.rows:
                raise Refusal(BROKEN)
            if table.rows >= 10_000:
                tell(f"{table.name}：{table.rows} 行")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every row that is pointed to is there
        for name in tables:
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
        for sequence, last in manifest.sequences.items():
            if last is not None:
                cursor.execute("SELECT setval(%s, %s)", [f'public."{sequence}"', last])


def _rows(archive: zipfile.ZipFile, table: Table) -> None:
    order = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier("public", table.name),
        sql.SQL(", ").join(map(sql.Identifier, table.columns)),
    )
    with (
        archive.open(TABLES + table.name) as part,
        connection.cursor() as cursor,
        cursor.copy(order) as rows,
    ):
        while piece := part.read(PIECE):
            rows.write(piece)


def _unpacked(archive: zipfile.ZipFile, manifest: Manifest) -> Path:
    """The files beside their place. A name that would lead out of it is refused."""
    beside = Path(settings.YIHE_HOME) / f"{KEPT}.restoring"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True, mode=0o700)
    for name in manifest.files:
        target = beside / name
        if not target.resolve().is_relative_to(beside.resolve()):
            raise Refusal(BROKEN)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with archive.open(FILES + name) as part, target.open("xb") as file:
            shutil.copyfileobj(part, file, PIECE)
        target.chmod(0o600)
    return beside


def _put_in_place(files: Path) -> None:
    """What was there before stays beside, under another name, until somebody removes it."""
    place, before = files.with_name(KEPT), files.with_name(f"{KEPT}.before")
    if place.exists():
        shutil.rmtree(before, ignore_errors=True)
        place.rename(before)
    files.rename(place)
