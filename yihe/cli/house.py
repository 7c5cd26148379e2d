"""Starting, working, keeping the house itself."""

import argparse
import os
import re
import sys
from datetime import datetime
from urllib.parse import unquote, urlsplit

from yihe.cli.database import Database
from yihe.cli.printing import print_json
from yihe.refusal import Refusal


def start(words: argparse.Namespace) -> int:
    from yihe.server.up import prepare_home, up

    os.environ["YIHE_HOME"] = str(prepare_home())  # its secret is written now
    _safe_to_start(ask_database=False)
    return up(demo=not words.no_demo)


def _safe_to_start(*, ask_database: bool) -> None:
    """A production start with an unsafe setting is refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihe.settings")
    from yihe.server.checks import unsafe

    if wrong := unsafe(ask_database=ask_database):
        raise Refusal(wrong)


def prepare(words: argparse.Namespace) -> int:
    """As the owner: tables, rights, files; then the demo's first part."""
    os.environ["YIHE_AS_OWNER"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihe.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.utils import timezone

    from yihe.server.embedded import roles_sql

    application = _role("DATABASE_URL")
    try:
        if application != _role("DATABASE_OWNER_URL"):  # else roles are one
            with connection.cursor() as cursor:
                cursor.execute(roles_sql(application))
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        raise Refusal(f"数据库结构没有更新成：{str(error).splitlines()[0]}") from error
    call_command("collectstatic", interactive=False, verbosity=0)
    if not words.no_demo:
        from yihe.demo.actions import build_first
        from yihe.places.models import Division

        if not Division.objects.exists():
            print("正在装演示数据，大约十几秒……", flush=True)
            build_first(at=timezone.now())
    _safe_to_start(ask_database=True)
    return 0


def _role(variable: str) -> str:
    """Who an address of the database signs in as."""
    address = os.environ.get(variable) or os.environ.get("DATABASE_URL", "")
    role = unquote(urlsplit(address).username or "")
    if role and not re.fullmatch(r"[a-z_][a-z0-9_]*", role):
        raise Refusal(f"{variable} 里的角色名请只用小写字母、数字和下划线。")
    return role


def work(words: argparse.Namespace) -> int:
    with Database():
        from django.utils import timezone

        from yihe.server.worker import Worker, do_all
        from yihe.web.demo_mode import is_demo

        if not words.once:
            if words.at is not None:
                raise Refusal("--at 要和 --once 一起用。")
            Worker().run()
            return 0
        at = timezone.now()
        if words.at is not None:
            if not is_demo():
                raise Refusal("--at 只能在演示中用。")
            at = _moment(words.at)
        done = do_all(at=at)
        print_json(
            {
                "at": at.isoformat(),
                "done": [{"kind": one.kind, "subject": one.subject} for one in done.done],
                "failed": [{"kind": one.kind, "subject": one.subject} for one in done.failed],
            }
        )
    return 0


def clock(words: argparse.Namespace) -> int:
    """Whether the worker believes the clock; `--right`: it does from its next look on."""
    with Database():
        from yihe.server.clock import believe, doubts

        found = believe() if words.right else doubts()
    for one in found:
        print(f"{one}。")
    if not found:
        print("时钟没有什么不对。")
    elif words.right:
        print("记下了：时钟是对的。工作进程几秒钟里接着办。")
    return 0 if words.right or not found else 1


def _moment(text: str) -> datetime:
    from yihe.worktime import SHANGHAI

    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal("时间写成 2026-11-30T18:00+08:00 这样。") from error
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def outbox(words: argparse.Namespace) -> int:
    """How the channels are; or one letter to try a set-up."""
    with Database():
        from yihe.server.outside import in_words, states, try_out

        if words.test:
            print(try_out(*words.test))
        elif words.json:
            print_json(states())
        else:
            print(in_words(states()))
    return 0


def keys(words: argparse.Namespace) -> int:
    with Database():
        from yihe.server.record_keys import KEY_COMMANDS

        text, code = KEY_COMMANDS[words.what](words)
        sys.stdout.write(text)
    return code


def manage(words: argparse.Namespace) -> int:
    with Database(as_owner=True):
        from django.core.management import execute_from_command_line

        execute_from_command_line(["yihe manage", *words.words])
    return 0
