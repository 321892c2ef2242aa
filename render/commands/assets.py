"""`longtail assets`: models of one's own, brought into a library that all scenarios draw from."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from longtail.annotate.errors import AssetError, ConfigError, DatasetError, RenderError
from longtail.annotate.wording import counted, visible
from longtail.distributions.grammar import suggestion
from longtail.render.importing.adding import Candidate, Tell, keep, looked_at, require_one_meaning
from longtail.render.importing.plausible import plausible
from longtail.render.storage.store import require_writable
from longtail.render.watching.say import say
from longtail.scenes.assets.library.folder import VARIABLE, library_folder
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.assets.library.store import Fault, Library, all_faults, unreadable

_TURNTABLE = "longtail.render.blender.turntable"
_LIMIT_S = 900
_MANY = 3
_LINE_EVERY_S = 10.0
_LICENCE = 24


@dataclass(frozen=True)
class Adding:
    """How models are added: `yes` without asking, `dry_run` without keeping; `faces` is the most that one may have."""

    yes: bool = False
    dry_run: bool = False
    faces: int | None = None


def add(path: Path, library: str | None, how: Adding, agreed: Callable[[str], bool]) -> int:
    """Bring the models at `path` into the library; 1 where one of them is broken.

    `agreed` asks a person, who has seen what the models are taken for; nobody is asked where nobody sits at a terminal.
    """
    home = _library(library)
    if not how.dry_run:
        require_writable(home.folder, "name another folder by --library or LONGTAIL_LIBRARY")
    with looked_at(path, how.faces, _teller()) as looked:
        often = _often(looked.candidates)
        for candidate in looked.candidates:
            print(_told(candidate, often))
        for remark, times in often.items():
            print(visible(f"! of {counted(times, 'model')}: {remark}"))
        for fault in looked.skipped:
            say(str(fault))
        for fault in looked.broken:
            say(f"{fault.what}: not taken: {fault.why}")
        count = counted(len(looked.candidates), "model")
        require_one_meaning(looked.candidates, home)
        if how.dry_run or not looked.candidates:
            say(f"{home.folder}: nothing was kept of {count}")
            return 1 if looked.broken else 0
        if not how.yes and not agreed(f"Keep {count}?"):
            say("nothing was kept")
            return 1
        for candidate in looked.candidates:
            keep(candidate, home)
    left = f", {counted(len(looked.broken), 'broken one')} not taken" if looked.broken else ""
    say(f"{home.folder}: {count} kept{left}")
    return 1 if looked.broken else 0


def listing(library: str | None) -> int:
    """Print the models of the library, a line each."""
    home = _library(library)
    models, faults = home.models()
    for model in models:
        print(visible(_row(model)))
    for fault in faults:
        say(f"{fault.what}: left out: {fault.why}")
    say(f"{home.folder}: {counted(len(models), 'model')}")
    return 1 if faults else 0


def show(name: str, library: str | None, output: Path, width: int) -> int:
    """Write a picture of a model from six sides."""
    if output.is_dir():
        raise DatasetError(f"{output}: expected a PNG file to write, got a folder; add a name, such as model.png")
    if not output.parent.is_dir():
        raise DatasetError(f"{output}: expected a PNG file in a folder that exists; there is no {output.parent}")
    require_writable(output.parent)
    home = _library(library)
    model = _model(home, name)
    with tempfile.TemporaryDirectory(prefix="longtail-") as folder:
        request = Path(folder) / "request.json"
        made = Path(folder) / "sheet.png"
        request.write_text(json.dumps([str(home.folder), model.name, str(made), width]))
        words = [sys.executable, "-m", _TURNTABLE, str(request)]
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, errors="replace", timeout=_LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise RenderError(f"{name}: no picture within {_LIMIT_S} s; try a smaller --width") from error
        if done.returncode != 0 or not made.is_file():
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise RenderError(f"{name}: Blender made no picture (exit status {done.returncode}: {last[:300]})")
        output.write_bytes(made.read_bytes())
    say(f"{output}: {_row(model)}")
    return 0


def check(names: Sequence[str], library: str | None) -> int:
    """Print what is wrong with models of the library, of all where none is named; 1 where anything is."""
    home = _library(library)
    models, _ = home.models()
    wanted = {_model(home, name).name for name in names}
    faults = [fault for fault in all_faults(home) if not wanted or fault.what in wanted]
    for model in models:
        if not wanted or model.name in wanted:
            faults += [Fault(model.name, why) for why in _doubts(model)]
    for fault in faults:
        print(visible(str(fault)))
    found = counted(len(faults), "finding") if faults else "no findings"
    say(f"{home.folder}: {counted(len(wanted) or len(models), 'model')}, {found}")
    return 1 if faults else 0


def remove(names: Sequence[str], library: str | None) -> int:
    """Take models out of the library; none where one of the names is not there."""
    home = _library(library)
    for model in [_model(home, name) for name in names]:
        home.remove(model.name)
        say(f"{model.name}: removed from {home.folder}")
    return 0


def _library(asked: str | None) -> Library:
    folder = library_folder(asked)
    if folder is None:
        raise ConfigError(f"expected a folder for the library, but this user has no home; name one by {VARIABLE}")
    try:
        taken = folder.exists() and not folder.is_dir()
    except OSError as error:
        raise unreadable(folder, error) from error
    if taken:
        raise ConfigError(f"{folder}: expected a folder for the library, got a file; name another by {VARIABLE}")
    return Library(folder)


def _model(home: Library, name: str) -> LibraryAsset:
    models = {model.name: model for model in home.models()[0]}
    full = name if name.startswith("own/") else f"own/{name}"
    if full not in models:
        raise AssetError(
            f"{name}: expected a model of the library {home.folder} (`longtail assets list` shows them)"
            f"{suggestion(full, models)}"
        )
    return models[full]


def _doubts(model: LibraryAsset) -> list[str]:
    doubts = []
    sizes = plausible(model.category)
    if sizes is not None and not sizes.fits(model.size_m):
        size = _size(model.size_m)
        doubts.append(f"{size} is not plausible for {model.category}: add it with size_m, units or up")
    if model.credit.licence == "unknown":
        doubts.append("its licence is unknown, and so datasets credit it: add it with licence and creator")
    return doubts


def _size(size_m: Sequence[float]) -> str:
    return " x ".join(f"{side:.3g}" for side in size_m) + " m"


def _row(model: LibraryAsset) -> str:
    tags = " ".join(sorted(model.tags)) or "-"
    licence = (
        model.credit.licence if len(model.credit.licence) <= _LICENCE else model.credit.licence[: _LICENCE - 3] + "..."
    )
    return (
        f"{model.name:<36} {model.category:<15} {_size(model.size_m):<22} {licence:<12} "
        f"{model.family:<10} {tags:<18} {model.digest[:12]}"
    )


def _teller() -> Tell:
    """Says now and then how far the reading is."""
    last = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _LINE_EVERY_S:
            last = time.monotonic()
            say(f"reading: {done:,} of {counted(of, 'model')}")

    return tell


def _often(candidates: Sequence[Candidate]) -> dict[str, int]:
    """Remarks that are made of many models, and of how many: they are told once."""
    counts = Counter(remark for candidate in candidates for remark in candidate.remarks)
    return {remark: count for remark, count in counts.items() if count > _MANY}


def _told(candidate: Candidate, often: Collection[str]) -> str:
    """What a model is taken for, and what of it is a guess; a line for each remark that is not made `often`."""
    guess = candidate.guess
    kind = guess.category + (f" (as {guess.serves})" if guess.serves else "")
    head = (
        f"{candidate.source.name:<36} {kind:<18} {_size(guess.size_m):<22} {candidate.triangles:>8,} triangles  "
        f"{guess.family:<10} {' '.join(guess.tags) or '-'}"
    )
    details = []
    if candidate.paint:
        details.append(f"paint {', '.join(candidate.paint)}")
    if candidate.emissive:
        details.append("lamps " + ", ".join(f"{name} ({lamp})" for name, lamp in candidate.emissive))
    if candidate.guessed:
        words = [f"scale ({guess.units})" if word == "scale" else word for word in candidate.guessed]
        details.append(f"guessed: {', '.join(words)}")
    lines = [
        head,
        *(f"    {detail}" for detail in details),
        *(f"    ! {remark}" for remark in candidate.remarks if remark not in often),
    ]
    # Names of materials and textures are the file's, which may hold anything.
    return "\n".join(visible(line.replace("\n", " ")) for line in lines)
