"""我的消息设置."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yihe.accounts import mail_proof
from yihe.accounts.actions import as_oneself
from yihe.accounts.choices import add_address, choose_messages, drop_address
from yihe.accounts.message_forms import ChoiceForm, CodeForm, DeviceForm, MailForm
from yihe.accounts.models import Address, MessageChoice
from yihe.outbox.channels import open_channels
from yihe.outbox.channels.push import known_service, public_key
from yihe.outbox.rules import EMAIL, NAMES, PUSH, SMS, WECHAT
from yihe.refusal import Refusal
from yihe.web.form_pages import form_page
from yihe.web.requests import PersonRequest, Response

HERE = "accounts:messages"


def _where(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("我的", reverse("accounts:me")), ("消息设置", reverse(HERE)), *more]


def _open(channel: str) -> None:
    """A channel that this house does not have is not there."""
    if channel not in open_channels():
        raise Http404


def _form(request: PersonRequest, own: list[Address]) -> ChoiceForm:
    choice = MessageChoice.objects.filter(user=request.user).first() or MessageChoice()
    channels = list(dict.fromkeys(one.channel for one in own))
    return ChoiceForm(
        request.POST if request.method == "POST" else None,
        channels=channels,
        works=request.user.works,
        initial={
            "what": choice.what,
            "first": channels[0] if channels else "",
            "quiet_from": str(choice.quiet_from.hour),
            "quiet_until": str(choice.quiet_until.hour),
        },
    )


def _row(channel: str, own: list[Address]) -> dict[str, Any]:
    return {
        "channel": channel,
        "name": NAMES[channel],
        "own": [one for one in own if one.channel == channel],
    }


@require_http_methods(["GET", "POST"])
def settings_page(request: PersonRequest) -> Response:
    """What is on, what can be switched on, and what is told when."""
    user = request.user
    own = sorted(user.addresses.all(), key=lambda one: (one.rank, one.pk))
    form = _form(request, own)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        choose_messages(
            user=user,
            what=said["what"],
            quiet_from=said["quiet_from"],
            quiet_until=said["quiet_until"],
            first=said.get("first", ""),
            acting=as_oneself(user),
            at=timezone.now(),
        )
        messages.success(request, "消息设置改好了。")
        return redirect(HERE)
    usable = open_channels()
    shown = [one for one in (SMS, PUSH, WECHAT, EMAIL) if one in usable]
    page = {
        "form": form,
        "rows": [_row(channel, own) for channel in shown],
        "trail": [("我的", reverse("accounts:me")), ("消息设置", "")],
        "push_key": public_key() if PUSH in usable else "",
        "wechat_sign_in": settings.WECHAT_SIGN_IN,
        "any": bool(own),
    }
    return render(request, "accounts/messages.html", page)


@require_POST
def sms(request: PersonRequest) -> Response:
    _open(SMS)
    add_address(user=request.user, channel=SMS, acting=as_oneself(request.user), at=timezone.now())
    messages.success(request, "以后用短信告诉您。")
    return redirect(HERE)


@require_POST
def drop(request: PersonRequest, address_id: int) -> Response:
    found = get_object_or_404(request.user.addresses, pk=address_id)
    drop_address(address=found, acting=as_oneself(request.user), at=timezone.now())
    messages.success(request, f"{NAMES[found.channel]}不再发了。")
    return redirect(HERE)


@require_http_methods(["GET", "POST"])
def mail(request: PersonRequest) -> Response:
    _open(EMAIL)

    def do(said: dict[str, Any]) -> str:
        mail_proof.begin(request, said["address"])
        return reverse("accounts:mail_code")

    return form_page(
        request,
        MailForm(request.POST if request.method == "POST" else None),
        do,
        title="用邮件告诉我",
        send="发验证码",
        done="信发出了，请到邮箱里看。",
        where=_where(),
    )


@require_http_methods(["GET", "POST"])
def mail_code(request: PersonRequest) -> Response:
    _open(EMAIL)
    if not mail_proof.waiting(request):
        return redirect("accounts:mail")
    address = mail_proof.waiting(request)

    def do(said: dict[str, Any]) -> str:
        proven = mail_proof.finish(request, said["code"])
        me = request.user
        add_address(user=me, channel=EMAIL, value=proven, acting=as_oneself(me), at=timezone.now())
        return reverse(HERE)

    return form_page(
        request,
        CodeForm(request.POST if request.method == "POST" else None),
        do,
        title="确认邮箱",
        send="确认",
        done="邮箱确认好了，以后用邮件告诉您。",
        where=_where(("用邮件告诉我", reverse("accounts:mail"))),
        intro=f"信发到了 {address}。没有收到，请看看垃圾邮件。",
    )


@require_POST
def device(request: PersonRequest) -> Response:
    """A browser that subscribed; sent by the page's script as an ordinary form."""
    _open(PUSH)
    form = DeviceForm(request.POST)
    if not form.is_valid() or not known_service(form.cleaned_data["endpoint"]):
        raise Refusal("这个浏览器的通知这里用不了。请换一样，或者换一个浏览器。")
    said = form.cleaned_data
    me = request.user
    add_address(
        user=me,
        channel=PUSH,
        value=said["endpoint"],
        keys={"p256dh": said["p256dh"], "auth": said["auth"]},
        label=said["label"],
        acting=as_oneself(me),
        at=timezone.now(),
    )
    messages.success(request, "这台设备会收到通知了。")
    return redirect(HERE)
