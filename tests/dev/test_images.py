"""The digests of images come from the registry, behind the version that is named, and nothing else changes."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dev import images

DIGEST = "sha256:" + "ab" * 32
TEXT = """# redis:7.4 is the broker
  redis:
    image: redis:7.4.5-bookworm
  s3:
    image: chrislusf/seaweedfs:4.48@sha256:00ff
  web:
    image: madoguchi:${MADOGUCHI_TAG:-local}
"""


class Registry(BaseHTTPRequestHandler):
    """Knows one image, for those who bring its token."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"token": "let-me-in"}).encode())

    def do_HEAD(self) -> None:
        known = self.path == "/library/redis/7.4.5" and self.headers["Authorization"] == "Bearer let-me-in"
        self.send_response(200 if known else 404)
        if known and "index" in self.headers["Accept"]:
            self.send_header("Docker-Content-Digest", DIGEST)
        self.end_headers()

    def log_message(self, *about: object) -> None:
        pass


@pytest.fixture
def registry(monkeypatch) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(images, "TOKENS", here + "/token?{name}")
        monkeypatch.setattr(images, "MANIFESTS", here + "/{name}/{version}")
        yield
        server.shutdown()


def test_every_image_of_others_gets_its_digest_and_ours_none():
    asked = []
    text = images.pinned(TEXT, lambda name, version: asked.append((name, version)) or DIGEST)
    assert asked == [("redis", "7.4.5-bookworm"), ("chrislusf/seaweedfs", "4.48")]
    assert f"image: redis:7.4.5-bookworm@{DIGEST}\n" in text
    assert f"image: chrislusf/seaweedfs:4.48@{DIGEST}\n" in text
    assert "image: madoguchi:${MADOGUCHI_TAG:-local}\n" in text
    assert "# redis:7.4 is the broker\n" in text


def test_a_base_keeps_the_name_of_its_stage():
    text = images.pinned("FROM python:3.11.16-slim-bookworm AS packages\n", lambda name, version: DIGEST)
    assert text == f"FROM python:3.11.16-slim-bookworm@{DIGEST} AS packages\n"


@pytest.mark.usefixtures("registry")
def test_the_registry_is_asked_with_its_token():
    assert images.digest_of("redis", "7.4.5") == DIGEST


@pytest.mark.usefixtures("registry")
def test_a_version_that_the_registry_does_not_know_has_none():
    with pytest.raises(images.NoAnswer, match=r"redis:9\.9"):
        images.digest_of("redis", "9.9")


def test_without_an_answer_nothing_is_written(monkeypatch, tmp_path):
    monkeypatch.setattr(images, "ROOT", tmp_path)
    monkeypatch.setattr(images, "TOKENS", "http://127.0.0.1:9/{name}")
    for name in images.FILES:
        (tmp_path / name).write_text(TEXT)
    with pytest.raises(SystemExit, match="Nothing was changed"):
        images.main()
    assert all((tmp_path / name).read_text() == TEXT for name in images.FILES)
