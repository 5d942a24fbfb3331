"""The same snapshot gives the same bytes: whoever makes the document anew can prove that it is the one."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev.sample_documents import SEAL, credit_note, many_lines, snapshot
from invoices.documents.pdf import render
from invoices.documents.schema import dump
from tests.invoices.documents.crowded import CASES, RARE
from tests.invoices.documents.printing import FORMS, print_as
from tests.patience import HANGS_SECONDS

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[3]
IN_A_FRESH_PROCESS = """
import hashlib, sys
import django; django.setup()
from invoices.documents import schema
from tests.invoices.documents.printing import print_as
for text in sys.stdin.buffer.read().decode().splitlines():
    for form in sys.argv[1:]:
        print(form, hashlib.sha256(print_as(form, schema.load(text))).hexdigest())
"""
WITHOUT_DJANGO = (
    "import sys; from invoices.documents.pdf import engine;"
    "sys.stdout.buffer.write(engine.from_html(sys.stdin.buffer.read().decode())); assert 'django' not in sys.modules"
)
ONE_PLACE = {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C"}
ANOTHER = {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}
SAMPLES = [
    snapshot(issuer={"seal": SEAL}),
    credit_note(issuer={"seal": SEAL, "name": RARE}),
    snapshot(**CASES["everything"]),
]


def process(code: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=PROJECT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test"} | environment,
    )


def output(of: subprocess.Popen[bytes], given: str) -> bytes:
    out, errors = of.communicate(given.encode(), timeout=HANGS_SECONDS)
    assert of.returncode == 0, errors.decode()
    return out


@pytest.mark.faults
def test_two_processes_elsewhere_make_the_same_bytes_in_every_layout():
    given = "\n".join(map(dump, SAMPLES))
    # In another order as well: documents before it leave no trace in a document.
    one = process(IN_A_FRESH_PROCESS, *FORMS, **ONE_PLACE)
    other = process(IN_A_FRESH_PROCESS, *reversed(FORMS), **ANOTHER)
    found = [sorted(output(run, given).decode().splitlines()) for run in (one, other)]
    here = sorted(
        f"{form} {hashlib.sha256(print_as(form, frozen)).hexdigest()}" for frozen in SAMPLES for form in FORMS
    )
    assert found == [here, here]
    assert len(set(here)) == len(SAMPLES) * len(FORMS)


def test_the_engine_needs_no_django():
    frozen = snapshot()
    assert output(process(WITHOUT_DJANGO, **ONE_PLACE), render.html(frozen)) == print_as("standard", frozen)


def test_documents_before_it_leave_no_trace_in_a_document():
    before = print_as("standard", snapshot())
    print_as("cover", snapshot(many_lines(3), title=RARE))
    assert print_as("standard", snapshot()) == before
