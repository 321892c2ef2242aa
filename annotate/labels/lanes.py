"""The lanes of a road: what is painted along them and where they lie, in the world and in the picture.

Polylines follow OpenLane (https://github.com/OpenDriveLab/OpenLane, `data/README.md`): points with their places in the
picture and whether each is seen, and the numbers of its categories. Its points are in the camera's frame, ours in the
world's. Where a car may drive follows BDD100K: the lane that it drives in, and those that it could change to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.labels.arc import Arc, Array
from longtail.annotate.labels.relief import LEVEL, Relief

Kind = Literal["centre line", "lane line", "edge line", "border", "lane centre"]
Style = Literal["solid", "dashed", "double solid", "none"]
Way = Literal["own", "same", "oncoming", "crossing", "shoulder", "bicycle"]

OPENLANE: Mapping[tuple[Style, str], int] = {
    ("dashed", "white"): 1,
    ("solid", "white"): 2,
    ("double solid", "white"): 4,
    ("none", "left"): 20,
    ("none", "right"): 21,
}
"""OpenLane's categories: of paint by style and colour, of kerbs by their side. Others are 0, which it calls unknown."""

LANES = "lanes"
"""Under what a record has them."""

STEP_M = 1.0
"""Between points along a line, before those go that are closer than `APART_PX` in the picture."""

APART_PX = 4.0

ABOVE_M = 0.02
"""What is seen no higher than this above a road is the road: paint is 4 mm thick, a kerb 12 cm high."""

NOT_DRIVABLE, DIRECT, ALTERNATIVE = 0, 1, 2


@dataclass(frozen=True)
class Line:
    """A line along a road, from `start_m` to `end_m` of `course` at the offset `offset_m`, `height_m` over its ground.

    `colour` is that of paint, "" where nothing is painted; a border has the `side` of the road that it is on, as seen
    along `course`.
    """

    kind: Kind
    course: Arc
    start_m: float
    end_m: float
    offset_m: float
    style: Style = "none"
    colour: str = ""
    side: Literal["left", "right", ""] = ""
    height_m: float = 0.0

    @property
    def category(self) -> int:
        """The number of its category with OpenLane."""
        return OPENLANE.get((self.style, self.colour or self.side), 0)

    def points_m(self, relief: Relief = LEVEL) -> Array:
        """World points (N, 3) `STEP_M` apart, and its end, on ground that rises as `relief` has it."""
        s = np.append(np.arange(self.start_m, self.end_m - STEP_M / 2, STEP_M), self.end_m)
        flat = self.course.at(s, np.full(s.size, self.offset_m))
        return np.column_stack([flat, self.height_m + relief.height_m(flat[:, 0])])


@dataclass(frozen=True)
class Lane:
    """A lane, the carriageway of a road that crosses, or a paved shoulder where none drives: from `start_m` to `end_m`
    of `course`, between two offsets.
    """

    way: Way
    course: Arc
    start_m: float
    end_m: float
    right_m: float
    left_m: float

    def inside_m(self, points_m: Array) -> Array:
        """How far (...) world points (..., 2) are inside; negative outside."""
        s, t = self.course.beside(points_m)
        ahead = np.minimum(s - self.start_m, self.end_m - s)
        return np.asarray(np.minimum(ahead, np.minimum(t - self.right_m, self.left_m - t)))


@dataclass(frozen=True)
class RoadLanes:
    """All lines and lanes of a road on its `relief`, as seen from a carrier in one of them; traffic keeps right."""

    lines: tuple[Line, ...]
    lanes: tuple[Lane, ...]
    relief: Relief = LEVEL

    def to_json(self) -> dict[str, Any]:
        """Lines and lanes as JSON values, and the relief where it is not level."""
        rises = {} if self.relief.is_level else {"relief": self.relief.to_json()}
        return {"lines": [asdict(line) for line in self.lines], "lanes": [asdict(lane) for lane in self.lanes], **rises}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote; what lines have beside it is passed over. KeyError or TypeError for anything else."""
        lines = [Line(**_fields(Line, row)) for row in data["lines"]]
        lanes = tuple(Lane(**_fields(Lane, row)) for row in data["lanes"])
        return cls(tuple(lines), lanes, Relief.from_json(data.get("relief")))


def _fields(kind: type[Line | Lane], row: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: row[name] for name in kind.__dataclass_fields__}
    return {**known, "course": Arc(**row["course"])}


@dataclass(frozen=True, eq=False)
class SeenLine:
    """A stretch of a line in the picture: world points (N, 3), their pixels (N, 2), and which are seen (N,)."""

    points_m: Array
    points_px: Array
    visible: NDArray[np.bool_]


def stretches(line: Line, camera: Camera, relief: Relief = LEVEL) -> list[tuple[Array, Array]]:
    """The stretches of a line in the picture, (world points (N, 3), pixels (N, 2)), each of two points or more."""
    points = line.points_m(relief)
    pixels = camera.project(points)
    with np.errstate(invalid="ignore"):
        inside = ((pixels >= 0) & (pixels < camera.size_px)).all(axis=1)
    breaks = np.flatnonzero(np.diff(inside.astype(np.int8))) + 1
    found = []
    for part in np.split(np.arange(len(points)), breaks):
        if inside[part[0]] and part.size > 1:
            kept = part[_apart(pixels[part])]
            found.append((points[kept], pixels[kept]))
    return found


def _apart(pixels: Array) -> NDArray[np.int64]:
    """The first point, each that is `APART_PX` from the one before it, and the last."""
    kept = [0]
    for place in range(1, len(pixels) - 1):
        if np.abs(pixels[place] - pixels[kept[-1]]).max() >= APART_PX:
            kept.append(place)
    return np.array([*kept, len(pixels) - 1], dtype=np.int64)


def heights_m(camera: Camera, depth_m: NDArray[np.float32], pixels: Array, relief: Relief = LEVEL) -> Array:
    """How high over `relief` (N,) is what is seen at the middles of the pixels that hold places (N, 2); NaN where
    nothing is."""
    columns, rows = (pixels[:, axis].astype(np.int64) for axis in (0, 1))
    middles = np.stack([columns, rows], axis=-1) + 0.5
    places = camera.unproject(middles, depth_m[rows, columns])
    return np.asarray(places[:, 2] - relief.height_m(places[:, 0]))


def seen_stretches(
    line: Line,
    camera: Camera,
    depth_m: NDArray[np.float32],
    hidden: NDArray[np.bool_] | None,
    relief: Relief = LEVEL,
) -> list[SeenLine]:
    """The stretches of a line in the picture, with what is seen of them.

    A point is seen where what its pixel shows is at most `ABOVE_M` higher: the road itself. Paint that is `hidden`
    (H, W) by what lies on the road is not.
    """
    found = []
    for points, pixels in stretches(line, camera, relief):
        with np.errstate(invalid="ignore"):
            visible = heights_m(camera, depth_m, pixels, relief) <= line.height_m + ABOVE_M
        if hidden is not None and line.colour:
            visible &= ~hidden[pixels[:, 1].astype(np.int64), pixels[:, 0].astype(np.int64)]
        found.append(SeenLine(points, pixels, visible))
    return found


def lanes_json(
    lanes: RoadLanes, camera: Camera, depth_m: NDArray[np.float32], hidden: NDArray[np.bool_] | None = None
) -> dict[str, Any]:
    """What a record says of lanes: lines and lanes as they are, and with each line its stretches in the picture."""
    data = lanes.to_json()
    for row, line in zip(data["lines"], lanes.lines, strict=True):
        row["category"] = line.category
        row["seen"] = [_stretch_json(part) for part in seen_stretches(line, camera, depth_m, hidden, lanes.relief)]
    return data


def _stretch_json(part: SeenLine) -> dict[str, Any]:
    return {
        "points_m": part.points_m.round(3).tolist(),
        "points_px": part.points_px.round(2).tolist(),
        "visible": part.visible.astype(int).tolist(),
    }


def drivable(
    lanes: Sequence[Lane], points_m: Array, road: NDArray[np.bool_], paint: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Where a car may drive (N,), of world points (N, 2) that are seen on a road's surface or on paint.

    1 is the lane of the carrier, 2 other lanes that go its way, and the roads that it could turn into; 0 is all else,
    lanes of oncoming traffic too. What is road and in no lane is where roads meet; paint may be elsewhere.
    """
    codes = np.where(road, ALTERNATIVE, NOT_DRIVABLE).astype(np.uint8)
    for way, code in _CODES.items():
        for lane in lanes:
            if lane.way == way:
                codes[(lane.inside_m(points_m) >= 0) & (road | paint)] = code
    return codes


# Where lanes cross the later one counts.
_CODES: Mapping[Way, int] = {
    "shoulder": NOT_DRIVABLE,
    "bicycle": NOT_DRIVABLE,
    "oncoming": NOT_DRIVABLE,
    "crossing": ALTERNATIVE,
    "same": ALTERNATIVE,
    "own": DIRECT,
}
