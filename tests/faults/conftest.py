"""Installations on databases of their own, copied from one that is migrated once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from dev.servers import ServerError
from tests.faults.installation import ROOT, Installation, environment
from tests.patience import HANGS_SECONDS


@pytest.fixture(scope="session")
def server_url() -> str:
    """The test run's PostgreSQL server."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("several processes share a PostgreSQL database")
    return url


def execute(server_url: str, statement: str) -> None:
    """Execute a statement about databases; a database that is copied may have no session."""
    with psycopg.connect(database_url(server_url, "postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


def database_url(server_url: str, name: str) -> str:
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def migrated(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database that has every table and no row but those of the migrations."""
    name = f"migrated_{uuid4().hex}"
    before = os.environ.get("TEST_TEMPLATE")
    execute(server_url, f"CREATE DATABASE {name} TEMPLATE {before or 'template1'}")
    # The runner migrates with the settings of the tests, which keep no cache in the database.
    what = ("createcachetable",) if before else ("migrate", "--no-input", "-v0")
    subprocess.run(
        [sys.executable, "manage.py", *what],
        cwd=ROOT,
        env=environment(tmp_path_factory.mktemp("migrated"), database_url(server_url, name)),
        stdin=subprocess.DEVNULL,
        check=True,
        timeout=HANGS_SECONDS,
    )
    yield name
    execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def install(server_url: str, migrated: str, tmp_path) -> Iterator[Callable[[], Installation]]:
    """Make installations that are gone after the test."""
    made: list[tuple[Installation, str]] = []

    def make() -> Installation:
        name = f"faults_{uuid4().hex}"
        execute(server_url, f"CREATE DATABASE {name} TEMPLATE {migrated}")
        folder = tmp_path / name
        folder.mkdir()
        made.append((Installation(folder, database_url(server_url, name)), name))
        return made[-1][0]

    yield make
    for installation, name in made:
        installation.end()
        execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def installation(install: Callable[[], Installation]) -> Installation:
    try:
        return install()
    except ServerError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
