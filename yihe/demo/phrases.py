"""Short words that many calls share: contacts, reasons, questions with their replies, ratings."""

from collections.abc import Sequence
from typing import Any, TypeVar

from yihe.bodies.models import Body
from yihe.topics.models import Topic

T = TypeVar("T")


def pick(among: Sequence[T], number: int) -> T:
    return among[(number * 5 + number // len(among)) % len(among)]


VOICES = {
    "secretary": ("branch", "secretary"),
    "director": ("committee", "director"),
    "company": ("company", "manager"),
    "lead": ("branch", "lead"),
    "clerk": ("community", "clerk"),
}
CONTACTS = (
    "打电话问清了位置和时间，约好下午去看。",
    "加了反映人的电话，说好先看现场再回话。",
    "和反映人通了话，是这两天才这样的。",
    "电话打通了，对方晚上在家，约七点后上门。",
    "在楼下碰到反映人，一起看了一眼。",
    "问了门岗和楼栋长，情况对得上。",
    "打了两次没人接，发了短信，傍晚回了电话。",
)
MET = (
    "楼栋长、物业",
    "反映人、物业工程班",
    "反映人和邻居两家",
    "维保单位、物业",
    "物业经理",
    "反映人",
    "支部书记、物业",
)
RATED = {
    1: ("拖了这么久，修好两天又坏", "答复是答复了，和我说的不是一件事"),
    2: ("总算有人管，就是太慢", "话说得客气，事情只办了一半"),
    3: ("还行，比上次快", "一般，再观察几天", ""),
    4: ("办得可以，就是没提前打电话", "修好了，楼道里的灰没扫走", "比想的快"),
    5: ("第二天就来人了", "修完还回来看了一趟，没想到", "话讲得明白，老人也听懂了", "", "好👍"),
}
REOPENED = (
    "好了两天又不行了。",
    "只修了门口这一段，里面那段还是老样子。",
    "来人看过就走了，东西还在原处。",
    "说周五前弄好，今天都周一了。",
    "换上去的跟原来的不一样，还是漏。",
)
AGAIN = (
    "这回好了：上次只处理了表面，没有找到根子，这次连根换了。三天后我们再来看一次。",
    "里面那段也修完了。上次漏看，是我们没有走到头。请您再走一遍，不对就直接说。",
    "东西昨天搬走了，地方空出来了。上次约好的人没有到，改由物业自己搬。再堆就拍一张发来。",
    "换成同一个型号的，漏的地方重新做了。上次图快用了替代件。留了电话，三个月内有问题直接打。",
)
UP: dict[int, Sequence[str]] = {
    1: (
        "物业和市政都说不归自己管，社区定不了。",
        "要专业的人来看，社区看不出原因。",
        "牵涉小区外面的单位，社区叫不动。",
        "要花的钱超过社区能定的数。",
    ),
    2: (
        "街道协调过，属于部门的职责。",
        "两家单位各说各的，要部门定。",
        "要执法，街道没有这一项的权。",
    ),
    3: (
        "要几个部门一起定。",
        "牵涉规划和资金，一个部门定不下来。",
        "协调过两次，各部门意见不同。",
    ),
}
BACK = (
    "现场看过，社区能办。",
    "图纸上这一段在小区里，请社区牵头。",
    "不用执法，先上门谈，谈不成再报上来。",
)
ASKED = (
    ("请问是哪一栋、大概几点？", "是3栋，晚上九点以后。"),
    ("请问是厨房还是卫生间那一侧？能拍一张照片吗？", "卫生间，靠窗那面墙，照片发物业了。"),
    ("请问车牌最后两位记得吗，停了多久？", "最后两位是37，停了有二十来天。"),
    ("请问家里有没有不方便的老人，我们好排先后？", "有的，我妈八十二，走路要扶。"),
    ("请问白天家里有人吗，什么时候方便上门？", "周三上午有人，其他时候晚上七点后。"),
    ("请问以前修过吗，是谁来修的？", "去年修过一次，物业叫的人，没留单子。"),
)
EXTENDED = (
    "等配件，下周到货，到了当天装。",
    "要开口挖一段，等管线单位来交底。",
    "三家报价还差一家，比完就开工。",
    "连着下雨，外墙做不了，天晴三天内做完。",
)
HANDED = (
    "小区内部的设施，物业先去修。",
    "在红线里面，归物业。",
    "维保合同在物业手里，请物业叫人。",
)
HANDED_BACK = ("我们只管电梯厅里面，外面不归我们。", "要和两户一起谈，物业叫不来人。")
ADDED = (
    "补充一下：昨晚又来了一次，比上次还久，邻居也听到了。",
    "刚才问了隔壁，他家也一样，他不会用手机，让我一起说。",
    "补一句，坏的不止一处，西边那头也有。",
    "今天下雨看得更清楚，水是从上面那条缝下来的。",
)
NOTES = ("问过物业，配件已经下单。", "和上一件是同一处，一起办。", "反映人说话急，多打两次电话。")
FACTS = (
    (
        "请发一份上个月的值班表和报修记录，说明有没有排到人。",
        "值班表和报修单附在后面：当班一人请假，没有替班，是我们没排。",
    ),
    (
        "请说明上季度公共收益公示的时间、地点，凭据放在哪里。",
        "公示在月底，迟了十二天；凭据在财务室，可以约时间看。",
    ),
    (
        "请说明这笔费用按什么标准收、从哪天开始、通知过没有。",
        "标准是公司定的，三月一日开始，只在群里发过，没有贴纸。",
    ),
    (
        "请说明这几天当班的是谁、按规定多久巡一次、记录在哪里。",
        "当班两人，规定两小时一次，记录缺了两晚，已经查问。",
    ),
)
ABOUT_OFFICE = (
    "电话打了四次，每次都说“经办人不在”，也没有人回。我只是想问一件事办到哪一步了。",
    "上次的答复和现场不一样，纸上写已经清走，我站在楼下看，东西还在。请上面的人来看一眼。",
    "窗口的人让我先开一张证明，开来了又说不用，来回跑了三趟。",
)
ABOUT_DEPARTMENT = (
    "去年的申请到现在没有消息，受理单在我手里，打电话说“还在流程里”。到底到哪一步了，请给一句准话。",
    "验收的时候说整改完了，我们收楼一看，单子上写的还在那里。谁签的字，凭什么签的？",
)
OFFICE_ANSWER = "查过了：电话记录里有这四次，没有人回，是这边的错。现在每个来电当天登记，两天内必须回话；您问的事今天已经办到哪一步，写在下面。"
DEPARTMENT_ANSWER = "查过了：材料齐，压在一位请假的人手里，没有转给别人。今天转出，五个工作日内给您书面结果；今后请假必须交接。"


def mistaken(topic: Topic) -> Topic:
    """A neighbour of the right topic: what somebody takes by mistake."""
    root = topic.code.split("-")[0]
    others = Topic.objects.filter(code__startswith=f"{root}-", children=None, starts_at=topic.starts_at, emergency=False)  # fmt: skip
    return others.exclude(pk=topic.pk).select_related("parent__parent").order_by("position")[0]


def contact(number: int) -> dict[str, Any]:
    """Somebody without an account, for whom another speaks."""
    name = pick(("周伯", "阿婆", "李叔", "黄姨", "老罗", "陈奶奶"), number)
    return {
        "reporter": None,
        "contact_name": name,
        "contact_phone": f"0755-0000{number % 10000:04d}",
    }


def decision(invited: Sequence[Body], number: int) -> str:
    first, rest = invited[0].name, "、".join(desk.name for desk in invited[1:])
    with_them = f"，{rest}配合" if rest else ""
    return pick(
        (
            f"由{first}牵头{with_them}，一个月内办好。先定图纸和钱，再开工；每周五把进度写在这件呼叫里。",
            f"{first}牵头{with_them}。两周内一起到现场看一次，分清各自的一段，同一天开工。",
            f"先做临时的，{first}三天内到位{with_them}；长远的办法下次会议再报。",
        ),
        number,
    )
