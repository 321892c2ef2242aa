"""Compiles the tests as pytest does, once for all processes of pytest-xdist: `make test` calls it.

pytest keeps what it has compiled only where Python may write bytecode, and processes that begin together would find
nothing kept even there. It has no public name for this; where another pytest has none at all, each compiles for itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

try:
    from _pytest.assertion.rewrite import PYC_TAIL, _rewrite_test, _write_pyc, get_cache_dir
except ImportError as error:
    sys.exit(f"tests: each process compiles them itself: {error}")

ROOT = Path(__file__).parent


def main() -> None:
    """Compile whatever pytest rewrites assertions in: files of tests and what they share by fixtures."""
    for pattern in ("test_*.py", "conftest.py"):
        for path in sorted(ROOT.rglob(pattern)):
            kept = get_cache_dir(path) / f"{path.stem}{PYC_TAIL}"
            kept.parent.mkdir(parents=True, exist_ok=True)
            try:
                told, code = _rewrite_test(path, None)  # type: ignore[arg-type]
                _write_pyc(None, code, told, kept)  # type: ignore[arg-type]
            except (AttributeError, TypeError, ValueError) as error:
                sys.exit(f"tests: each process compiles them itself: {error}")


if __name__ == "__main__":
    main()
