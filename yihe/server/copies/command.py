"""`yihe backup` and `yihe restore`: what they say."""

import argparse
import re
import sys
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from yihe.ledger.setback import look_back
from yihe.refusal import Refusal
from yihe.server.copies.making import back_up
from yihe.server.copies.manifest import Manifest
from yihe.server.copies.restoring import restore
from yihe.server.ping import ping

OURS = re.compile(r"yihe-\d{8}-\d{6}\.zip")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _holds(manifest: Manifest) -> str:
    rows = sum(table.rows for table in manifest.tables)
    return f"{len(manifest.tables)} 张表 {rows} 行，文件 {len(manifest.files)} 个"


def make(words: argparse.Namespace) -> int:
    """A file, or a directory in which the newest `--keep` stay; old ones go when the new one is whole."""
    named, at = Path(words.file), timezone.now()
    if words.keep is not None and not (named.is_dir() and words.keep >= 1):
        raise Refusal("--keep 要和一个目录一起用，至少留 1 份。")
    target = named / f"yihe-{timezone.localtime(at):%Y%m%d-%H%M%S}.zip" if named.is_dir() else named
    manifest = back_up(target, force=words.force, at=at, tell=_say)
    _say(f"备份好了，检查过：{target}，{_holds(manifest)}。")
    if words.keep is not None:
        # The one just made stays, whatever the clock said when the others were; those from its future go.
        found = [path for path in named.iterdir() if OURS.fullmatch(path.name) and path != target]
        others = sorted(found, key=lambda path: (path.name < target.name, path.name))
        for path in [*others, target][: -words.keep]:
            path.unlink()
            _say(f"删掉了旧的一份：{path.name}")
    if settings.BACKUP_PING_URL and not ping(settings.BACKUP_PING_URL, what="backup"):
        _say("备份是好的，但没有报到外面去：请看 YIHE_BACKUP_PING_URL 和网络。")
    _say("私钥不在里面：YIHE_HOME/keys 请另外抄一份，放在别处。")
    return 0


def put_back(words: argparse.Namespace) -> int:
    """What the checkpoints outside of the database say to it is told, and not hidden."""
    manifest = restore(Path(words.file), force=words.force, tell=_say)
    _say(f"恢复好了：{manifest.made_at} 的备份，{_holds(manifest)}。")
    found = look_back(at=timezone.now())
    for trouble in found:
        _say(f"账本：{trouble}。")
    if found:
        _say("备份以后的账本条目没有了。要接着记，请用 yihe keys accept-setback，原因会公开。")
    return 0
