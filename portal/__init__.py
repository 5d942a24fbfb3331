"""The house itself: settings, URLs, who acts for whom, the clock's work, and pages that span the apps."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
