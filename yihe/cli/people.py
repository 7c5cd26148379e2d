"""Tokens and a lost sign-in."""

import argparse

from yihe.cli.database import Database
from yihe.refusal import Refusal


def token(words: argparse.Namespace) -> int:
    with Database():
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


def reset_sign_in(words: argparse.Namespace) -> int:
    with Database():
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
