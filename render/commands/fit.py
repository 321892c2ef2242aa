"""A config moved towards a real set, by the distances between its frames and the real pictures."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from operator import mul
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.stats import wasserstein_distance

from longtail.annotate.against.boxes_apart import matches
from longtail.annotate.against.keys import COUNTS, FIELD
from longtail.annotate.against.looking import look, size_of_file
from longtail.annotate.against.ranking import Matched, ranked
from longtail.annotate.against.real import RealDataset, read_real
from longtail.annotate.against.spectra import NAMES
from longtail.annotate.dataset.atomic import into, replacing
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import ConfigError
from longtail.annotate.pixels.measure import LINEAR, luma_of
from longtail.annotate.pixels.scaled import picture, size_of
from longtail.annotate.statistics import counted
from longtail.annotate.statistics.brightness import evenly
from longtail.colour import REC_709
from longtail.render.commands.fit_detail import Developing, detail
from longtail.render.commands.fit_moving import WORTH, Move, shifted
from longtail.render.commands.run import Request, render_dataset
from longtail.render.importing.loading import load
from longtail.render.machine.limits import readers
from longtail.render.sensor.tone import CURVES
from longtail.render.storage.place import Place, dataset_at
from longtail.render.storage.store import require_file
from longtail.render.watching.say import say
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.sampling import draw

_MOST_PICTURES = 128
_STOPS = tuple(round(0.1 * step, 1) for step in range(-20, 21))
_SIZES = np.geomspace(0.5, 2.0, 57)
_ENOUGH_PX = 4096
_MOST_DENSER = 4.0
FRAMES = 60
"""That are rendered where none are there: fewer tell little of what is seen in every tenth picture."""
_LONGEST_PX, _SAMPLES, _LOOKED_AT = 480, 4, 64

EXPOSURE, TONE, WEIGHT = "lighting.exposure_ev", "sensor.tone", "objects.vehicle.weight."
_LEAST_MIXED = 0.1
"""A share that is nearer to its due than this stays."""

Array = NDArray[np.float64]
Row = Mapping[str, Any]


def fit(
    source: str, real: Path, by: Place | None, output: Path, changes: Sequence[str] = (), frames: int = FRAMES
) -> int:
    """Write to `output` the config `source` moved towards the set `real`, by frames of it; the exit status.

    They are in `by`, or are rendered here, so many and small, into a folder beside `output` that stays.
    ConfigError where frames were rendered of another config.
    """
    require_file(output, "fitted.yaml")
    config, there = load(source, changes), read_real(real)
    if by is None:
        by = output.with_name(f"{output.stem}-{config.digest[:8]}")
        say(f"{source} is measured by {frames} small frames of it in {by}; the same command goes on with them")
        if status := render_dataset(_small_frames(source, config, there, by, changes, frames)):
            return status
    dataset = dataset_at(by, Path())
    _require_of(config, dataset, source)
    moves, kept = moves_of(config, dataset, there)
    made = config.to_json() | {move.key: move.node for move in moves}
    head = "".join(f"# {move.key}: {move.why}\n" for move in moves) or "# Nothing was moved.\n"
    with into(output), replacing(output) as file:
        file.write((head + yaml.safe_dump(made, sort_keys=False)).encode("utf-8"))
    draw(load(str(output)).asked, 0)
    for move in moves:
        print(f"{move.key}: {move.why}")
    for text in kept:
        say(text)
    say(f"{output}: {len(moves)} keys moved; render it and fit again, until nothing is moved")
    return 0


def _small_frames(
    source: str, config: Config, real: RealDataset, output: Path, changes: Sequence[str], frames: int
) -> Request:
    """A run of the config that takes as little as its measures allow: of the real pictures' size, and not larger."""
    sides = [max(size) for size in map(size_of_file, real.pictures[:_LOOKED_AT]) if size is not None]
    width, height = config.camera.size_px
    longest = min(max(width, height), int(np.median(sides)) if sides else _LONGEST_PX, _LONGEST_PX)
    size = size_of((width, height), longest)
    made = [f"camera.size_px=[{size[0]},{size[1]}]", f"render.samples={_SAMPLES}", "outputs=[coco]"]
    return Request(source, output, frames=frames, changes=[*changes, *made])


def _require_of(config: Config, dataset: Dataset, source: str) -> None:
    asked = config.to_json()
    for key in ("scenario", *config.parameters):
        if dataset.info.config.get(key) != asked.get(key):
            raise ConfigError(
                f"--by {dataset.place}: expected frames of {source}, got some whose {key} is another; render them "
                f"anew: longtail render {source} -o OUT -n 60"
            )


def moves_of(config: Config, dataset: Dataset, real: Any) -> tuple[list[Move], list[str]]:
    """What is moved, and what differs and cannot be. Only what differs by more than chance is moved."""
    frames = evenly(dataset.frames(), _MOST_PICTURES)
    there = [one for one in real.pictures if one.path is not None]
    chosen = [there[place] for place in evenly(list(range(len(there))), _MOST_PICTURES)]
    ours, theirs, longest = look(dataset, frames, chosen, readers())
    boxes = counted(dataset, readers()).content.boxes
    matched = matches(real.categories, dataset.info.taxonomy)
    pair = (boxes, real.boxes) if real.labelled and len(real.boxes) else None
    rows = [row for row in ranked(ours, theirs, pair, matched, config.to_json()) if row["condition"] is None]
    differing = [row for row in rows if row["differs"]]
    moves: list[Move] = []
    apart = {row["name"] for row in differing}
    goal = {
        name: np.array([seen.measures[name] for seen in theirs if not seen.problem])
        for name in ("luminance", "contrast", *NAMES)
    }
    now = config.parameters.get(TONE)
    if isinstance(now, str) and now in CURVES:
        developing = Developing(now, now)
        if apart & {"luminance", "contrast"}:
            made, developing = _exposure(config, [_small(dataset, index, longest) for index in frames], goal, now)
            moves += made
        if apart & {*NAMES}:
            moves += detail(config, dataset, frames, longest, developing, goal)
    moves += _field(config, differing)
    moves += _densities(config, rows, matched)
    done = {move.key for move in moves}
    kept = [
        f"kept as it is: {row['name']}{' of ' + row['category'] if row['category'] else ''}, "
        f"{row['distance']:.2f} real deviations apart"
        for row in differing
        if row["distance"] is not None and row["key"] not in done
    ]
    return moves, kept


def _small(dataset: Dataset, index: int, longest: int) -> NDArray[np.uint8]:
    """A picture as small as the real ones, of which some four thousand pixels are enough."""
    rgb = dataset.read("images", index)
    made = picture(rgb, size_of((rgb.shape[1], rgb.shape[0]), longest))
    step = max(round((made.shape[0] * made.shape[1] / _ENOUGH_PX) ** 0.5), 1)
    return np.ascontiguousarray(made[::step, ::step])


def _exposure(
    config: Config, pictures: Sequence[NDArray[np.uint8]], goal: Mapping[str, Array], now: str
) -> tuple[list[Move], Developing]:
    """Pictures are developed anew: through the inverse of their tone curve, lighter or darker, and another curve."""
    tones = [now, *(name for name in ("filmic", "srgb") if name != now)]
    found = [
        (_apart(pictures, Developing(now, tone, stops).table(), goal), tone != now, abs(stops), stops, tone)
        for tone in tones
        for stops in _STOPS
    ]
    before = _apart(pictures, Developing(now, now).table(), goal)
    after, _, _, stops, tone = min(found)
    if before - after < WORTH:
        return [], Developing(now, now)
    why = f"luminance and contrast together {before:.2f} real deviations apart, {after:.2f} then"
    curve = [] if tone == now else [Move(TONE, tone, f"{now} becomes {tone}; {why}")]
    lighter = shifted(config, EXPOSURE, lambda value: value + stops, f"{stops:+.1f} EV; {why}", stops)
    return [*curve, *lighter], Developing(now, tone, stops if lighter else 0.0)


def _apart(pictures: Sequence[NDArray[np.uint8]], table: NDArray[np.uint8], goal: Mapping[str, Array]) -> float:
    """The sum of both earth mover's distances, each over the real deviation."""
    made = {
        "luminance": [float(LINEAR[table][rgb].reshape(-1, 3).mean(axis=0) @ REC_709) for rgb in pictures],
        "contrast": [float(luma_of(table[rgb]).std()) for rgb in pictures],
    }
    return sum(
        float(wasserstein_distance(values, goal[name])) / max(float(goal[name].std()), 1e-9)
        for name, values in made.items()
    )


def _field(config: Config, differing: Sequence[Row]) -> list[Move]:
    """Things that are s times too small are seen through a focal length of s: from sizes over all classes."""
    row = next((row for row in differing if row["name"] == "size" and row["category"] is None), None)
    key = next((path for path in FIELD if path in config.parameters and row is not None and row["key"] == path), None)
    if row is None or key is None:
        return []
    ours, theirs = (_values(row["histograms"][side]) for side in ("ours", "theirs"))
    far = [float(wasserstein_distance(ours * scale, theirs)) for scale in _SIZES]
    scale = float(_SIZES[int(np.argmin(far))])
    why = f"things are seen {scale:.2f} times as large; their sizes {row['distance']:.2f} real deviations apart"

    def narrowed(fov_deg: float) -> float:
        if key != FIELD[0]:
            return fov_deg / scale  # a fisheye's field is about proportional to one over its focal length
        return 2 * math.degrees(math.atan(math.tan(math.radians(fov_deg) / 2) / scale))

    return shifted(config, key, narrowed, why, scale - 1)


def _values(histogram: Mapping[str, Any]) -> Array:
    """The middle of its bin for each value."""
    edges = np.asarray(histogram["edges"], dtype=np.float64)
    return np.repeat((edges[1:] + edges[:-1]) / 2, histogram["counts"])


def _densities(config: Config, rows: Sequence[Row], matched: Matched) -> list[Move]:
    """Counts of kinds of things by the means of what is seen of them: so the mix of classes moves, too."""
    seen: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["name"] == "per_image" and row["category"] in COUNTS and row["key"]:
            seen[row["key"]].append(row)
    moves = []
    for key, parts in seen.items():
        ours, theirs = (sum(float(part[side]["mean"]) for part in parts) for side in ("ours", "theirs"))
        if not any(part["differs"] for part in parts) or ours <= 0 or theirs <= 0:
            continue
        times = min(max(theirs / ours, 1 / _MOST_DENSER), _MOST_DENSER)
        names = ", ".join(part["category"] for part in parts)
        why = f"{times:.2f} times as many; {ours:.2f} a picture of {names}, for {theirs:.2f} in reality"
        moves += shifted(config, key, partial(mul, times), why, times - 1)
        moves += _mix(config, parts, theirs / ours, matched)
    return moves


def _mix(config: Config, parts: Sequence[Row], all_together: float, matched: Matched) -> list[Move]:
    """Weights of kinds of vehicles, by how many more of one kind there should be than of all together."""
    moves = []
    for part in parts:
        ours, theirs = (float(part[side]["mean"]) for side in ("ours", "theirs"))
        if not part["differs"] or min(ours, theirs) <= 0:
            continue
        times = min(max(theirs / ours / all_together, 1 / _MOST_DENSER), _MOST_DENSER)
        if abs(times - 1) < _LEAST_MIXED:
            continue
        why = f"{times:.2f} times the share; {ours:.2f} {part['category']} a picture, for {theirs:.2f} in reality"
        for name in sorted(matched[part["category"]][1]):
            moves += shifted(config, f"{WEIGHT}{name}", partial(mul, times), why, times - 1)
    return moves
