"""The start page, the home pages, health checks, and the mails of the demo."""
