"""A whole house into one file and back: from PostgreSQL 18 into 15 and back, while it goes on."""

import json
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import psycopg
import pytest

from yihe.server.embedded import OWNER, Cluster
from yihe.server.tests.test_up import ROOT, environment

OLD = Path("/usr/lib/postgresql/15/bin")
AT_MOST = 240.0
COUNTED = (
    "calls_call",
    "calls_step",
    "trail_entry",
    "accounts_user",
    "calls_count",
    "outbox_message",
)


def yihe(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "yihe.cli", *words], env=environment(home, **more), cwd=ROOT,
        capture_output=True, text=True, timeout=AT_MOST, check=False,
    )  # fmt: skip


def content(cluster: Cluster) -> dict[str, str]:
    """Every table as one digest of its rows."""
    with psycopg.connect(cluster.url(OWNER)) as asking:
        names = asking.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        return {
            name: str(asking.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"  # noqa: S608
            ).fetchone())
            for (name,) in names if name != "web_mark"
        }  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A house with the demo's first part, and a file that somebody sent."""
    home = tmp_path_factory.mktemp("demo")
    cluster = Cluster(home / "postgres")
    cluster.start()
    addresses = {"DATABASE_URL": cluster.url(), "DATABASE_OWNER_URL": cluster.url(OWNER)}
    made = yihe(home, "prepare", **addresses)
    assert made.returncode == 0, made.stderr
    (home / "files" / "ab").mkdir(parents=True)
    (home / "files" / "ab" / "photo").write_bytes(os.urandom(70_000))
    yield home, cluster
    cluster.destroy()


@pytest.fixture(scope="module")
def copy(demo, tmp_path_factory):
    """Made while somebody writes all the time."""
    home, cluster = demo
    target = tmp_path_factory.mktemp("copies") / "house.zip"
    stop = threading.Event()

    def write() -> None:
        with psycopg.connect(cluster.url(OWNER), autocommit=True) as busy:
            while not stop.is_set():
                busy.execute("UPDATE places_compound SET name = name")
                busy.execute(
                    "INSERT INTO web_mark (name, value, at) VALUES ('busy', '{}', now())"
                    " ON CONFLICT (name) DO UPDATE SET at = now()"
                )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = yihe(home, "backup", str(target))
    finally:
        stop.set()
        writer.join()
    assert made.returncode == 0, made.stderr
    assert "备份好了，检查过" in made.stdout
    return target


@pytest.fixture
def fresh(tmp_path):
    homes: list[Path] = []

    def make(name: str) -> Path:
        homes.append(tmp_path / name)
        return homes[-1]

    yield make
    for home in homes:
        Cluster(home / "postgres").destroy()


def test_there_and_back_through_postgresql_15(demo, copy, fresh):
    home, cluster = demo
    before = content(cluster)
    if not (OLD / "initdb").exists():
        pytest.skip("no PostgreSQL 15 on this machine")
    old = fresh("old")
    told = yihe(old, "restore", str(copy), YIHE_PG_BIN=str(OLD))
    assert told.returncode == 0, told.stderr
    assert (old / "files/ab/photo").read_bytes() == (home / "files/ab/photo").read_bytes()
    again = copy.with_name("again.zip")
    assert yihe(old, "backup", str(again), YIHE_PG_BIN=str(OLD)).returncode == 0
    new = fresh("new")
    assert yihe(new, "restore", str(again)).returncode == 0
    there = Cluster(new / "postgres")
    there.start()
    after = content(there)
    assert {
        name: (before[name], after.get(name)) for name in before if before[name] != after.get(name)
    } == {}
    with psycopg.connect(
        there.url()
    ) as asking:  # the application's role, with its rights and no more
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asking.execute("TRUNCATE trail_entry")
        asking.rollback()
        with pytest.raises(psycopg.errors.RestrictViolation):
            asking.execute("UPDATE trail_entry SET act = 'x'")
        asking.rollback()
        asking.execute("INSERT INTO trail_log (key, size) VALUES ('later', 0)")  # numbers go on


def test_a_house_with_people_is_not_written_over_unasked(demo, copy):
    home, cluster = demo
    before = content(cluster)
    refused = yihe(home, "restore", str(copy))
    assert refused.returncode == 1
    assert "已经有数据" in refused.stderr
    assert content(cluster) == before
    # What was written since is gone afterwards, and the counters are those of the copy.
    with psycopg.connect(cluster.url(OWNER)) as asking:
        asking.execute("DELETE FROM outbox_message")
    assert yihe(home, "restore", str(copy), "--force").returncode == 0
    assert content(cluster) == before


def changed(copy: Path, target: Path, name: str, data: bytes) -> Path:
    """The copy with one part in other words."""
    with zipfile.ZipFile(copy) as source, zipfile.ZipFile(target, "w") as made:
        for one in source.namelist():
            made.writestr(one, data if one == name else source.read(one))
    return target


def test_a_copy_that_is_not_whole_is_refused_before_anything_is_touched(demo, copy, tmp_path):
    home, cluster = demo
    before = content(cluster)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(copy.read_bytes()[:-1000])
    with zipfile.ZipFile(copy) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        steps = archive.read("tables/calls_step")
    newer = {**manifest, "migrations": [*manifest["migrations"], ["calls", "9999_later"]]}
    outside = {**manifest, "files": {"../../keys/secret": "0" * 64}}
    spoilt = {
        cut: "不完整",
        changed(copy, tmp_path / "a.zip", "tables/calls_step", steps[:-1] + b"x"): "不完整",
        changed(copy, tmp_path / "b.zip", "manifest.json", b"{}"): "不是一核的备份",
        changed(copy, tmp_path / "c.zip", "manifest.json", json.dumps(newer).encode()): "更新的版本",
        changed(copy, tmp_path / "d.zip", "manifest.json", json.dumps(outside).encode()): "不完整",
        tmp_path / "nothing.zip": "没有这个文件",
    }  # fmt: skip
    for path, words in spoilt.items():
        refused = yihe(home, "restore", str(path), "--force")
        assert refused.returncode == 1
        assert words in refused.stderr, (path.name, refused.stderr)
    assert content(cluster) == before
    assert not (home / "files.restoring").exists()


def test_an_older_copy_is_brought_forward_in_an_empty_house(fresh, tmp_path):
    """As it was made before messages left the house."""
    older, copy = fresh("older"), tmp_path / "older.zip"
    addresses = _addresses(older)
    assert yihe(older, "prepare", "--no-demo", **addresses).returncode == 0
    moved = yihe(older, "manage", "migrate", "outbox", "0001")
    assert moved.returncode == 0, moved.stderr
    with psycopg.connect(addresses["DATABASE_OWNER_URL"]) as writing:
        writing.execute(
            "INSERT INTO outbox_message (person_id, title, body, link, subject_kind, subject_key, at)"
            " VALUES (1, '一件事', '', '', 'call', '1', now())"
        )
    made = yihe(older, "backup", str(copy))
    assert made.returncode == 0, made.stderr
    newer = fresh("newer")
    told = yihe(newer, "restore", str(copy))
    assert told.returncode == 0, told.stderr
    with psycopg.connect(_addresses(newer)["DATABASE_URL"]) as asking:
        assert asking.execute("SELECT title FROM outbox_message").fetchall() == [("一件事",)]
        assert asking.execute("SELECT count(*) FROM outbox_delivery").fetchone() == (0,)


def _addresses(home: Path) -> dict[str, str]:
    cluster = Cluster(home / "postgres")
    cluster.start()
    return {"DATABASE_URL": cluster.url(), "DATABASE_OWNER_URL": cluster.url(OWNER)}


def test_a_directory_keeps_the_newest(demo, tmp_path):
    home, _ = demo
    for name in ("yihe-20200101-000000.zip", "yihe-20200102-000000.zip", "mine.zip"):
        (tmp_path / name).write_bytes(b"")
    made = yihe(home, "backup", str(tmp_path), "--keep", "2")
    assert made.returncode == 0, made.stderr
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left[:2] == ["mine.zip", "yihe-20200102-000000.zip"]
    assert len(left) == 3
    for words in (
        [str(tmp_path / "x.zip"), "--keep", "2"],
        [str(tmp_path / "no" / "x.zip")],
        [str(tmp_path / "mine.zip")],
    ):
        refused = yihe(home, "backup", *words)
        assert refused.returncode == 1
        assert refused.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == left
