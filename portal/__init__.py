"""The whole site: settings, URLs, the organisation of a request, regular work, and pages about several apps."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
