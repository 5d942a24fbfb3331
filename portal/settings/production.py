"""A city's own installation. Starts only with a complete and safe environment."""

from portal import env
from portal.settings import common
from portal.settings.common import *  # noqa: F403

_values = env.read(REDIS_URL="", TRUSTED_PROXIES="1", LOG_LEVEL="INFO")
env.require_production(_values)
globals().update(common.configure(_values))

DEBUG = False
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
KNOWN_BROWSER_COOKIE_NAME = "__Host-known_browser"
