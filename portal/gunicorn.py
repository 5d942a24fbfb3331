"""How gunicorn serves the site: `gunicorn --config python:portal.gunicorn`.

BIND and WEB_CONCURRENCY, the number of processes, come from the environment.
"""

import os

from portal.settings.common import LOGGING

wsgi_app = "portal.wsgi"
bind = os.environ.get("BIND", "0.0.0.0:8000")
worker_class = "portal.gunicorn_worker.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 60
graceful_timeout = 30
# The server's sign of life is a file that is touched: on a disk it would wait for the disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108  # gunicorn makes its file safely
control_socket_disable = True
logconfig_dict = LOGGING | {
    "loggers": {"gunicorn.error": {"handlers": ["stdout"], "level": "INFO", "propagate": False}},
}
