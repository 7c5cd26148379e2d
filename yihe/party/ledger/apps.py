from django.apps import AppConfig


class Config(AppConfig):
    name = "yihe.party.ledger"
    label = "members"
