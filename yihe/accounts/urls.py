from allauth.account import views as account
from django.urls import include, path

from yihe.accounts import views

me = (
    [
        path("privacy/", views.privacy, name="privacy"),
        path("me/", views.me, name="me"),
        path("me/name/", views.rename, name="rename"),
        path("me/tokens/", views.token, name="token"),
        path("me/tokens/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
        path("me/export/", views.export, name="export"),
        path("me/erase/", views.erase, name="erase"),
    ],
    "accounts",
)
urlpatterns = [
    path("", include(me)),
    path("account/login/", account.login, name="account_login"),
    path("account/code/", account.request_login_code, name="account_request_login_code"),
    path("account/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/password/change/", account.password_change, name="account_change_password"),
    path("account/phone/change/", account.change_phone, name="account_change_phone"),
    path("account/phone/verify/", account.verify_phone, name="account_verify_phone"),
    path("account/2fa/", include("allauth.mfa.urls")),
]
