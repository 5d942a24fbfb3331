"""The whole site: settings, URLs, for whom a request acts, the regular work, and pages about several apps."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
