"""Settings of every installation. The other modules of this folder read the environment and call `configure`."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from portal.env import Environment
from portal.lib.queues import BULK, INTERACTIVE

# Redis hands a message out again after this time when no worker has confirmed it.
_VISIBILITY_SECONDS = 300
BASE_DIR = Path(__file__).resolve().parent.parent.parent

INSTALLED_APPS = [
    "portal",
    "invoices",
    "suppliers",
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "simple_history",
]

MIDDLEWARE = [
    "portal.middleware.RequestIdMiddleware",
    "portal.middleware.PrivacyMiddleware",
    "portal.middleware.HeadMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.ReadableAddressMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.SessionLimitsMiddleware",
    "portal.middleware.StrangersMiddleware",
    "portal.middleware.SignInMiddleware",
    "portal.middleware.KnownBrowserMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "portal.second_factor_first.SecondFactorMiddleware",
    "portal.middleware.TypedAgainMiddleware",
    "portal.current_organisation.ActingForMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.organisations",
                "portal.context.what_was_typed",
            ],
            # Its csrf_token says also who writes the form.
            "builtins": ["portal.templatetags.own_forms", "portal.templatetags.portal"],
        },
    },
]

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語"))]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in: by e-mail address, verified by a code; accounts are opened only with an invite code (accounts.adapter).
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 5  # times
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# A mail may be held back for ten minutes by a server that does not know the portal yet. The sign-in that waits for a
# code has to outlive it, also when the code was asked for again.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 30 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 30 * 60
ACCOUNT_LOGIN_TIMEOUT = 60 * 60
# A city hall signs in at 8:30 from one address, so what is counted by address is for machines.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "300/m/ip,5/5m/key",  # codes of second factors, which are counted below too
    "change_password": "10/h/user",  # the old password, typed at an open session
    "reset_password": "100/m/ip",  # for one account: below
    "manage_email": "10/m/user,10/h/user",  # each is a mail to whatever address
    "reset_password_from_key": "100/m/ip",
    "confirm_email": "5/m/key",
}
# Passwords, passkeys and codes that were wrong (accounts.lock_out).
SIGN_IN_RATES = {
    "address": "60/m/ip",
    "account_from_address": "5/5m/key",
    "account": "30/h/key",
    "own_browser": "10/5m/key",
    "own_browser_day": "100/d/key",
}
# Mails with a code for a new password to one account (accounts.mailed_codes).
PASSWORD_MAIL_RATES = {"from_address": "5/10m/key", "account": "20/h/key", "own_browser": "5/10m/key"}
# Mails to addresses without an account that somebody typed at the door (accounts.adapter).
STRANGER_MAIL_RATES = {"recipient": "1/d/key", "from_address": "10/h/ip", "all": "100/h/key"}
ACCOUNT_PREVENT_ENUMERATION = True
# One address; another takes its place when its code was typed. Before that, and before whatever else a thief would
# change first, people show again who they are, unless they signed in within these seconds (accounts.reauthentication).
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.LoginForm",
    "signup": "accounts.sign_in_forms.SignupForm",
    "change_password": "accounts.sign_in_forms.ChangePasswordForm",
    "set_password": "accounts.sign_in_forms.SetPasswordForm",
    "reset_password": "accounts.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.sign_in_forms.ResetPasswordKeyForm",
    "confirm_email_verification_code": "accounts.sign_in_forms.ConfirmEmailCodeForm",
    "confirm_login_code": "accounts.sign_in_forms.ConfirmLoginCodeForm",
    "confirm_password_reset_code": "accounts.sign_in_forms.ConfirmPasswordResetCodeForm",
    "reauthenticate": "accounts.sign_in_forms.ReauthenticateForm",
    "add_email": "accounts.sign_in_forms.AddEmailForm",
    "change_email": "accounts.sign_in_forms.ChangeEmailForm",
}
# The second factor (accounts.second_factor): passkeys or an app's codes, with recovery codes on paper.
MFA_ADAPTER = "accounts.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}  # nothing to guess; a city hall signs in from one address
MFA_TOTP_TOLERANCE = 1  # clocks of telephones go wrong by less than half a minute
# Nobody signs in without a confirmed address, so one more that waits for its code keeps nobody from a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "accounts.factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.factor_forms.FactorReauthenticateForm",
    "activate_totp": "accounts.factor_forms.ActivateAppForm",
    "deactivate_totp": "accounts.factor_forms.DeactivateAppForm",
    "generate_recovery_codes": "accounts.factor_forms.RecoveryCodesForm",
    "add_webauthn": "accounts.factor_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.factor_forms.EditPasskeyForm",
    "authenticate_webauthn": "accounts.factor_forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "accounts.factor_forms.PasskeyReauthenticateForm",
    "login_webauthn": "accounts.factor_forms.PasskeySignInForm",
}
# Sign-in by the directory of a city or by GビズID, where the environment names one (accounts.directory).
SOCIALACCOUNT_ADAPTER = "accounts.directory.DirectoryAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # it finds people by itself
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
# Where a person with an invite code goes after signing in, by the purpose of the code.
INVITE_CONTINUE = {"supplier": "invitation_continue"}
# Attempts to type a code are counted by address and by 仮ID (accounts.rate_limits).
INVITE_CODE_RATE_LIMITS = {"address": "20/m/ip", "code": "10/h/key"}
# Mails to whoever opens an account with one invite code, to whatever addresses.
INVITE_CODE_MAILS = "10/d/key"
# What one supplier issues or reserves by hand, and cancels (invoices.web.supplier.rations).
INVOICE_RATES = {"issue": "600/h/key", "cancel": "30/h/key,100/d/key"}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24  # and less for those whose session ends before: accounts.sessions
KNOWN_BROWSER_COOKIE_NAME = "known_browser"  # accounts.known_browsers
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.web.refusals.form_refused"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"

# What a browser may send in one request: an invoice of 1,000 lines has about 11,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
DATA_UPLOAD_MAX_NUMBER_FILES = 40
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Only the demo shows its mails on a page.
DEMO = False
SAMPLE_ALLOWED = False

# The largest request at all: a scan of 20 MB and the form around it.
REQUEST_BODY_MAX_BYTES = 24 * 1024 * 1024
# Without sign-in nobody sends more than this so often from one address.
LARGE_REQUEST_BYTES = 512 * 1024
LARGE_REQUEST_RATE = "20/m/ip"

EMAIL_BACKEND = "accounts.mail.OutboxBackend"

# Celery: settings that were measured to matter when a worker dies or the broker hangs. Its time limit and the broker's
# visibility timeout follow from the lease of a piece of work: see `configure`.
CELERY_TASK_DEFAULT_QUEUE = INTERACTIVE
# A worker without -Q takes from both. Without routing keys of their own every message would go to both.
CELERY_TASK_QUEUES = [Queue(INTERACTIVE, routing_key=INTERACTIVE), Queue(BULK, routing_key=BULK)]
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
# Takes effect on SIGTERM when the worker's environment says REMAP_SIGTERM=SIGQUIT.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60  # a new process loads the layout engine and its fonts before it answers
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# The sweep is short and finds late work, so it does not wait behind bulk work.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "portal.sweep", "schedule": 15.0, "options": {"expires": 15, "queue": INTERACTIVE}}
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "portal.lib.request_id.RequestIdFilter"},
        "as_warning": {"()": "portal.lib.log_levels.AsWarning"},
    },
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(levelname)s %(name)s %(message)s %(request_id)s %(client_request_id)s",
            "rename_fields": {"levelname": "level", "name": "logger"},
            "timestamp": "time",  # in UTC, with its offset: not every process here has the same local time
            "json_ensure_ascii": False,
        },
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "json",
            "filters": ["request_id"],
        },
    },
    "root": {"handlers": ["stdout"], "level": "INFO"},
    "loggers": {
        # A refused request is no reason for an alarm.
        "django.request": {"level": "ERROR"},
        "waitress.queue": {"level": "ERROR"},  # it warns whenever a request waits for a thread
        "django.security.RequestDataTooBig": {"filters": ["as_warning"]},
        "django.security.TooManyFieldsSent": {"filters": ["as_warning"]},
        "django.security.TooManyFilesSent": {"filters": ["as_warning"]},
        "django.server": {"handlers": ["stdout"], "propagate": False},
        "fontTools": {"level": "WARNING"},
        "weasyprint.progress": {"level": "WARNING"},
    },
}


def configure(values: Environment) -> dict[str, Any]:
    """The settings that follow from the environment, for `globals().update(...)` in a settings module."""
    env = environ.Env()
    database = env.db_url_config(values.database_url)
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        database["CONN_HEALTH_CHECKS"] = True
        database["CONN_MAX_AGE"] = 60
    mail = env.email_url_config(values.mail_url)
    if mail["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        mail["EMAIL_BACKEND"] = "accounts.smtp.SmtpBackend"
    logging = LOGGING | {"root": LOGGING["root"] | {"level": values.log_level}}
    return {
        "SECRET_KEY": values.secret_key,
        "SECRET_KEY_FALLBACKS": list(values.old_secret_keys),
        "SECOND_FACTOR_COMPULSORY": values.mfa_for_staff == "required",
        "ALLOWED_HOSTS": list(values.allowed_hosts),
        "PORTAL_URL": values.portal_url,
        "DIRECTORY": values.directory,
        "CSRF_TRUSTED_ORIGINS": [values.portal_url],
        "DATABASES": {"default": database | {"ATOMIC_REQUESTS": False}},
        # Rate limits must survive a restart and be shared by all processes: in the database, as sessions are.
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "portal_cache",
                "OPTIONS": {"MAX_ENTRIES": 1_000_000},
            }
        },
        "CELERY_BROKER_URL": values.redis_url,
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
            "max_retries": 0,
            "visibility_timeout": max(_VISIBILITY_SECONDS, values.work_lease_seconds),
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
        },
        # A task that hangs is killed before its lease ends, so that two workers never hold the same row.
        "CELERY_TASK_TIME_LIMIT": values.work_lease_seconds * 3 // 5,
        "WORK_LEASE_SECONDS": values.work_lease_seconds,
        "MAIL_TRANSPORT": mail.pop("EMAIL_BACKEND"),
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": values.mail_from,
        "DATA_DIR": values.data_dir,
        "REGISTER_APPLICATION_ID": values.register_application_id,
        "REGISTER_URL": values.register_url,
        "CLAMD_ADDRESS": values.clamd_address,
        "ALLAUTH_TRUSTED_PROXY_COUNT": values.trusted_proxies,
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "documents": _documents(values),
            "staticfiles": {"BACKEND": "portal.static_files.StaticFilesStorage"},
        },
        "LOGGING": logging,
    } | mail


def _documents(values: Environment) -> dict[str, Any]:
    """The store of documents: the bucket if there is one, otherwise the disk."""
    bucket = values.bucket
    if bucket is None:
        return {
            "BACKEND": "portal.lib.files.WriteOnceFileStorage",
            "OPTIONS": {"location": values.data_dir / "documents"},
        }
    options: dict[str, Any] = {
        "bucket_name": bucket.name,
        "location": bucket.prefix,
        "endpoint_url": bucket.endpoint_url or None,
        "region_name": bucket.region or None,
        "access_key": bucket.access_key_id or None,
        "secret_key": bucket.secret_access_key or None,
    }
    if bucket.access_key_id:
        # These would otherwise come from variables that another program left in the environment.
        options |= {"security_token": None, "session_profile": None}
    return {"BACKEND": "portal.lib.s3.WriteOnceS3Storage", "OPTIONS": options}
