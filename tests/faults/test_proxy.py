"""The sample for nginx, in front of a site that says what reached it."""

import grp
import http.server
import json
import os
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from dev.servers import free_port
from tests.faults.installation import ROOT, Running
from tests.patience import HANGS_SECONDS, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

HOST = "portal.city.example"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/madoguchi.conf;
}}
"""


class _Mirror(http.server.BaseHTTPRequestHandler):
    """Answers every request with its headers and with the length of its body."""

    protocol_version = "HTTP/1.1"
    came: list[str]

    def do_GET(self) -> None:
        self.came.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        text = json.dumps({"headers": dict(self.headers), "body": len(body)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET  # noqa: N815  # http.server looks for this name

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as it is called there
        """Nothing is printed."""


@dataclass
class Proxy:
    """nginx with the sample, on ports of its own and with a certificate of its own."""

    plain: int
    secure: int
    came: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, Any]]:
        """Status, and what reached the site; nothing when it did not."""
        context = ssl._create_unverified_context()  # the certificate was made for this test
        connection = HTTPSConnection("127.0.0.1", self.secure, context=context, timeout=HANGS_SECONDS)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, {"Host": HOST} | named)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if answer.status == 200 else {}
        finally:
            connection.close()

    def open(self) -> ssl.SSLSocket:
        context = ssl._create_unverified_context()
        plain = socket.create_connection(("127.0.0.1", self.secure), timeout=HANGS_SECONDS)
        return context.wrap_socket(plain, server_hostname=HOST)


def sample(folder: Path, plain: int, secure: int, site: int) -> str:
    """The sample with ports, files and the one slow limit of this test in their places."""
    changes = [
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{site};"),
        ("/etc/ssl/portal.city.example.pem", f"{folder}/certificate.pem"),
        ("/etc/ssl/private/portal.city.example.key", f"{folder}/key.pem"),
        ("client_body_timeout 20s;", "client_body_timeout 5s;"),
    ]
    text = (ROOT / "docs" / "nginx.conf").read_text()
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    made = Proxy(free_port(), free_port())
    handler = type("Mirror", (_Mirror,), {"came": made.came})
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    serving = threading.Thread(target=site.serve_forever)
    serving.start()
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
        timeout=HANGS_SECONDS,
    )
    # Started by root, its processes would be nobody's, who may not write here.
    user = f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(0).gr_name};" if os.geteuid() == 0 else ""
    (folder / "madoguchi.conf").write_text(sample(folder, made.plain, made.secure, site.server_port))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    running = Running([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)], {}, folder / "log")
    try:
        wait_until(lambda: answers(made.plain) or running.process.poll() is not None, lambda: running.text)
        assert running.process.poll() is None, running.text
        yield made
    finally:
        running.end()
        site.shutdown()
        serving.join()
        site.server_close()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_plain_http_is_sent_to_https(proxy):
    connection = HTTPConnection("127.0.0.1", proxy.plain, timeout=HANGS_SECONDS)
    connection.request("GET", "/accounts/login/?next=/", headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/accounts/login/?next=/")
    connection.close()


def test_what_a_visitor_says_of_the_scheme_is_overwritten_and_of_the_address_is_appended_to(proxy):
    _status, came = proxy.ask("GET", "/", X_Forwarded_Proto="http", X_Forwarded_For="203.0.113.9")
    assert came["headers"]["X-Forwarded-Proto"] == "https"
    assert re.split(r",\s*", came["headers"]["X-Forwarded-For"]) == ["203.0.113.9", "127.0.0.1"]
    assert came["headers"]["Host"] == HOST


def test_a_request_of_the_largest_size_passes_and_a_larger_one_does_not(proxy):
    most = 24 * 1024 * 1024
    assert proxy.ask("POST", "/", b"x" * most)[1]["body"] == most
    with proxy.open() as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {most + 1}\r\n\r\n".encode())
        assert b" 413 " in connection.recv(200)


def test_a_body_that_stops_coming_never_reaches_the_site(proxy):
    with proxy.open() as connection:
        connection.sendall(f"POST /never HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\nabc".encode())
        answer = connection.recv(200)
    assert answer == b"" or b" 408 " in answer
    assert "/never" not in proxy.came


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_checks_of_health_stay_inside(proxy, path):
    assert proxy.ask("GET", path)[0] == 404
    assert path not in proxy.came
