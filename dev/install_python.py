"""Bring `.venv` in step with the hash-pinned requirements: `python dev/install_python.py base|test|dev|bench`.

Runs before anything of the project is installed: standard library only. Each set contains the one before it, and a
larger set that is already installed stays. When nothing changed since the last time, nothing is done.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
STAMP = VENV / "installed.json"
SETS = ["base", "test", "dev", "bench"]
OLDEST = (3, 11)


def main(wanted: str) -> None:
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this is {sys.version.split()[0]}.")
    pins = {name: _digest(REQUIREMENTS / f"{name}.txt") for name in ["uv", *SETS]}
    before = _stamp() if _works() else {}
    if before.get("set") in SETS:
        wanted = max(wanted, before["set"], key=SETS.index)
    after = {"set": wanted, "uv": pins["uv"], "pins": pins[wanted], "folder": str(VENV)}
    if before == after:
        return
    print(f"Installing the Python packages of requirements/{wanted}.txt into .venv", flush=True)
    STAMP.unlink(missing_ok=True)
    if not _works():
        _run(sys.executable, "-m", "venv", "--clear", str(VENV))
    if before.get("uv") != pins["uv"] or not UV.exists():
        if subprocess.run([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL, check=False).returncode:
            _run(str(PYTHON), "-m", "ensurepip", "--default-pip")
        _run(str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes",
             "-r", str(REQUIREMENTS / "uv.txt"))  # fmt: skip
    # Compiled once, or else every process that is started compiles what it imports where none may write bytecode.
    _run(str(UV), "pip", "sync", "-q", "--python", str(PYTHON), "--compile-bytecode", "--require-hashes",
         str(REQUIREMENTS / f"{wanted}.txt"))  # fmt: skip
    STAMP.write_text(json.dumps(after))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _works() -> bool:
    """Whether `.venv` has a Python that starts and is new enough (it may be a copy, or its Python may be gone)."""
    ask = f"import sys; sys.exit(sys.version_info < {OLDEST} or sys.prefix != {str(VENV)!r})"
    try:
        return subprocess.run([PYTHON, "-c", ask], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(f"This failed (status {done.returncode}): {' '.join(command)}")


if __name__ == "__main__":
    if sys.argv[1:] not in [[name] for name in SETS]:
        sys.exit(__doc__)
    main(sys.argv[1])
