"""Who renders what: the two sides' commands for a kind of scene, in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from versus.kinds import SAMPLES, Kind
from versus.timing import Turn, TurnError, run

_HERE = Path(__file__).parent
# Longtail's scripts import this package; BlenderProc's environment sees what is installed in it alone.
_OURS = {"PYTHONPATH": os.pathsep.join([str(_HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])])}
_THEIRS = {"PYTHONPATH": "", "PYTHONNOUSERSITE": "1"}

LONGTAIL, EQUAL, DEFAULTS = "Longtail", "BlenderProc, Longtail's settings", "BlenderProc, its own settings"


@dataclass(frozen=True)
class Entry:
    """One who takes part: a side, with samples a pixel. `equal`: BlenderProc takes Longtail's settings.

    `denoise_quality` is what Longtail's denoiser is asked for, "" for the default of the scenario.
    """

    side: str
    samples: int = SAMPLES
    denoise_quality: str = ""

    @property
    def equal(self) -> bool:
        """Whether light is followed as far, and lamps are sampled, as Longtail does."""
        return self.side != DEFAULTS

    @property
    def name(self) -> str:
        """For a row of a table."""
        return f"{self.side}, {self.samples} samples" + (f", {self.denoise_quality}" if self.denoise_quality else "")

    @property
    def pins(self) -> list[str]:
        """What Longtail is told beside the kind's own changes."""
        return [f"render.denoise_quality={self.denoise_quality}"] if self.denoise_quality else []


@dataclass(frozen=True)
class Arena:
    """A kind of scene, the folder that its files lie in, and the interpreter that has BlenderProc."""

    kind: Kind
    folder: Path
    blenderproc: Path

    def export(self) -> dict[str, Any]:
        """Save Longtail's scene for BlenderProc, where that is not done yet, and tell what it has."""
        described = self.folder / "scene.json"
        if not described.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            _quietly([sys.executable, "-m", "versus.export", self.kind.name, str(self.folder)], _OURS)
        found: dict[str, Any] = json.loads(described.read_text())
        return found

    def turn(self, entry: Entry) -> Turn:
        """Have `entry` render and label all pictures once, from nothing to COCO files."""
        out = self._empty("turn")
        log = self.folder / "turn.log"
        if entry.side == LONGTAIL:
            changes = [*self.kind.changes(entry.samples), *entry.pins]
            options = [part for change in changes for part in ("--set", change)]
            command = [sys.executable, "-m", "longtail", "render", self.kind.scenario, "-o", str(out), "-n",
                       str(self.kind.pictures), "--seed", str(self.kind.seed), "--device", "cpu", "--workers", "1",
                       "--log", "plain", *options]  # fmt: skip
            return run(command, out / "logs" / "events.jsonl", ("event", "frame_done"), log, _OURS)
        job = self._job(entry, out, scale=1.0, pictures=self.kind.pictures)
        return run(self._in_blenderproc(job), out / "marks.jsonl", ("what", "frame"), log, _THEIRS)

    def annotations(self) -> int:
        """How many things the COCO file of the last turn has, at whatever size; TurnError where there is none."""
        for name in ("annotations/instances_all.json", "coco_annotations.json"):
            document = self.folder / "turn" / name
            if document.exists():
                return len(json.loads(document.read_text())["annotations"])
        raise TurnError(f"expected a COCO file in {self.folder / 'turn'}, found none")

    def pictures(self, entry: Entry, takes: Sequence[tuple[str, int, bool]], scale: float) -> dict[str, str]:
        """The first camera's pictures in linear light, as paths of .npy files, by the takes' names."""
        whose = "ours" if entry.side == LONGTAIL else "equal" if entry.equal else "defaults"
        out = self._empty(f"pictures {whose} {entry.denoise_quality}".strip())
        job = self._job(entry, out, scale=scale, pictures=1, takes=list(takes))
        if entry.side == LONGTAIL:
            _quietly([sys.executable, "-m", "versus.linear", str(job)], _OURS)
        else:
            _quietly(self._in_blenderproc(job), _THEIRS)
        return {name: str(out / f"{name}.npy") for name, _, _ in takes}

    def compare(self, pairs: Sequence[tuple[str, str]], white: float) -> list[dict[str, float]]:
        """PSNR and SSIM of each (picture, reference)."""
        job = self.folder / "compare.json"
        job.write_text(json.dumps({"pairs": pairs, "white": white}))
        said = _quietly([str(self.blenderproc), str(_HERE / "compare.py"), str(job)], _THEIRS)
        found: list[dict[str, float]] = json.loads(said)
        return found

    def _empty(self, name: str) -> Path:
        out = self.folder / name
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        return out

    def _job(self, entry: Entry, out: Path, **also: Any) -> Path:
        job = self.folder / "job.json"
        said = {"kind": self.kind.name, "scene": str(self.folder), "output": str(out), "equal": entry.equal,
                "samples": entry.samples, "pins": entry.pins, "marks": str(out / "marks.jsonl"), **also}  # fmt: skip
        job.write_text(json.dumps(said))
        return job

    def _in_blenderproc(self, job: Path) -> list[str]:
        return [str(self.blenderproc), str(_HERE / "in_blenderproc.py"), str(job)]


def _quietly(command: list[str], env: Mapping[str, str]) -> str:
    """Run `command` and return what it printed. TurnError with the end of its complaints where it fails."""
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TurnError(f"status {done.returncode} of: {' '.join(command)}\n{done.stderr[-1500:]}")
    return done.stdout
