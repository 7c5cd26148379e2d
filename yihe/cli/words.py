"""What each command is called, what it takes, and its example."""

import argparse

from yihe.server.arguments import Parser

ROLES = (
    "resident", "lead", "secretary", "director", "community",
    "subdistrict", "department", "district", "company",
)  # fmt: skip

KEYS = ("list", "rotate", "witness", "check", "accept-setback")
TABLE_KINDS = ("divisions", "desks", "catalogue", "compounds", "units", "bodies", "calls")


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
    clock = add("clock", "工作进程信不信这台机器的时钟", "yihe clock --right")
    clock.add_argument("--right", action="store_true", help="时钟是对的，到期的事接着办")
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
    taking.add_argument(
        "--map",
        metavar="MAP.toml",
        help="对照表：我们的列 = 文件里的列名；随软件附带的写名字就行，如 pingshan-2018",
    )
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
    counting = add(
        "figures", "各地各类呼叫的数字，和页面上的一样", "yihe figures --json --from 2026-01-01"
    )
    counting.add_argument("--json", action="store_true", help="用 JSON 打印")
    counting.add_argument("--place", metavar="CODE", help="哪里：区划或小区的代码，默认全区")
    counting.add_argument("--from", dest="since", metavar="DATE", help="从哪天，如 2026-01-01")
    counting.add_argument("--to", dest="until", metavar="DATE", help="到哪天，当天也算")
    counting.add_argument(
        "--recount", action="store_true", help="照呼叫重新数一遍，和记着的数比；有差别退出码是 1"
    )
    counting.add_argument("--mend", action="store_true", help="和 --recount 一起：把差的补上")
    reset = add(
        "reset-sign-in",
        "重设登录：最后一位管理员丢了密码、手机和恢复码时用",
        "yihe reset-sign-in 13800000000",
    )
    reset.add_argument("phone", metavar="手机号")
    outside = add(
        "outbox",
        "发到应用外面的消息：各个渠道通不通；用 --test 试发一条",
        "yihe outbox --test sms 13800000000",
    )
    outside.add_argument(
        "--test",
        nargs=2,
        metavar=("CHANNEL", "ADDRESS"),
        help="sms 手机号、email 邮箱；push、wechat 写手机号，发到这个人打开过的设备或微信",
    )
    outside.add_argument("--json", action="store_true", help="用 JSON 打印")
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
    copying = add(
        "backup",
        "把整个系统备份成一个文件，运行中也可以做",
        "yihe backup 备份.zip，或者 yihe backup /var/backups/yihe --keep 14",
    )
    copying.add_argument("file", metavar="FILE", help="文件名；写一个目录，就按时间起名")
    copying.add_argument("--force", action="store_true", help="文件已有时覆盖")
    copying.add_argument("--keep", type=int, metavar="N", help="目录里只留最近 N 份")
    restoring = add("restore", "从备份恢复，先停下系统再做", "yihe restore 备份.zip")
    restoring.add_argument("file", metavar="FILE", help="yihe backup 做的文件")
    restoring.add_argument("--force", action="store_true", help="换掉已有的数据")
    manage = add("manage", "Django 的管理命令", "yihe manage migrate")
    manage.add_argument(
        "words", nargs=argparse.REMAINDER, metavar="…", help="原样交给 Django 的命令"
    )
    return top, commands
