"""What a document costs: ours beside chromiums that are kept open, typst and ReportLab printing the same content.

    python bench/pdf.py [--rounds N] [--write]

CPU time per document (of all processes that work on it), new data every time, the engines taking turns, so that a busy
machine troubles all of them alike: trust the ratios, not the milliseconds. Then the memory after 100 and after 500
documents. `--write` puts the tables into docs/performance.md. Needs the packages of requirements/bench.txt.
"""

import argparse
import io
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")

import django  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

django.setup()

from bench.engines import reportlab_engine, typst_engine  # noqa: E402
from bench.engines.chromium import Chromium  # noqa: E402
from bench.engines.content import Content, content  # noqa: E402
from dev.sample_documents import many_lines, snapshot  # noqa: E402
from invoices.documents.pdf import engine  # noqa: E402
from invoices.documents.pdf.render import html  # noqa: E402
from invoices.documents.schema import FrozenDocument  # noqa: E402
from invoices.documents.schema_parts import SealRef  # noqa: E402
from suppliers.models import SealKind  # noqa: E402


def _seal() -> bytes:
    """A round seal as the portal keeps them: RGB JPEG."""
    picture = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(picture).ellipse((10, 10, 290, 290), outline="#c00", width=14)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


SIZES = (1, 2, 10, 30, 100, 300, 1000)
TARGETS = {2: 0.35, 30: 0.45, 300: 1.0}
CHECKPOINTS = (100, 500)
MEMORY_LIMIT = 1.15
SEAL_NAME = "0" * 64
SEAL = _seal()
IMAGES = {f"seal:{SEAL_NAME}": SEAL}
PAGE = ROOT / "docs" / "performance.md"


def main() -> int:
    parser = argparse.ArgumentParser(description="What a document costs.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="lines of the invoices")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        return _measure_memory()
    table, ratios = _costs(options.sizes, options.rounds)
    memory = _memory()
    print(table, memory, sep="\n\n")
    if options.write:
        _write(table, memory)
    missed = [f"{size} lines: {ratios[size]:.2f} > {aim}" for size, aim in TARGETS.items() if ratios.get(size, 0) > aim]
    print("\n" + ("missed: " + "; ".join(missed) if missed else "All aims are met."))
    return 1 if missed else 0


def _invoice(size: int, number: int) -> FrozenDocument:
    """Another one every time: other names, prices and numbers."""
    lines = [
        replace(line, description=f"{line.description} {number}-{index}") for index, line in enumerate(many_lines(size))
    ]
    issuer = {"seal": SealRef(SealKind.REPRESENTATIVE, SEAL_NAME)}
    return snapshot(
        lines,
        issuer=issuer,
        number=f"2026-{number:05d}",
        title=f"{number}番の請求書",
        remarks=f"注文書 {number} のとおり。",
    )


def _costs(sizes: Sequence[int], rounds: int) -> tuple[str, dict[int, float]]:
    engine.warm_up()
    rows, ratios = [], {}
    with (
        sync_playwright() as playwright,
        Chromium(playwright, opening=True) as chromium,
        Chromium(playwright, opening=False) as overwriting,
    ):
        engines: dict[str, tuple[Callable[[FrozenDocument, Content], bytes], Callable[[], float]]] = {
            "Madoguchi": (lambda frozen, _texts: engine.from_html(html(frozen), IMAGES), time.process_time),
            "chromium": (lambda _frozen, texts: chromium.pdf(texts), chromium.cpu_seconds),
            "chromium, overwriting": (lambda _frozen, texts: overwriting.pdf(texts), overwriting.cpu_seconds),
            "typst": (lambda _frozen, texts: typst_engine.pdf(texts), time.process_time),
            "ReportLab": (lambda _frozen, texts: reportlab_engine.pdf(texts), time.process_time),
        }
        for size in sizes:
            spent: dict[str, list[float]] = {name: [] for name in engines}
            volume: dict[str, int] = {}
            for number in range(rounds + 2):
                frozen = _invoice(size, number)
                texts = content(frozen, SEAL)
                for name, (make, clock) in engines.items():
                    started = clock()
                    volume[name] = len(make(frozen, texts))
                    spent[name].append(clock() - started)
            # The first two warm up. Means: chromium's clock ticks in hundredths, and we collect garbage now and then.
            cost = {name: statistics.fmean(times[2:]) * 1000 for name, times in spent.items()}
            ratios[size] = cost["Madoguchi"] / cost["chromium"]
            aim = f"≤ {TARGETS[size]:.2f}" if size in TARGETS else ""
            rows.append(
                f"| {size:,} | "
                + " | ".join(f"{cost[name]:.0f} ms, {volume[name] / 1000:.0f} kB" for name in engines)
                + f" | **{ratios[size]:.2f}** | {aim} | {cost['Madoguchi'] / cost['chromium, overwriting']:.2f} |"
            )
            print(rows[-1], flush=True)
    columns = ["lines", *engines, "ratio to chromium", "aim", "to the overwriting one"]
    return "\n".join([f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *rows]), ratios


def _memory() -> str:
    """In a process of its own, as a worker has one."""
    command = [sys.executable, __file__, "--memory"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _measure_memory() -> int:
    engine.warm_up()
    resident = {}
    for number in range(1, CHECKPOINTS[-1] + 1):
        engine.from_html(html(_invoice(30, number)), IMAGES)
        if number in CHECKPOINTS:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            resident[number] = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    first, last = (resident[checkpoint] for checkpoint in CHECKPOINTS)
    print(
        f"Memory of the process after {CHECKPOINTS[0]} documents of 30 lines: {first:.0f} MB, "
        f"after {CHECKPOINTS[1]}: {last:.0f} MB, {last / first - 1:+.1%} (aim: at most {MEMORY_LIMIT - 1:+.0%})."
    )
    return 0 if last <= first * MEMORY_LIMIT else 1


def _write(table: str, memory: str) -> None:
    text = PAGE.read_text()
    text = re.sub("(?s)(?<=<!-- documents -->\n).*?(?=\n<!-- /documents -->)", f"{table}\n\n{memory}", text)
    PAGE.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
