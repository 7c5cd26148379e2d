"""Our own PostgreSQL: comes up, keeps apart, comes back, and gives the application no more than rows."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yihe.refusal import Refusal
from yihe.server import up
from yihe.server.embedded import OWNER, Cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("house") / "postgres")
    cluster.start()
    yield cluster
    cluster.destroy()


def test_only_its_user_reaches_the_socket(cluster: Cluster) -> None:
    assert cluster.socket.stat().st_mode & 0o777 == 0o700
    assert cluster.data not in cluster.socket.parents


def test_the_application_reads_and_writes_rows_and_no_more(cluster: Cluster) -> None:
    cluster.query("yihe", "CREATE TABLE kept (id int)")
    with psycopg.connect(cluster.url(), autocommit=True) as application:
        application.execute("INSERT INTO kept VALUES (1)")
        for forbidden in ("TRUNCATE kept", "DROP TABLE kept", "CREATE TABLE mine (id int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(forbidden)


def test_what_a_failed_statement_held_is_not_in_the_log(cluster: Cluster) -> None:
    cluster.query("yihe", "CREATE TABLE phones (phone text UNIQUE)")
    with psycopg.connect(cluster.url(OWNER), autocommit=True) as owner:
        owner.execute("INSERT INTO phones VALUES ('13800000001')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO phones VALUES ('13800000001')")
    log = cluster.log.read_text()
    assert "unique constraint" in log
    assert "13800000001" not in log


def test_a_killed_server_comes_back_with_everything(cluster: Cluster) -> None:
    cluster.query("yihe", "CREATE TABLE acknowledged AS SELECT 7 AS id")
    cluster.kill()
    cluster.start()
    assert cluster.query("yihe", "SELECT id FROM acknowledged") == "7"


def test_a_lock_whose_number_went_to_another_process_is_forgotten(cluster: Cluster) -> None:
    lock = cluster.data / "postmaster.pid"
    kept = lock.read_text().split("\n", 1)[1]
    cluster.stop()
    lock.write_text(f"1\n{kept}")
    cluster.start()
    assert cluster.running()


def test_two_houses_on_one_machine_do_not_meet(cluster: Cluster, tmp_path: Path) -> None:
    other = Cluster(tmp_path / "postgres", durable=False)
    other.start()
    try:
        assert other.socket != cluster.socket
        other.query("yihe", "CREATE TABLE only_here (id int)")
        with pytest.raises(Refusal):
            cluster.query("yihe", "SELECT * FROM only_here")
    finally:
        other.destroy()
    assert not other.running()
    assert cluster.running()


def test_owner_and_application_are_different_roles(cluster: Cluster) -> None:
    assert cluster.url(OWNER) != cluster.url()
    assert cluster.query("yihe", "SELECT rolsuper FROM pg_roles WHERE rolname = 'yihe_app'") == "f"


def test_a_socket_directory_that_is_not_a_directory_is_refused(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres", durable=False)
    cluster.socket.symlink_to(tmp_path)
    try:
        with pytest.raises(Refusal, match="不是自己的目录"):
            cluster._private_socket()
    finally:
        cluster.socket.unlink()


def test_two_supervisors_on_one_home_refuse_in_words(tmp_path: Path) -> None:
    handle = up.lock(tmp_path)
    with pytest.raises(Refusal, match="已经在运行"):
        up.lock(tmp_path)
    up.release(handle)
    up.release(up.lock(tmp_path))
