"""`yihe import` and `yihe setup`: files in, words out."""

import argparse
import json
import os
import sys
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from yihe.accounts.rules import normalise_phone
from yihe.bodies.founding import PAGES, begin_house, found_from_excel
from yihe.places.actions import settle_in
from yihe.places.models import Division
from yihe.portal.tables import TABLES
from yihe.refusal import Refusal
from yihe.sheets.columns import template_csv, template_excel
from yihe.sheets.importing import import_table
from yihe.sheets.maps import PLAIN, find_map
from yihe.sheets.reading import read_file
from yihe.sheets.report import Report
from yihe.topics.models import Topic
from yihe.topics.starter import load_starter
from yihe.trail.acting import SYSTEM
from yihe.web.demo_mode import is_demo

MOST_SHOWN = 20


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


def _write(name: str, data: bytes) -> int:
    place = Path(name)
    if place.exists():
        raise Refusal(f"{name} 已经有了，没有覆盖。请换一个文件名。")
    try:
        place.write_bytes(data)
    except OSError as error:
        raise Refusal(f"{name} 写不进去，请换一个目录。") from error
    _say(f"空表写好了：{name}。第二行是例子，填的时候改掉。")
    return 0


def write_template(kind: str, name: str | None) -> int:
    """An empty table of that kind; needs no database, only the columns."""
    columns = TABLES[kind].columns
    if name and name.endswith(".xlsx"):
        return _write(name, template_excel({TABLES[kind].title: columns}))
    data = template_csv(columns)
    if name:
        return _write(name, data)
    sys.stdout.write(data.decode("utf-8-sig").replace("\r\n", "\n"))
    return 0


def write_setup_template(name: str) -> int:
    return _write(name, template_excel(PAGES))


def take_file(words: argparse.Namespace) -> int:
    """One file into the house; 0 when no row was refused."""
    table = read_file(Path(words.file))
    kind = TABLES[words.kind]
    mapping = find_map(words.map, kind.maps) if words.map else PLAIN

    def progress(rows: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r读了 {rows} 行")

    at = timezone.now()
    report = import_table(
        kind,
        table,
        acting=SYSTEM,
        at=at,
        mapping=mapping,
        dry_run=words.dry_run,
        keep_good=words.keep_good,
        progress=progress,
    )
    if words.district and report.kept:
        _settle(words.district, at)
    if words.json:
        _say(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _tell(kind.title, report, dry_run=words.dry_run)
    return 1 if report.refused else 0


def _settle(code: str, at: datetime) -> None:
    found = Division.objects.filter(code=code.ljust(12, "0"), level=3).first()
    if found is None:
        raise Refusal(f"区划里没有区 {code}。区划已经导入，请再写一次正确的代码。")
    if not found.here:
        settle_in(district=found, acting=SYSTEM, at=at)


def _tell(title: str, report: Report, *, dry_run: bool) -> None:
    _say(
        f"{title}：读了 {report.read} 行，新增 {report.created}，更新 {report.updated}，"
        f"没有变化 {report.unchanged}，不能导入 {len(report.refused)}。"
    )
    for line, reason in report.refused[:MOST_SHOWN]:
        _say(f"  第 {line} 行：{reason}")
    if len(report.refused) > MOST_SHOWN:
        _say(f"  还有 {len(report.refused) - MOST_SHOWN} 行，用 --json 可以看到全部。")
    for note in report.notes:
        _say(f"  {note}")
    if dry_run:
        _say("这次只是检查，什么也没有写。")
    elif not report.kept:
        _say("有行不能导入，所以什么也没有写。改好再来，或者加 --keep-good 先导入其余各行。")


def set_up(words: argparse.Namespace) -> int:
    """From a filled Excel file, or asked for one by one."""
    if is_demo():
        raise Refusal("这里装的是演示数据。请换一个 YIHE_HOME，再用 yihe setup。")
    if words.file:
        return _set_up_from(words)
    if not sys.stdin.isatty() and not os.environ.get("YIHE_ASK"):
        raise Refusal("请写填好的表：yihe setup 文件.xlsx；空表用 yihe setup --template 得到。")
    return _set_up_asking(words)


def _set_up_from(words: argparse.Namespace) -> int:
    try:
        data = Path(words.file).read_bytes()
    except OSError as error:
        raise Refusal(f"{words.file} 打不开。") from error
    at = timezone.now()
    founding = found_from_excel(data, dry_run=words.dry_run, at=at)
    topics = _starter(words, at) if founding.kept else 0
    if words.json:
        _say(json.dumps(founding.as_json(), ensure_ascii=False))
    else:
        for page, report in founding.pages.items():
            _say(
                f"{page}：读了 {report.read} 行，新增 {report.created}，更新 {report.updated}，"
                f"没有变化 {report.unchanged}。"
            )
        for page, line, reason in founding.refused[:MOST_SHOWN]:
            _say(f"  “{page}”第 {line} 行：{reason}")
        if founding.refused:
            _say("有行写得不对，所以什么也没有写。改好再来一次。")
        elif words.dry_run:
            _say("检查过了，可以导入；这次什么也没有写。")
        else:
            _finished(topics)
    return 1 if founding.refused else 0


def _ask(question: str) -> str:
    sys.stdout.write(question)
    sys.stdout.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise Refusal("没有问完就停了，什么也没有写。")
    return answer.strip()


def _set_up_asking(words: argparse.Namespace) -> int:
    at = timezone.now()
    with transaction.atomic():
        if not Division.objects.filter(level=3).exists():
            _say("先要区划名单：CSV 或 Excel，列是 code,level,name,parent_code。")
            report = import_table(
                TABLES["divisions"], read_file(Path(_ask("区划文件："))), acting=SYSTEM, at=at
            )
            _tell("区划", report, dry_run=False)
            if report.refused:
                raise Refusal("区划没有导入，设置停在这里，什么也没有写。")
        for one in Division.objects.filter(level=3).order_by("code"):
            _say(f"  {one.code[:6]} {one.name}")
        code = _ask("本区的代码（六位）：")
        name = _ask("第一位管理员的姓名：")
        phone = normalise_phone(_ask("管理员的手机号："))
        offices = _ask("为每个街道和社区各设一个受理台吗？[Y/n] ").lower() not in ("n", "no", "否")
        made = begin_house(
            code=code,
            administrator=name,
            phone=phone,
            offices=offices,
            acting=SYSTEM,
            at=at,
        )
        topics = _starter(words, at)
    _say(f"设了 {made} 个组织。")
    _finished(topics)
    return 0


def _starter(words: argparse.Namespace, at: datetime) -> int:
    if words.no_topics or words.dry_run or Topic.objects.exists():
        return 0
    return load_starter(acting=SYSTEM, at=at)


def _finished(topics: int) -> None:
    if topics:
        _say(f"装了 {topics} 个诉求类别，以后可以在“呼叫的类别”里改。")
    _say("设置好了。启动：yihe up --no-demo；管理员用手机号登录，第一次要设密码和动态码。")
