"""All parts of a city's installation on one machine, with the sample and a page of its mails: `make full`.

As in production everything comes from the environment; only the site is plain http, for this computer alone.
"""

from portal import env
from portal.settings import common
from portal.settings.common import *  # noqa: F403

_values = env.read(TRUSTED_PROXIES="0", LOG_LEVEL="INFO", MFA_FOR_STAFF="optional")
globals().update(common.configure(_values))

# Where the catcher of mails puts them; nothing leaves this machine.
EMAIL_FILE_PATH = _values.data_dir / "mail"
STATIC_ROOT = _values.data_dir / "static"
DEMO = True
SAMPLE_ALLOWED = True
DEBUG = False
