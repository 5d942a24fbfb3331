"""The operator's site: what Django does not find by itself, because it lies deeper than an app."""

import accounts.municipalities.admin  # noqa: F401  # loading it registers its pages
