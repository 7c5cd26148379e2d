"""The database for one command."""

import os


class Database:
    """The database for one command: started when it is not up, and stopped again by whoever started it."""

    def __init__(self, *, as_owner: bool = False) -> None:
        self.as_owner = as_owner

    def __enter__(self) -> None:
        from yihe.server.up import database, prepare_home, run_yihe

        self.started = None
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihe.settings")
        os.environ.setdefault("YIHE_DB_POOL", "0")
        if not os.environ.get("DATABASE_URL"):
            from yihe.server.embedded import Cluster

            place = prepare_home()
            was_up = Cluster(place / "postgres").running()
            house = database(place)
            self.started = None if was_up else house.cluster
            os.environ.update(house.environment)
            os.environ["YIHE_HOME"] = str(place)
            if not was_up:
                try:
                    run_yihe("prepare", "--no-demo", environment=dict(os.environ))
                except BaseException:
                    self.__exit__()
                    raise
        if self.as_owner:
            os.environ["YIHE_AS_OWNER"] = "1"
        import django

        django.setup()

    def __exit__(self, *_: object) -> None:
        from django.db import connections

        connections.close_all()
        if self.started is not None:
            self.started.stop()


def without_database() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihe.settings")
    import django

    django.setup()
