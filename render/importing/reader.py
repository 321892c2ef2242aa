"""Reading models in a process of its own, one after another; who crashes, hangs or takes too much ends nothing else."""

from __future__ import annotations

import json
import os
import select
import site
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from longtail.annotate.errors import AssetError
from longtail.render.importing.declared import declared_faces
from longtail.render.importing.outside import reference_outside
from longtail.render.importing.panoramas import wrong_panorama
from longtail.render.importing.robots import parts_of
from longtail.render.importing.sources import Source
from longtail.render.importing.urdf import read_urdf
from longtail.render.machine.model_request import ARRAYS, PANORAMA, ROBOT, Asked
from longtail.scenes.assets.library.description import SkySeen, SurfaceSeen
from longtail.scenes.assets.library.surface import Textured  # noqa: F401  (arrays name it)
from longtail.scenes.geometry.pattern_materials import Panorama  # noqa: F401  (arrays name it)
from longtail.scenes.geometry.ready import Ready, ready_of
from longtail.scenes.kept.arrays import DAMAGED

_MODULE = "longtail.render.blender.importing"
# What of the user's environment the process is given: where libraries lie, and no key or token.
_PASSED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LONGTAIL_CACHE", "OMP_NUM_THREADS")
_LIMIT_S = 300.0
_LOG_BYTES = 4096


@dataclass(frozen=True, eq=False)
class Read:
    """What a file came to: its arrays, kept at `path`, with what else is known of it; or `refused`, why there are none.

    Attributes:
        names: of the materials, in the arrays' order
        before: its triangles as the file has them
        missing: names of textures that are not there
        notes: what could not be kept
        surface, across: of a texture what it is as a surface, and its width over its height
        sky: of a panorama what it shows of the sky; None where it may be none, and of all else
    """

    path: Path | None = None
    names: Sequence[str] = ()
    before: int = 0
    missing: Sequence[str] = ()
    notes: Sequence[str] = ()
    refused: str = ""
    sky: SkySeen | None = None
    surface: SurfaceSeen | None = None
    across: float = 1.0

    def ready(self) -> Ready | None:
        """The mesh as the file has it, world metres, Z up; None where there is none."""
        if self.path is None:
            return None
        try:
            with np.load(self.path, allow_pickle=False) as kept:
                return ready_of({name: kept[name] for name in kept.files})
        except DAMAGED:
            return None


def read_all(sources: Sequence[Source], desk: Path, limits: Mapping[str, Any] | None = None) -> Iterator[Read]:
    """What each source comes to, in their order. `desk` is an empty folder; `limits` are fields of `Asked`."""
    child: _Child | None = None
    try:
        for number, source in enumerate(sources):
            if wrong := source.wrong or _wrong(source):
                yield Read(refused=wrong)
                continue
            place = desk / f"{number:05d}"
            place.mkdir()
            try:
                parts, notes = _parts(source)
            except AssetError as error:
                yield Read(refused=str(error))
                continue
            asked = Asked(str(source.path), source.format, str(source.root), str(place), parts=parts, **(limits or {}))
            files = [source.path, *(Path(part["file"]) for part in parts if "file" in part)]
            if (faces := sum(map(declared_faces, files))) > asked.most_faces:
                yield Read(refused=f"it has {faces:,} triangles, and a model may have {asked.most_faces:,}")
                continue
            if child is None or child.root != source.root:
                if child is not None:
                    child.end()
                child = _Child(source.root, desk)
            found = child.answer(asked)
            if child.ended:
                child.end()
                child = None
            yield _read(asked, found, notes)
    finally:
        if child is not None:
            child.end()


def answer_alone(asked: Asked, desk: Path) -> Mapping[str, Any]:
    """What a process that reads one file alone answers: JSON values, or under "refused" why there are none."""
    child = _Child(Path(asked.root), desk)
    try:
        return child.answer(asked)
    finally:
        child.end()


def _wrong(source: Source) -> str:
    """What is wrong with a file as far as it can be told without reading it."""
    if outside := reference_outside(source.path, source.root):
        return f"it refers to {outside}, outside its folder, which is not followed"
    return wrong_panorama(source.path) if source.format == PANORAMA else ""


def _parts(source: Source) -> tuple[list[dict[str, Any]], list[str]]:
    """The parts of a robot or the maps of a texture, and what is to be said of them; none of anything else.

    AssetError as `parts_of` has it.
    """
    if source.maps is not None:
        maps = source.maps.maps
        used = [kind for kind in ("colour", "roughness", "metalness", "normal", "normal_dx", "arm") if kind in maps]
        if "normal" in used and "normal_dx" in used:
            used.remove("normal_dx")
        return [{"map": kind, "file": str(maps[kind])} for kind in used], []
    if source.format != ROBOT:
        return [], []
    parts, notes = parts_of(read_urdf(source.path), source.pose or {}, source.path, source.root)
    for path in {Path(part["file"]) for part in parts if "file" in part}:
        if outside := reference_outside(path, source.root):
            raise AssetError(f"{path.name} refers to {outside}, outside its folder, which is not followed")
    return parts, notes


def _read(asked: Asked, answer: Mapping[str, Any], notes: Sequence[str]) -> Read:
    if "refused" in answer:
        return Read(refused=str(answer["refused"]))
    said = [*answer["notes"], *notes]
    sky = None if answer.get("sky") is None else SkySeen.model_validate(answer["sky"])
    surface = SurfaceSeen(rgb=tuple(answer["rgb"])) if "rgb" in answer else None
    return Read(
        Path(asked.desk) / ARRAYS, answer["names"], answer["before"], answer["missing"], said, sky=sky, surface=surface,
        across=answer.get("across", 1.0),
    )  # fmt: skip


def environment(desk: Path) -> dict[str, str]:
    """What a process that reads models finds in its environment: where libraries lie, and of the rest its own desk.

    Packages that the user has installed for himself are there where they are here.
    """
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    own = {name: str(desk) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    users = {"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {"PYTHONNOUSERSITE": "1"}
    return {**passed, **own, **users}


class _Child:
    """A process that reads models of one folder."""

    def __init__(self, root: Path, desk: Path) -> None:
        self.root = root
        self.ended = False
        ours, theirs = os.pipe()
        self._answers = ours
        self._rest = b""
        self._log: IO[bytes] = (desk / "log").open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE, str(theirs), str(root), str(desk)],
            stdin=subprocess.PIPE, stdout=self._log, stderr=self._log, pass_fds=(theirs,), cwd=desk,
            env=environment(desk), start_new_session=True,
        )  # fmt: skip
        os.close(theirs)

    def answer(self, asked: Asked) -> Mapping[str, Any]:
        """What is answered to a request; afterwards `ended` says whether the process outlived it."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(asdict(asked)).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self.ended = True
            return {"refused": self._why()}
        line = self._line(max(_LIMIT_S, asked.cpu_s))
        if line is None:
            self.ended = True
            return {"refused": self._why()}
        answer: Mapping[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """End the process, whatever it does."""
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, 9)
        self._process.wait()
        os.close(self._answers)
        self._log.close()

    def _line(self, limit_s: float) -> bytes | None:
        """The next line of answer; None where the process ends or takes too long before it."""
        deadline = time.monotonic() + limit_s
        while b"\n" not in self._rest:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                return None
            block = os.read(self._answers, 1 << 16)
            if not block:
                return None
            self._rest += block
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _why(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        status = self._process.poll()
        if status is None:
            return f"it takes more than {_LIMIT_S:g} s to read"
        if status in (-24, -9):  # SIGXCPU; SIGKILL comes from the system where memory runs out
            return "it takes more time or memory to read than a model may"
        if status == -25:  # SIGXFSZ
            return "it makes larger files than a model may"
        return f"Blender's importer ended on it (exit status {status}{self._last_words()})"

    def _last_words(self) -> str:
        self._log.flush()
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(self._log.tell() - _LOG_BYTES, 0))
        lines = [line.strip() for line in self._log.read().decode(errors="replace").splitlines() if line.strip()]
        return f": {lines[-1][:150]}" if lines else ""
