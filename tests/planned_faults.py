"""Has worker processes fail, or wait, as a test has planned: see tests/faults/sitecustomize.py."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Faults:
    """What happens in all processes that are begun from now on; `counts` is a folder of their own."""

    counts: Path
    patch: pytest.MonkeyPatch

    def plan(self, what: Mapping[int, Sequence[str]]) -> None:
        """By frame, what happens at each of its attempts."""
        self.patch.setenv("FAULTS", json.dumps(what))

    def go(self) -> None:
        """Nobody need wait any longer."""
        (self.counts / "go").touch()


@pytest.fixture
def faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Faults:
    counts = tmp_path / "counts"
    counts.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "faults"))
    monkeypatch.setenv("FAULTS_COUNTS", str(counts))
    return Faults(counts, monkeypatch)
