"""What was done, in words: one's own acts, and everything on one subject."""

from typing import Any

from django.shortcuts import render
from django.views.decorators.http import require_GET

from yihe.calls import rules
from yihe.calls.access import visible
from yihe.portal.access import trail_to_read
from yihe.trail.models import Entry
from yihe.trail.queries import acts_of, timeline
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response

WORDS = {
    **{f"call.{act.value}": words for act, words in rules.WORDS.items()},
    "calls.export": "导出呼叫清单",
    "call.import": "导入旧呼叫",
    "call.recompute": "日历录入后重算期限",
    "call.print_contact": "打印带联系方式的工单",
    "call.persons_erased": "到期，和反映人脱开",
    "call.words_erased": "到期，删去内容",
    "ledger.accept_setback": "认下账本被退回",
    "ledger.set_aside": "账本退回前的一段另存",
    "body.alias": "记下组织的别名",
    "body.change": "修改组织",
    "body.close": "停用组织",
    "body.cover": "多管一个小区",
    "body.found": "新设组织",
    "branch.check": "办好转正清单的一项",
    "branch.form": "支部成为临时的或正式的",
    "branch.intent": "登记支部组建意向",
    "branch.join": "小区并入联合党支部",
    "branch.mandate": "记下业主对支部的授权",
    "branch.mandate_ended": "结束业主对支部的授权",
    "branch.part": "小区从联合党支部分出来",
    "body.uncover": "不再管一个小区",
    "building.add": "登记楼栋",
    "building.add_all": "登记楼栋",
    "calendar.year": "录入工作日历",
    "compound.add": "新增小区",
    "compound.change": "更正小区",
    "compound.stage": "小区进入下一阶段",
    "division.put": "录入区划",
    "division.settle": "选定本区",
    "handover.add": "移交清单加一样",
    "handover.begin": "开始移交",
    "handover.finish": "移交办完",
    "handover.give": "交接一样东西",
    "home.asked": "申请住处",
    "home.code_made": "发出入户码",
    "home.code_revoked": "停用入户码",
    "home.declined": "没有通过住处申请",
    "home.joined": "住进一户",
    "home.left": "离开一户",
    "home.moved_out": "记下有人搬走",
    "home.withdrawn": "撤回住处申请",
    "member.changed": "更正党员台账的一行",
    "member.confirmed": "核对党员台账的一行",
    "member.duty": "写上党员的一项责任",
    "member.duty_ended": "结束党员的一项责任",
    "member.entered": "登记党员台账的一行",
    "member.read": "查阅党员台账的一行",
    "member.struck": "删去党员台账的一行",
    "member.withdrawn": "本人撤回党员台账的一行",
    "opendata.month": "公布一个月的开放数据",
    "opendata.open": "开放数据",
    "opendata.shut": "停止开放数据",
    "person.address": "打开一种告诉我的方式",
    "person.change_number": "换手机号",
    "person.consent": "同意告知",
    "person.drop_address": "关掉一种告诉我的方式",
    "person.erase": "删除个人信息",
    "person.messages": "改消息设置",
    "person.password": "设密码",
    "person.register": "登记手机号",
    "person.rename": "更正姓名",
    "person.reset_sign_in": "重设登录",
    "person.second_factor": "改动态码",
    "person.sign_in": "登录",
    "person.sign_out": "退出",
    "person.sign_out_elsewhere": "别的设备都退出",
    "retention.hold": "留着一件呼叫",
    "retention.let_go": "不再留着一件呼叫",
    "retention.period": "定保存期限",
    "retention.run": "到期删去一批",
    "seat.extend": "延长任职",
    "seat.left": "卸任",
    "seat.named": "同意写上姓名",
    "seat.second": "派驻",
    "seat.substitute": "候补递补",
    "seat.taken": "就任",
    "seat.unnamed": "不再写姓名",
    "term.begin": "新的一届",
    "term.extend": "延长任期",
    "token.issue": "发接口令牌",
    "token.revoke": "停用接口令牌",
    "topic.add": "新设类别",
    "topic.alias": "记下类别的别名",
    "topic.change": "修改类别",
    "topic.route": "写上平常由谁办",
    "topic.route_ended": "停用一条分派",
    "topic.term": "改期限",
    "unit.add": "登记房屋",
    "unit.put": "导入房屋",
}
SUBJECTS = {
    "call": "呼叫",
    "body": "组织",
    "compound": "小区",
    "calendar": "工作日历",
    "division": "区划",
    "person": "个人",
    "retention": "保存期限",
    "opendata": "开放数据",
    "topic": "类别",
    "unit": "房屋",
}


def _row(entry: Entry, seen: set[str], reporter: int | None = None) -> dict[str, Any]:
    subject = SUBJECTS.get(entry.subject_kind, entry.subject_kind)
    known = entry.subject_kind == "call" and entry.subject_key in seen
    return {
        "entry": entry,
        "capacity": "反映人" if reporter and entry.person_id == reporter else entry.capacity,
        "words": WORDS.get(entry.act, entry.act),
        # Who gave facts about a complaint learns no number of it here.
        "subject": f"{subject} {entry.subject_key}" if known else subject,
        "link": entry.subject_key if known else "",
    }


@require_GET
def mine(request: PersonRequest) -> Response:
    """What one did oneself, newest first; a call that one may still see is a link."""
    page = paged(request, acts_of(request.user.pk), per=40)
    numbers = [entry.subject_key for entry in page if entry.subject_kind == "call"]
    seen = set(visible(request.acting).filter(number__in=numbers).values_list("number", flat=True))
    rows = [_row(entry, seen) for entry in page]
    return render(request, "portal/acts.html", {"page": page, "rows": rows, "mine": True})


@require_GET
def subject(request: PersonRequest, kind: str, key: str) -> Response:
    """Everything that was done on one subject, in which capacity."""
    reporter = trail_to_read(request.acting, kind, key)
    page = paged(request, timeline(kind, key), per=100)
    rows = [_row(entry, set(), reporter) for entry in page]
    shown = {"page": page, "rows": rows, "title": f"{SUBJECTS[kind]} {key}"}
    return render(request, "portal/acts.html", shown)
