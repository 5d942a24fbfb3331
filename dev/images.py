"""Ask Docker Hub for the digests of the images that the composition and the Dockerfile name, and write them in.

A digest names the bytes of an image; the version beside it is for people. A version is built anew when something below
it is mended, so it pays to ask now and then, and to run the tests of a deployment afterwards. Without an answer nothing
is written.
"""

import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("docker-compose.yml", "Dockerfile")
TOKENS = "https://auth.docker.io/token?service=registry.docker.io&scope=repository:{name}:pull"
MANIFESTS = "https://registry-1.docker.io/v2/{name}/manifests/{version}"
KINDS = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json"
SECONDS = 20

_IMAGE = re.compile(r"^(\s*(?:image:|FROM) )([a-z/]+):([\w.-]+)(?:@sha256:\w+)?", re.MULTILINE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class NoAnswer(Exception):
    """The registry does not answer, or not with a digest."""


def digest_of(name: str, version: str) -> str:
    """The digest of all platforms of a version, as Docker Hub has it now.

    Raises:
        NoAnswer: there is none.
    """
    repository = name if "/" in name else f"library/{name}"
    try:
        with urllib.request.urlopen(TOKENS.format(name=repository), timeout=SECONDS) as answer:
            token = json.load(answer)["token"]
        asked = urllib.request.Request(
            MANIFESTS.format(name=repository, version=version),
            headers={"Authorization": f"Bearer {token}", "Accept": KINDS},
            method="HEAD",
        )
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            digest = answer.headers.get("Docker-Content-Digest", "")
    except (OSError, ValueError, KeyError) as error:
        raise NoAnswer(f"{name}:{version}: {error}") from error
    if not _DIGEST.fullmatch(digest):
        raise NoAnswer(f"{name}:{version}: the registry names no digest")
    return str(digest)


def pinned(text: str, ask: Callable[[str, str], str]) -> str:
    """The text with the digest of today behind the version of every image of others."""
    return _IMAGE.sub(lambda found: f"{found[1]}{found[2]}:{found[3]}@{ask(found[2], found[3])}", text)


def main() -> None:
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in FILES}
    try:
        now = {name: pinned(text, digest_of) for name, text in texts.items()}
    except NoAnswer as error:
        sys.exit(f"No digest: {error}. Nothing was changed.")
    for name, text in now.items():
        if text == texts[name]:
            print(f"{name}: all digests are those of today.")
            continue
        (ROOT / name).write_text(text, encoding="utf-8")
        print(f"{name}: new digests are written; `git diff` shows them.")


if __name__ == "__main__":
    main()
