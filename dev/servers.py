"""Private PostgreSQL and Redis servers for tests and measurements.

Each is a child process on a free loopback port with its files in a folder of its own; it dies with its parent.
Nothing of the machine's own PostgreSQL or Redis is read, used or touched.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

START_SECONDS = 120
STOP_SECONDS = 10
AT_ONCE_SECONDS = 1


class ServerError(RuntimeError):
    """A server did not start; the message holds the end of its log."""


class PrivateServer(ABC):
    """A server process that can be started, stopped, killed and frozen, for `with` or by hand.

    Attributes:
        port: The same over restarts, so that clients meet the same address again.
    """

    name: str
    stop_signal: signal.Signals
    at_once_signal = signal.SIGKILL
    refuses_root = False

    def __init__(self, folder: Path) -> None:
        """Prepare a server whose files lie in `folder`, which is made if needed."""
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        # How its programs are started: not with this process's environment, and not as root where that is refused.
        self._start_options: dict[str, Any] = {
            "cwd": folder,
            "env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            "stderr": subprocess.STDOUT,
        }
        if self.refuses_root and os.geteuid() == 0:
            account = _unprivileged_account()
            os.chown(folder, account.pw_uid, account.pw_gid)
            self._start_options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    @property
    @abstractmethod
    def url(self) -> str:
        """Address for clients."""

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def start(self) -> None:
        """Start and wait until it answers.

        Raises:
            ServerError: it ended at once, or did not answer in two minutes.
        """
        log_path = self.folder / "server.log"
        with log_path.open("ab") as log:
            # Its own group, so that Ctrl-C reaches the tests first and they still have their servers to clean up.
            self._process = subprocess.Popen(
                [*dying_with_parent(), *self._command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                process_group=0,
                **self._start_options,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise ServerError(f"{self.name} did not start:\n{log_path.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    @property
    def running(self) -> bool:
        """Whether its process lives, frozen or not."""
        return self._process is not None and self._process.poll() is None

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop in order; after so many seconds at once. Does nothing when it does not run."""
        if self._process is None:
            return
        for how, patience in ((self.stop_signal, seconds), (self.at_once_signal, AT_ONCE_SECONDS)):
            self._process.send_signal(how)
            self._process.send_signal(signal.SIGCONT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
                break
        self.kill()

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it hang: connections are taken, nothing is answered, until `thaw`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class PostgresServer(PrivateServer):
    """PostgreSQL with an empty database `madoguchi` and an owner who is no superuser."""

    name = "PostgreSQL"
    database = "madoguchi"
    stop_signal = signal.SIGINT  # "fast": connections are closed, not waited for
    at_once_signal = signal.SIGQUIT  # "immediate": its own processes and its shared memory go too
    refuses_root = True

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        """Prepare a server whose files lie in `folder`, which is made if needed.

        Args:
            durable: Whether its data shall outlive a crash, and be found again by another server on this folder.
        """
        super().__init__(folder)
        self._durable = durable
        self._password = _kept_password(folder / "password") if durable else secrets.token_hex(16)
        self._programs = _postgres_programs()
        self._data = folder / "data"

    @property
    def url(self) -> str:
        return f"postgres://madoguchi:{self._password}@127.0.0.1:{self.port}/{self.database}"

    def start(self) -> None:
        if not self._data.exists():
            self._create()
        super().start()

    def _create(self) -> None:
        """Make the database, under another name until it is whole: this may be broken off at any moment."""
        made = self.folder / "data.part"
        shutil.rmtree(made, ignore_errors=True)
        self._run("initdb", "-D", str(made), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
                  "--auth-local=peer", "--auth-host=scram-sha-256")  # fmt: skip
        self._run(
            "postgres", "--single", "-F", "-D", str(made), "postgres",
            statements=f"CREATE ROLE madoguchi LOGIN CREATEDB CREATEROLE PASSWORD '{self._password}'\n"
            f"CREATE DATABASE {self.database} OWNER madoguchi\n",
        )  # fmt: skip
        made.rename(self._data)

    def _run(self, program: str, *arguments: str, statements: str = "") -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            check=False,
            input=statements,
            stdout=subprocess.PIPE,
            text=True,
            **self._start_options,
        )
        if done.returncode or "ERROR:" in done.stdout:
            raise ServerError(f"{program} failed:\n{done.stdout[-2000:]}")

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
            settings |= {"wal_level": "minimal", "max_wal_senders": "0", "jit": "off"}
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _answers(self) -> bool:
        ready = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0


class RedisServer(PrivateServer):
    """Redis that keeps nothing on disk."""

    name = "Redis"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._password = secrets.token_hex(16)
        self._settings = folder / "redis.conf"
        self._settings.write_text(f'requirepass {self._password}\nsave ""\nappendonly no\n', encoding="ascii")
        self._settings.chmod(0o600)

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def _command(self) -> list[str]:
        program = shutil.which("redis-server")
        if program is None:
            raise ServerError("redis-server is not installed; `make system-test` installs it.")
        return [program, str(self._settings), "--port", str(self.port), "--bind", "127.0.0.1"]

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\n".encode())
                return connection.recv(16).startswith(b"+OK")
        except OSError:
            return False


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def temporary_base() -> str | None:
    """Where to put a server's folder: as root in /tmp, since the server's own account must be able to reach it."""
    return "/tmp" if os.geteuid() == 0 else None


def _postgres_programs() -> Path:
    """The folder of the newest installed PostgreSQL's programs (Debian keeps them out of PATH)."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda program: float(program.parts[-3]), reverse=True
    )
    found = versions[0] if versions else shutil.which("postgres")
    if found is None:
        raise ServerError("PostgreSQL is not installed; `make system-test` installs it.")
    return Path(found).parent


def _kept_password(path: Path) -> str:
    """The password that was made when this file was."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16))
    return path.read_text()


def _unprivileged_account() -> pwd.struct_passwd:
    """Whom PostgreSQL runs as when we are root, which it refuses."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def dying_with_parent() -> list[str]:
    """What to put before a command so that it ends even if we are killed outright (where util-linux is at hand)."""
    return ["setpriv", "--pdeathsig", "INT", "--"] if shutil.which("setpriv") else []
