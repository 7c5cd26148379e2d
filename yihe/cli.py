"""`yihe …`: every command. Modules are loaded when their command is called."""

import argparse
import errno
import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from yihe.refusal import Refusal
from yihe.server.arguments import Parser, read

ROLES = (
    "resident", "lead", "secretary", "director", "community",
    "subdistrict", "department", "district", "company",
)  # fmt: skip

KEYS = ("list", "rotate", "witness", "check", "accept-setback")
TABLE_KINDS = ("divisions", "desks", "catalogue", "compounds", "units")


def parser() -> "tuple[Parser, argparse._SubParsersAction[Parser]]":
    top = Parser(description="一核：物业小区治理平台", epilog="例：yihe up")
    commands = top.add_subparsers(dest="command", required=True, metavar="命令", title="命令")

    def add(name: str, words: str, example: str) -> Parser:
        return commands.add_parser(name, help=words, description=words, epilog=f"例：{example}")

    up = add("up", "启动数据库、网页和工作进程", "yihe up")
    up.add_argument("--no-demo", action="store_true", help="不装演示数据")
    prepare = add("prepare", "更新数据库结构和静态文件（yihe up 会自己做）", "yihe prepare")
    prepare.add_argument("--no-demo", action="store_true", help="不装演示数据")
    work = add("work", "做到期的事", "yihe work --once")
    work.add_argument("--once", action="store_true", help="做完就停")
    work.add_argument("--at", help="当作这个时间（只在演示中），如 2026-11-30T18:00+08:00")
    token = add("token", "给一个接口令牌（只在演示中）", "yihe token --role community")
    token.add_argument("phone", nargs="?", metavar="PHONE", help="谁的：手机号")
    token.add_argument(
        "--role", choices=ROLES, metavar="ROLE", help="或者演示里的一个角色：" + "、".join(ROLES)
    )
    taking = add("import", "从表格导入", "yihe import divisions 区划.csv --json")
    taking.add_argument(
        "kind", choices=TABLE_KINDS, metavar="KIND", help="哪种表：" + "、".join(TABLE_KINDS)
    )
    taking.add_argument(
        "file", nargs="?", metavar="FILE", help="CSV（可以是 .gz，UTF-8 或 GB18030）或 Excel"
    )
    taking.add_argument("--map", metavar="MAP.toml", help="对照表：我们的列 = 文件里的列名")
    taking.add_argument("--dry-run", action="store_true", help="只检查，不写")
    taking.add_argument("--keep-good", action="store_true", help="有行不能导入时，仍导入其余各行")
    taking.add_argument("--json", action="store_true", help="结果用 JSON 打印")
    taking.add_argument(
        "--district", metavar="CODE", help="只用于 divisions：哪个区是本区，如 440310"
    )
    taking.add_argument(
        "--template",
        action="store_true",
        help="写一张空表到 FILE（.csv 或 .xlsx），没有 FILE 就打印",
    )
    setting = add(
        "setup",
        "没有演示数据时：本区、组织和第一位管理员",
        "yihe setup --template 设置.xlsx && yihe setup 设置.xlsx",
    )
    setting.add_argument(
        "file", nargs="?", metavar="FILE.xlsx", help="填好的表；不写就在这里一项一项问"
    )
    setting.add_argument(
        "--template", metavar="FILE.xlsx", nargs="?", const="yihe-setup.xlsx", help="写一张空表"
    )
    setting.add_argument("--dry-run", action="store_true", help="只检查，不写")
    setting.add_argument("--json", action="store_true", help="结果用 JSON 打印")
    setting.add_argument("--no-topics", action="store_true", help="不装随软件附带的诉求类别")
    reset = add(
        "reset-sign-in",
        "重设登录：最后一位管理员丢了密码、手机和恢复码时用",
        "yihe reset-sign-in 13800000000",
    )
    reset.add_argument("phone", metavar="手机号")
    tallying = add("tally", "按法律核对一份业主大会公告", "yihe tally 公告.json --json")
    tallying.add_argument("file", metavar="FILE.json", help="公告；- 从标准输入读")
    tallying.add_argument("--json", action="store_true", help="结果用 JSON 打印")
    reading = add(
        "law", "读规则：一册，或者某天某地适用的", "yihe law --at 2024-07-29 --place 440310"
    )
    reading.add_argument("book", nargs="?", metavar="BOOK", help="哪一册，如 cn-civil-code-2021")
    reading.add_argument("--at", metavar="DATE", help="哪一天，如 2024-07-29")
    reading.add_argument("--place", metavar="CODE", default="CN", help="行政区划代码，默认 CN")
    reading.add_argument("--json", action="store_true", help="用 JSON 打印")
    checking = add(
        "verify",
        "核验一次表决的证据包（不连数据库，不上网）",
        "yihe verify 表决.zip --receipt 回执.txt",
    )
    checking.add_argument("bundle", metavar="BUNDLE", help="证据包（zip）")
    checking.add_argument("--receipt", metavar="FILE", help="回执：这张票是不是原样在里面")
    checking.add_argument("--checkpoint", metavar="FILE", help="以前保存的检查点：账本是不是只增加")
    checking.add_argument("--json", action="store_true", help="结果用 JSON 打印")
    witnessing = add(
        "witness",
        "核对账本最新的检查点，签名见证",
        "yihe witness https://yihe.example/log/440310/1 --key 见证.key",
    )
    witnessing.add_argument("url", metavar="URL", nargs="?", help="账本的地址")
    witnessing.add_argument("--new", metavar="NAME", help="先做一把新的私钥，写到 --key 的文件里")
    witnessing.add_argument("--key", metavar="FILE", required=True, help="见证人的私钥文件")
    witnessing.add_argument(
        "--state", metavar="FILE", help="记住上次见证到哪里的文件（默认在私钥文件旁边）"
    )
    keeping = add(
        "keys",
        "公开账本的私钥、见证人和检查点",
        "yihe keys witness add witness.example/committee+1a2b3c4d+BA… --needed 1",
    )
    keeping.add_argument(
        "what",
        choices=KEYS,
        metavar="WHAT",
        help="做什么：" + "、".join(KEYS) + "（见 docs/operations.md）",
    )
    keeping.add_argument(
        "of", nargs="*", metavar="…", help="账本的编号，或者见证人：add 公钥、remove 名字"
    )
    keeping.add_argument("--all", action="store_true", help="全部账本")
    keeping.add_argument("--needed", type=int, metavar="K", help="几位见证人签了算稳固")
    keeping.add_argument(
        "--reason", default="", metavar="原因", help="为什么接受，会公开，不要写姓名电话"
    )
    manage = add("manage", "Django 的管理命令", "yihe manage migrate")
    manage.add_argument(
        "words", nargs=argparse.REMAINDER, metavar="…", help="原样交给 Django 的命令"
    )
    return top, commands


def main(argv: Sequence[str] | None = None) -> int:
    words = read(*parser(), argv)
    try:
        code: int = COMMANDS[words.command](words)
    except Refusal as refusal:
        return _fail(str(refusal))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("YIHE_DEBUG"):
            raise
        return _fail(_in_words(error))
    return code


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "磁盘满了。请先腾出地方。"
    if isinstance(error, PermissionError):
        return f"没有权限：{error.filename}。"
    first = (str(error).splitlines() or [""])[0]
    return f"没有做成：{type(error).__name__} {first}（加上 YIHE_DEBUG=1 可以看到详情）"


def _fail(words: str) -> int:
    print(words, file=sys.stderr)
    return 1


def _up(words: argparse.Namespace) -> int:
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


class _Database:
    """The database for one command: started when it is not up, and stopped again by whoever started it."""

    def __init__(self, *, as_owner: bool = False) -> None:
        self.as_owner = as_owner

    def __enter__(self) -> None:
        from yihe.server.up import database, prepare_home, run_yihe

        self.started = None
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihe.settings")
        os.environ.setdefault("YIHE_DB_POOL", "0")
        if not os.environ.get("DATABASE_URL"):
            from yihe.server.embedded import Cluster

            place = prepare_home()
            was_up = Cluster(place / "postgres").running()
            house = database(place)
            self.started = None if was_up else house.cluster
            os.environ.update(house.environment)
            os.environ["YIHE_HOME"] = str(place)
            if not was_up:
                try:
                    run_yihe("prepare", "--no-demo", environment=dict(os.environ))
                except BaseException:
                    self.__exit__()
                    raise
        if self.as_owner:
            os.environ["YIHE_AS_OWNER"] = "1"
        import django

        django.setup()

    def __exit__(self, *_: object) -> None:
        from django.db import connections

        connections.close_all()
        if self.started is not None:
            self.started.stop()


def _prepare(words: argparse.Namespace) -> int:
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


def _work(words: argparse.Namespace) -> int:
    with _Database():
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
        _print_json(
            {
                "at": at.isoformat(),
                "done": [{"kind": one.kind, "subject": one.subject} for one in done.done],
                "failed": [{"kind": one.kind, "subject": one.subject} for one in done.failed],
            }
        )
    return 0


def _moment(text: str) -> datetime:
    from yihe.worktime import SHANGHAI

    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal("时间写成 2026-11-30T18:00+08:00 这样。") from error
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _token(words: argparse.Namespace) -> int:
    with _Database():
        from django.utils import timezone

        from yihe.accounts.actions import issue_token
        from yihe.accounts.queries import person_by_phone
        from yihe.accounts.rules import normalise_phone
        from yihe.demo.queries import person_for_role
        from yihe.trail.acting import SYSTEM
        from yihe.web.demo_mode import is_demo

        if not is_demo():
            raise Refusal("这个命令只能在演示中用。别处请在“我的”里发令牌。")
        if bool(words.phone) == bool(words.role):
            raise Refusal("请写一个手机号，或者用 --role 选一个角色。")
        phone = normalise_phone(words.phone) if words.phone else ""
        person = person_by_phone(phone) if phone else person_for_role(words.role)
        if person is None:
            raise Refusal("没有这个人。")
        _, raw = issue_token(user=person, label="命令行", acting=SYSTEM, at=timezone.now())
        print(raw)
    return 0


def _reset_sign_in(words: argparse.Namespace) -> int:
    with _Database():
        from django.utils import timezone

        from yihe.accounts.actions import reset_sign_in
        from yihe.accounts.queries import person_by_phone
        from yihe.accounts.rules import normalise_phone
        from yihe.trail.acting import SYSTEM

        person = person_by_phone(normalise_phone(words.phone))
        if person is None:
            raise Refusal("没有这个人。")
        reset_sign_in(user=person, acting=SYSTEM, at=timezone.now())
        print("重设好了。请本人用验证码登录，再设密码和动态码。")
    return 0


def _import(words: argparse.Namespace) -> int:
    if words.template:
        _without_database()
        from yihe.server.taking import write_template

        return write_template(words.kind, words.file)
    if not words.file:
        raise Refusal("请写要导入的文件；要一张空表，请加 --template。")
    with _Database():
        from yihe.server.taking import take_file

        return take_file(words)


def _without_database() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihe.settings")
    import django

    django.setup()


def _setup(words: argparse.Namespace) -> int:
    if words.template:
        _without_database()
        from yihe.server.taking import write_setup_template

        return write_setup_template(words.template)
    with _Database():
        from yihe.server.taking import set_up

        return set_up(words)


def _tally(words: argparse.Namespace) -> int:
    """0: every motion could be decided; 3: one could not; 2: the file cannot be read."""
    from yihe.law import Unreadable, in_words, parse, read, tally, to_json

    try:
        result = tally(read(parse(_bytes_of(words.file))))
    except (Unreadable, OSError) as error:
        said = _no_file(error) if isinstance(error, OSError) else str(error)
        print(" ".join(said.split()), file=sys.stderr)  # one line, whatever a name holds
        return 2
    if words.json:
        _print_json(to_json(result))
    else:
        print(in_words(result), end="")
    return 0 if result.decided else 3


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    with open(name, "rb") as file:
        return file.read()


def _no_file(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"没有这个文件：{error.filename}。"
    return f"文件读不了：{error.filename}。"


def _law(words: argparse.Namespace) -> int:
    from yihe.law import book, compose, reading, shelf
    from yihe.law.places import place_code

    if words.book and words.at:
        raise Refusal("请写一册的名字，或者写 --at，不要两样都写。")
    if words.place != "CN" and not words.at:
        raise Refusal("写了 --place，请也写 --at：哪一天。")
    if words.at:
        on, place = reading.day(words.at), place_code(words.place)
        if on is None:
            raise Refusal("日期请写成 2024-07-29 这样。")
        if place is None:
            raise Refusal("地方请写 CN 或者行政区划代码，如 440310。")
        law = compose(place, on)
        if words.json:
            _print_json(reading.composed_to_json(law))
        else:
            print(reading.composed_in_words(law), end="")
    elif words.book:
        one = book(words.book)
        if words.json:
            _print_json(reading.book_to_json(one))
        else:
            print(reading.book_in_words(one), end="")
    elif words.json:
        _print_json({"books": [reading.book_to_json(one) for one in shelf()]})
    else:
        print(reading.shelf_in_words(), end="")
    return 0


def _verify(words: argparse.Namespace) -> int:
    from yihe.proof.commands import verify_files

    text, trouble, code = verify_files(
        words.bundle, receipt=words.receipt, checkpoint=words.checkpoint, as_json=words.json
    )
    sys.stdout.write(text)
    sys.stderr.write(trouble)
    return code


def _witness(words: argparse.Namespace) -> int:
    from yihe.proof.witnessing import new_key, witness_once

    if not (words.url or words.new):
        raise Refusal("请写账本的地址；还没有私钥，请加 --new 名字。")
    if words.new:
        sys.stdout.write(new_key(words.new, words.key))
    if not words.url:
        return 0
    sys.stdout.write(witness_once(words.url, key_file=words.key, state_file=words.state))
    return 0


def _keys(words: argparse.Namespace) -> int:
    with _Database():
        from yihe.server.record_keys import KEY_COMMANDS

        text, code = KEY_COMMANDS[words.what](words)
        sys.stdout.write(text)
    return code


def _manage(words: argparse.Namespace) -> int:
    with _Database(as_owner=True):
        from django.core.management import execute_from_command_line

        execute_from_command_line(["yihe manage", *words.words])
    return 0


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))


COMMANDS = {
    "up": _up,
    "prepare": _prepare,
    "work": _work,
    "token": _token,
    "import": _import,
    "setup": _setup,
    "reset-sign-in": _reset_sign_in,
    "tally": _tally,
    "law": _law,
    "verify": _verify,
    "witness": _witness,
    "keys": _keys,
    "manage": _manage,
}

if __name__ == "__main__":
    sys.exit(main())
