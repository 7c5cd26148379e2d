"""The house's own settings, with the bare views beside its pages."""

from yihe.settings import *  # noqa: F403

ROOT_URLCONF = "bench.calls.bare"
