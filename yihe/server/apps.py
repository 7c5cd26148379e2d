from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    name = "yihe.server"

    def ready(self) -> None:
        import_module("yihe.server.checks")
