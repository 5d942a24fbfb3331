"""The store of scripts, styles and pictures."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = r"""(?P<matched>import\s*(?P<names>\{[^{}]*\})\s*from\s*["'](?P<url>\./[^"']+)["']\s*;)"""


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compressed files with their hash in the name, also where one of our own scripts imports another.

    Django can do this only for all scripts, and some of other people's import files that they do not bring along.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((_IMPORT, 'import %(names)s from "%(url)s";'),)),
    )
