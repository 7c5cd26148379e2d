from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from django.conf import settings
from django.urls import include, path, reverse_lazy

from yihe.accounts import message_views, views

ME = [("我的", reverse_lazy("accounts:me"))]
BACK = {"back": reverse_lazy("accounts:me")}
FORM = "web/form.html"
SECOND = [*ME, ("动态码", reverse_lazy("mfa_index"))]


def _said(title: str, send: str, intro: str = "", **more: object) -> dict[str, object]:
    """The words of a page that is one form."""
    return {
        "title": title,
        "send": send,
        "intro": intro,
        "trail": [*ME, (title, "")],
        **BACK,
        **more,
    }


AGAIN = "这一步要紧，请先再证明一次是您。"
me = (
    [
        path("privacy/", views.privacy, name="privacy"),
        path("me/", views.me, name="me"),
        path("me/consent/", views.consent, name="consent"),
        path("me/data/", views.data, name="data"),
        path("me/name/", views.rename, name="rename"),
        path("me/elsewhere/", views.elsewhere, name="elsewhere"),
        path("me/tokens/", views.token, name="token"),
        path("me/tokens/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
        path("me/export/", views.export, name="export"),
        path("me/erase/", views.erase, name="erase"),
        path("me/messages/", message_views.settings_page, name="messages"),
        path("me/messages/sms/", message_views.sms, name="sms"),
        path("me/messages/mail/", message_views.mail, name="mail"),
        path("me/messages/mail/code/", message_views.mail_code, name="mail_code"),
        path("me/messages/device/", message_views.device, name="device"),
        path("me/messages/<int:address_id>/drop/", message_views.drop, name="drop_address"),
    ],
    "accounts",
)
second = [
    path(
        "",
        mfa.IndexView.as_view(extra_context={"trail": [*ME, ("动态码", "")]}),
        name="mfa_index",
    ),
    path("authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path(
        "reauthenticate/",
        mfa.ReauthenticateView.as_view(
            template_name="account/again.html", extra_context=_said("再证明一次是您", "继续", AGAIN)
        ),
        name="mfa_reauthenticate",
    ),
    path("totp/activate/", views.SetUpSecondFactor.as_view(), name="mfa_activate_totp"),
    path(
        "totp/deactivate/",
        views.ChangeSecondFactor.as_view(
            template_name=FORM,
            extra_context=_said(
                "换一个动态码",
                "停用原来的，设新的",
                "换了手机，或者怕别人看到过，就换一个。原来的动态码和恢复码马上停用，"
                "别的设备上也会退出；下一步设新的。",
                danger=True,
                trail=[*SECOND, ("换一个", "")],
                back=reverse_lazy("mfa_index"),
            ),
        ),
        name="mfa_deactivate_totp",
    ),
    path(
        "recovery-codes/",
        recovery_codes.ViewRecoveryCodesView.as_view(
            extra_context={"trail": [*SECOND, ("恢复码", "")]}
        ),
        name="mfa_view_recovery_codes",
    ),
    path(
        "recovery-codes/generate/",
        views.NewRecoveryCodes.as_view(
            template_name=FORM,
            extra_context=_said(
                "要一组新的恢复码",
                "换成新的",
                "恢复码在手机不在身边时代替动态码，每个只能用一次。要了新的，旧的就都不能用了。",
                trail=[*SECOND, ("新的恢复码", "")],
                back=reverse_lazy("mfa_index"),
            ),
        ),
        name="mfa_generate_recovery_codes",
    ),
]
urlpatterns = [
    path("", include(me)),
    path("account/login/", account.login, name="account_login"),
    path("account/code/", views.RequestCode.as_view(), name="account_request_login_code"),
    path("account/code/confirm/", views.ConfirmCode.as_view(), name="account_confirm_login_code"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path(
        "account/reauthenticate/",
        account.ReauthenticateView.as_view(
            template_name="account/again.html", extra_context=_said("再证明一次是您", "继续", AGAIN)
        ),
        name="account_reauthenticate",
    ),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path(
        "account/password/change/",
        account.PasswordChangeView.as_view(
            template_name=FORM,
            extra_context=_said("改密码", "改密码", "改好以后，别的设备上要用新密码再登录。"),
        ),
        name="account_change_password",
    ),
    path(
        "account/phone/change/",
        views.ChangeNumber.as_view(
            template_name=FORM,
            extra_context=_said(
                "换手机号",
                "发验证码到新号码",
                "住处、呼叫、职务都跟着您，不会丢。换好以后别的设备上会退出。",
            ),
        ),
        name="account_change_phone",
    ),
    path("account/phone/verify/", views.verify_phone, name="account_verify_phone"),
    path("account/2fa/", include(second)),
]
if settings.WECHAT_SIGN_IN:
    from yihe.accounts import wechat  # needs the extra `wechat`

    urlpatterns += [
        path("account/weixin/login/", wechat.login, name="weixin_login"),
        path("account/weixin/login/callback/", wechat.callback, name="weixin_callback"),
    ]
