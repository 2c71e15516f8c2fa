"""Compile requirements/*.in into lock files with a hash for every file: ``make lock [ARGS=--upgrade]``.

uv does it, from a virtual environment of its own in .local; nothing else here needs it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_VENV = ROOT / ".local" / "uv"
OPTIONS: tuple[str, ...] = ("--universal", "--python-version=3.11", "--generate-hashes", "--no-header")
# The addresses packages came from on this machine are nobody else's business.
OPTIONS += ("--no-emit-index-url", "--no-emit-find-links")


def main() -> int:
    """Compile every .in file; arguments are passed on to uv. Returns the exit code."""
    uv = UV_VENV / "bin" / "uv"
    if not uv.exists():
        subprocess.run([sys.executable, "-m", "venv", str(UV_VENV)], check=True)
        subprocess.run([str(UV_VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"], check=True)
    for source in sorted((ROOT / "requirements").glob("*.in")):
        target = source.with_suffix(".txt").name
        command = [
            str(uv),
            "pip",
            "compile",
            *OPTIONS,
            *sys.argv[1:],
            "--quiet",
            source.name,
            f"--output-file={target}",
        ]
        code = subprocess.call(command, cwd=source.parent)
        if code:
            return code
        print(f"requirements/{target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
