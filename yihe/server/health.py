"""Is the process up; is the house ready."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.ledger.queries import troubles
from yihe.server.room import too_little
from yihe.web import replica
from yihe.web.away import disk_full
from yihe.web.models import Mark

LATELY = timedelta(seconds=30)


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """503 with what is missing, in words, until everything stands; what runs without help is only noted."""
    missing = what_is_missing()
    return JsonResponse(
        {"ready": not missing, "missing": missing, "notes": _notes()},
        status=503 if missing else 200,
        json_dumps_params={"ensure_ascii": False},
    )


def _notes() -> list[str]:
    """A replica that is away or behind: its pages come from the primary meanwhile."""
    state = replica.look() if replica.wanted() else None
    return [f"备用数据库：{state.words}"] if state and state.name != replica.GOOD else []


def what_is_missing() -> list[str]:
    no_room = too_little(Path(settings.YIHE_HOME))
    return [*([no_room] if no_room else []), *_not_standing()]


def _not_standing() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["数据库的结构还没有更新完"]
        record = troubles()
        marks = {mark.name: mark for mark in Mark.objects.filter(pk__in=["worker", "demo"])}
    except Error as error:
        return ["数据库的磁盘满了" if disk_full(error) else "数据库连不上"]
    missing = record
    if (Path(settings.YIHE_HOME) / "demo-wanted").exists() and "demo" not in marks:
        missing.append("演示数据还没有装好")
    worker = marks.get("worker")
    if worker is None or abs(timezone.now() - worker.at) > LATELY:
        missing.append("工作进程没有动静")
    else:
        if doubt := worker.value.get("clock"):
            missing.append(doubt)
        if failing := worker.value.get("failing"):
            missing.append(f"做不下去：{'、'.join(failing)}")
    return missing
