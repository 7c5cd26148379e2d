"""The one settings file: everything that differs between houses is read from the environment.

`docs/operations.md` lists the variables. `yihe up` sets them for the processes it starts.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
YIHE_HOME = Path(os.environ.get("YIHE_HOME", ROOT / ".yihe")).absolute()


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _database(url: str) -> dict[str, object]:
    """`postgresql://user:password@host:port/name?host=/socket/dir&sslmode=…` as Django wants it."""
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    port = options.pop("port", None) or parts.port or ""
    # For `web.prepared` alone; “no” behind a pooler that hands one connection to several clients.
    often = str(options.pop("prepare_threshold", "2"))
    options["prepare_threshold"] = int(often) if often.isdigit() else None
    if _flag("YIHE_DB_POOL", True):
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "yihe",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
    }


def _standby(url: str) -> dict[str, object]:
    """One that only reads, and that may be gone: no pool waits for it, and a lost one is noticed soon."""
    found = _database(url)
    given: Any = found["OPTIONS"]
    given.pop("pool", None)
    found["OPTIONS"] = {
        "connect_timeout": "2",
        "tcp_user_timeout": "5000",
        "keepalives_idle": "5",
        "keepalives_interval": "2",
        "keepalives_count": "3",
        **given,
        "options": f"{given.get('options', '')} -c default_transaction_read_only=on".strip(),
    }
    return {**found, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": False}


def _kept(name: str) -> str:
    """A secret: from the variable, or from the file that NAME_FILE names."""
    if name in os.environ:
        return os.environ[name]
    file = os.environ.get(f"{name}_FILE", "")
    return Path(file).read_text().strip() if file else ""


def _pairs(name: str) -> dict[str, str]:
    """“a=1,b=2”."""
    parts = (one.partition("=") for one in os.environ.get(name, "").split(","))
    return {key.strip(): value.strip() for key, _, value in parts if key.strip()}


def _secret() -> str:
    kept = YIHE_HOME / "keys" / "secret"
    if "YIHE_SECRET_KEY" in os.environ:
        return os.environ["YIHE_SECRET_KEY"]
    return kept.read_text().strip() if kept.exists() else DEFAULT_SECRET


DEFAULT_SECRET = "not-secret-only-for-checks-without-a-house"  # noqa: S105
SECRET_KEY = _secret()
PRODUCTION = _flag("YIHE_PRODUCTION")
DEBUG = _flag("YIHE_DEBUG")
ALLOWED_HOSTS = os.environ.get("YIHE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [
    origin for origin in os.environ.get("YIHE_ORIGINS", "").split(",") if origin
]
PUBLIC_URL = os.environ.get("YIHE_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

ROOT_URLCONF = "yihe.urls"
WSGI_APPLICATION = "yihe.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": _database(os.environ.get("DATABASE_URL", "postgresql:///yihe")),
}
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", os.environ.get("DATABASE_URL", ""))
if _flag("YIHE_AS_OWNER"):  # migrations, backup and restore
    DATABASES["default"] = _database(DATABASE_OWNER_URL)
elif _replica := os.environ.get("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = _standby(_replica)
    DATABASE_ROUTERS = ["yihe.web.elsewhere.Router"]
# Seconds that it may be behind before the primary answers instead.
DATABASE_REPLICA_LAG = int(os.environ.get("DATABASE_REPLICA_LAG", "10"))

INSTALLED_APPS = [
    "yihe.server",
    "yihe.demo",
    "yihe.portal",
    "yihe.retention",
    "yihe.opendata",
    "yihe.insight",
    "yihe.calls",
    "yihe.topics",
    "yihe.party",
    "yihe.party.ledger",
    "yihe.bodies",
    "yihe.people",
    "yihe.ledger",
    "yihe.places",
    "yihe.accounts",
    "yihe.trail",
    "yihe.outbox",
    "yihe.checkup",
    "yihe.web",
    "yihe.calendar",
    "yihe.files",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "yihe.web.middleware.log_request",
    "yihe.web.middleware.security_headers",
    "yihe.web.middleware.size_limit",
    "yihe.web.elsewhere.own_writes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yihe.accounts.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yihe.accounts.middleware.consent_first",
    "yihe.accounts.middleware.second_factor",
    "yihe.bodies.middleware.acting",
    "yihe.web.middleware.refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yihe.web.context.frame",
                "yihe.portal.context.navigation",
                "yihe.demo.context.people",
            ],
            "builtins": ["yihe.web.templatetags.web"],
        },
    }
]

# accounts ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["yihe.bodies.backend.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"yihe.accounts.passwords.{name}"}
    for name in ("NotLikeOneself", "LongEnough", "NotCommon", "NotOnlyDigits")
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "yihe.accounts.adapter.AccountAdapter"
# What else allauth needs stands with `accounts`; it is imported here so that it is one place.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = [
    "phone*",
    "password1*",
]  # nobody signs up; the sign-in page takes its fields from here
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "request_login_code": "yihe.accounts.forms.CodeForm",
    "confirm_login_code": "yihe.accounts.forms.ProveNumber",
    "login": "yihe.accounts.forms.PasswordForm",
    "set_password": "yihe.accounts.forms.SetPassword",
    "change_password": "yihe.accounts.forms.ChangePassword",
    "reauthenticate": "yihe.accounts.forms.AgainByPassword",
    "change_phone": "yihe.accounts.forms.NewNumber",
    "verify_phone": "yihe.accounts.forms.ProveNewNumber",
}
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_REAUTHENTICATION_REQUIRED = (
    True  # before the number changes; who has no password has none to give
)
ACCOUNT_RATE_LIMITS = {
    # a text message costs money and patience: by number and by address
    "request_login_code": "20/m/ip,300/d/ip,3/5m/key,10/d/key",
    "verify_phone": "20/m/ip,300/d/ip,3/5m/key,10/d/key",
    "change_phone": "5/m/user",
    "confirm_code": "5/10m/key",  # tries at the same moment, which a session would count as one
    # wrong passwords and wrong second factors: the lock opens by itself
    "email_code": "10/m/ip,3/5m/key,10/d/key",
    "cosignature": "60/m/ip",
    "open_data": "30/m/ip",
    "login_failed": "10/m/ip,60/h/ip,5/10m/key",
}
# How many proxies of ours stand in front and add to X-Forwarded-For; without one it is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("YIHE_PROXIES", "0"))
# Asked when a person sees or takes what is kept of them, or deletes it: (user) -> list of parts;
# (user, acting, at) -> None.
EXPORTERS = [
    "yihe.people.hooks.export",
    "yihe.bodies.hooks.export",
    "yihe.calls.hooks.export",
    "yihe.party.ledger.hooks.export",
    "yihe.portal.hooks.export",
]
ERASERS = [
    "yihe.bodies.hooks.erase",
    "yihe.party.ledger.hooks.erase",
    "yihe.people.hooks.erase",
    "yihe.calls.hooks.erase",
]
# Asked when a call's time is up: (call's key, “persons” or “words”) -> None, in the same transaction.
FORGET_WITH_A_CALL: list[str] = []
# What the privacy notice says of periods: () -> sentences.
PERIODS = "yihe.retention.hooks.in_words"
# What a message is about, in a line: kind of subject → (acting, keys) -> {key: words}.
TITLES_OF_SUBJECTS = {"call": "yihe.portal.hooks.titles_of_calls"}
# The community's desk over a place: (path) -> its name and telephone, or None.
DESK_OF_A_PLACE = "yihe.bodies.hooks.desk_of_place"
# Told when a body begins, (body) -> None; asked before one closes, each may refuse: (body_id) -> None.
AFTER_A_BODY_IS_FOUNDED = ["yihe.party.hooks.after_a_body_is_founded"]
BEFORE_A_BODY_CLOSES = [
    "yihe.calls.hooks.before_a_body_closes",
    "yihe.party.hooks.before_a_body_closes",
]
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "yihe.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "yihe.accounts.forms.SecondFactor",
    "reauthenticate": "yihe.accounts.forms.AgainBySecondFactor",
    "activate_totp": "yihe.accounts.forms.SetUpSecondFactor",
}
MFA_TOTP_ISSUER = "一核"
MFA_TOTP_TOLERANCE = 1  # phones whose clock is half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True

# messages outside the app --------------------------------------------------------------------
# Texts to phones: a dotted path to a class with `send(phone, text)`; see yihe/accounts/channels.py.
SMS_CHANNEL = os.environ.get("YIHE_SMS_CHANNEL", "yihe.accounts.channels.ConsoleChannel")
SMS_FILE = Path(os.environ.get("YIHE_SMS_FILE", YIHE_HOME / "sms.log"))
# Which approved template stands for which of our texts: “code=SMS_1,message=SMS_2,…”.
SMS_TEMPLATES = _pairs("YIHE_SMS_TEMPLATES")
SMS_SIGN = os.environ.get("YIHE_SMS_SIGN", "")
ALIYUN_KEY_ID = os.environ.get("YIHE_ALIYUN_KEY_ID", "")
ALIYUN_KEY_SECRET = _kept("YIHE_ALIYUN_KEY_SECRET")
ALIYUN_HOST = os.environ.get("YIHE_ALIYUN_HOST", "")
# Mail: “smtp://user:password@host:587” (STARTTLS), “smtps://…:465”, “file:/folder” to look at them.
_mail = urlsplit(_kept("YIHE_EMAIL_URL"))
MAIL_ON = bool(_mail.scheme)
DEFAULT_FROM_EMAIL = os.environ.get("YIHE_EMAIL_FROM", "yihe@localhost")
EMAIL_BACKEND = (
    f"django.core.mail.backends.{'filebased' if _mail.scheme == 'file' else 'smtp'}.EmailBackend"
)
EMAIL_FILE_PATH = _mail.path or None
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp"
EMAIL_TIMEOUT = 8
# Notifications of the browser: whom the push services may write to, “mailto:…”; empty: off.
PUSH_CONTACT = os.environ.get("YIHE_PUSH_CONTACT", "")
PUSH_HOSTS = [one for one in os.environ.get("YIHE_PUSH_HOSTS", "").split(",") if one]
# The house's own official account: its messages, and signing in from inside WeChat.
WECHAT_APP_ID = os.environ.get("YIHE_WECHAT_APP_ID", "")
WECHAT_APP_SECRET = _kept("YIHE_WECHAT_APP_SECRET")
WECHAT_TEMPLATE = os.environ.get("YIHE_WECHAT_TEMPLATE", "")
WECHAT_FIELD = os.environ.get("YIHE_WECHAT_FIELD", "thing1")
WECHAT_HOST = os.environ.get("YIHE_WECHAT_HOST", "")
WECHAT_SIGN_IN = _flag("YIHE_WECHAT_SIGN_IN")
if WECHAT_SIGN_IN:
    if find_spec("requests") is None:
        raise ImproperlyConfigured("用微信登录要多装一样：.venv/bin/pip install -e '.[wechat]'")
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.weixin"]
    SOCIALACCOUNT_ADAPTER = "yihe.accounts.wechat.SocialAdapter"
    SOCIALACCOUNT_LOGIN_ON_GET = True  # a form of ours may not lead to another house
    SOCIALACCOUNT_PROVIDERS = {
        "weixin": {
            "APPS": [{"client_id": WECHAT_APP_ID, "secret": WECHAT_APP_SECRET}],
            "AUTHORIZE_URL": "https://open.weixin.qq.com/connect/oauth2/authorize",
            "SCOPE": ["snsapi_base"],  # who it is for this account, and nothing else
        }
    }
# What people chose, (person ids) -> {person: Reader}; addresses, (keys) -> {key: Destination}; an address
# that its channel says is gone, (key) -> None. They lie on a floor above the messages.
READERS = "yihe.accounts.reach.readers"
DESTINATIONS = "yihe.accounts.reach.destinations"
ADDRESS_GONE = "yihe.accounts.reach.gone"
MESSAGE_SETTINGS = "/me/messages/"

# Asked outside of the house as long as all goes well (server/ping.py). Secrets: who knows them can lie.
PING_URL = _kept("YIHE_PING_URL")
BACKUP_PING_URL = _kept("YIHE_BACKUP_PING_URL")

CACHES = {
    # Rate limits and lock-outs have to be seen by every web process.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}
}
SESSION_ENGINE = "yihe.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "yihe.web.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _flag("YIHE_HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365

# language, time, files -----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FORMS_WITH_FILES = ("/calls/", "/api/v1/files")  # several photographs in one form
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("YIHE_STATIC", YIHE_HOME / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if _flag("YIHE_PLAIN_STATIC"):  # tests: no manifest to build first
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
# Open data: from how many persons a row must come (never fewer than 5), and under which licence it is given.
OPEN_LEAST = int(os.environ.get("YIHE_OPEN_LEAST", "10"))
OPEN_LICENCE = os.environ.get("YIHE_OPEN_LICENCE", "CC BY 4.0")
MAP_TILE_URL = os.environ.get("YIHE_MAP_TILES", "")

# words in the log are the act and its numbers, never a person's name, phone or text -----------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.LogfmtRenderer(sort_keys=True, drop_missing=True),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso"),
            ],
        }
    },
    "filters": {"without_values": {"()": "yihe.web.logs.WithoutValues"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("YIHE_LOG_LEVEL", "INFO")},
    "loggers": {
        # `log_request` already says which route and how it ended.
        "django.request": {"filters": ["without_values"], "level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
