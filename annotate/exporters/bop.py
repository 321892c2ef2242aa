"""BOP: poses of objects in the pictures of a camera, as the benchmark of 6D object pose estimation has them.

The format: https://github.com/thodan/bop_toolkit/blob/master/docs/bop_datasets_format.md. Translations are millimetres,
matrices are written row by row, and a model's frame has its origin in the middle of its 3D box. The camera's frame and
matrix are OpenCV's, whose principal point counts from the centre of the first pixel. Depth is the dataset's own PNG, a
step of which is `depth_scale` mm. `obj_id` numbers the assets in the order of their names; models/models_info.json has
each with its box, and `name`, which other readers leave alone.

Scenes of BOP hold up to 1,000 pictures each, as in its own rendered training sets, and an image's id is the frame's
index. A `mask_visib` is what is seen of an object, a `mask` its silhouette in the picture with nothing in front, where
the dataset has silhouettes. Whole ones, whose boxes and pixels scene_gt_info.json has, end where BOP's own tools end
them: one picture beyond each border. There are no meshes: see `lacks`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.dataset.encoders import DEPTH_STEP_M, encode_mask8
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Said, Taken
from longtail.annotate.exporters.growing import GrowingJson, document
from longtail.annotate.exporters.pictures import picture_as
from longtail.annotate.exporters.pinhole import camera_matrix
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.instances import Visibility
from longtail.annotate.labels.occlusion import Amodal
from longtail.annotate.wording import counted, listed

_FRAMES_A_SCENE = 1000
_MM = 1000.0
_NOT_SEEN = [-1, -1, -1, -1]
_SAME_M = 1e-5
_WITHOUT = (
    "The dataset was rendered without the output amodal: there is no mask/, bbox_obj is that of the projected 3D box, "
    "and px_count_all counts what is in the picture"
)


def _files(selection: Selection) -> Iterator[Output]:
    ids = {name: number for number, name in enumerate(sorted(credit.name for credit in selection.info.assets), 1)}
    scenes: dict[str, _Scene] = {}
    models: dict[str, _Model] = {}
    targets = GrowingJson("test_targets_bop19.json")
    if "amodal" not in selection.info.outputs:
        yield Said(_WITHOUT)
    yield targets.begin()
    counts = dict.fromkeys(selection.splits.names, 0)
    for number, sample in enumerate(selection.samples()):
        if number == 0:
            yield Made("camera.json", document(_sensor(sample)))
        place, counts[sample.split] = counts[sample.split] // _FRAMES_A_SCENE, counts[sample.split] + 1
        scene = scenes.get(sample.split)
        if scene is None or scene.number != place:
            if scene is not None:
                yield from scene.end()
            scene = scenes[sample.split] = _Scene(sample.split, place)
            yield from scene.begin()
        shown = _shown(selection, sample)
        for item in shown:
            ids.setdefault(item.asset, len(ids) + 1)
            models.setdefault(item.asset, _Model(item.box_size_m)).add(item.box_size_m)
        yield from scene.add(sample, shown, ids)
        if sample.split == "test":
            for row in _targets(sample, shown, ids, place):
                yield targets.row(row)
    for scene in scenes.values():
        yield from scene.end()
    yield targets.end()
    about = {str(ids[name]): model.about(name) for name, model in sorted(models.items())}
    yield Made("models/models_info.json", document(about))
    if changing := [name for name, model in sorted(models.items()) if model.changes]:
        yield Said(
            f"{counted(len(changing), 'model')} with other shapes from moment to moment, which BOP's are not "
            f"({listed(changing, most=3)}): models_info.json has each one's box of the first picture, and poses are "
            "those of each moment's own box"
        )


def _shown(selection: Selection, sample: Sample) -> list[SceneObject]:
    """The things whose silhouette is in the picture, whether it is seen or hidden."""
    seen = sample.record.visibility
    things = [item for item in sample.record.objects if selection.taxonomy[item.category].is_thing]
    return [item for item in things if seen[item.id].amodal_px]


class _Scene:
    """The files of one scene of BOP, in the making."""

    def __init__(self, split: str, number: int) -> None:
        self.number = number
        self._folder = f"{split}/{number:06d}"
        self._cameras, self._poses, self._seen = (
            GrowingJson(f"{self._folder}/{name}.json", "{", "}\n")
            for name in ("scene_camera", "scene_gt", "scene_gt_info")
        )

    def begin(self) -> Iterator[Output]:
        yield from (one.begin() for one in (self._cameras, self._poses, self._seen))

    def end(self) -> Iterator[Output]:
        yield from (one.end() for one in (self._cameras, self._poses, self._seen))

    def add(self, sample: Sample, shown: list[SceneObject], ids: dict[str, int]) -> Iterator[Output]:
        key, name = str(sample.index), f"{sample.index:06d}"
        ending = "jpg" if sample.source.endswith(".jpg") else "png"
        yield picture_as(sample, ending, f"{self._folder}/rgb/{name}.{ending}")
        yield Taken(f"{self._folder}/depth/{name}.png", sample.path("depth"))
        owners, depth = sample.read("instance"), sample.read("depth")
        valid = dict(enumerate(np.bincount(owners[np.isfinite(depth)].ravel(), minlength=1).tolist()))
        seen, amodal = sample.record.visibility, sample.record.amodal
        for place, item in enumerate(shown):
            yield self._mask("mask_visib", f"{name}_{place:06d}", owners == item.id)
            if item.id in amodal:
                whole = amodal[item.id].silhouette.in_picture(*sample.record.camera.size_px)
                valid[item.id] = np.count_nonzero(whole & np.isfinite(depth))
                yield self._mask("mask", f"{name}_{place:06d}", whole)
        boxes = {thing.id: list(thing.bbox) for thing in sample.record.instances}
        camera_from_world = sample.record.camera.world_from_camera.inverse().matrix
        yield self._cameras.entry(key, _camera(sample, camera_from_world))
        yield self._poses.entry(key, [_pose(item, camera_from_world, ids[item.asset]) for item in shown])
        yield self._seen.entry(
            key,
            [_info(seen[i.id], amodal.get(i.id), boxes.get(i.id), valid.get(i.id, 0)) for i in shown],
        )

    def _mask(self, folder: str, name: str, mask: NDArray[np.bool_]) -> Made:
        return Made(f"{self._folder}/{folder}/{name}.png", encode_mask8(mask.astype(np.uint8) * np.uint8(255)))


def _camera(sample: Sample, camera_from_world: Matrix) -> dict[str, Any]:
    return {
        "cam_K": camera_matrix(sample, "bop").ravel().tolist(),
        "depth_scale": DEPTH_STEP_M * _MM,
        "cam_R_w2c": camera_from_world[:3, :3].ravel().tolist(),
        "cam_t_w2c": (camera_from_world[:3, 3] * _MM).tolist(),
    }


def _sensor(sample: Sample) -> dict[str, Any]:
    """camera.json: the first picture's camera. Those of the others may differ; scene_camera.json has each."""
    matrix = camera_matrix(sample, "bop")
    width, height = sample.record.camera.size_px
    return {
        "cx": matrix[0, 2],
        "cy": matrix[1, 2],
        "fx": matrix[0, 0],
        "fy": matrix[1, 1],
        "depth_scale": DEPTH_STEP_M * _MM,
        "width": width,
        "height": height,
    }


def _pose(item: SceneObject, camera_from_world: Matrix, number: int) -> dict[str, Any]:
    camera_from_object = camera_from_world @ item.world_from_object.matrix
    middle = camera_from_object[:3, :3] @ np.asarray(item.box_centre_m) + camera_from_object[:3, 3]
    return {
        "cam_R_m2c": camera_from_object[:3, :3].ravel().tolist(),
        "cam_t_m2c": (middle * _MM).tolist(),
        "obj_id": number,
    }


def _info(seen: Visibility, amodal: Amodal | None, box: list[int] | None, valid_px: int) -> dict[str, Any]:
    """By BOP's own tools, all but what is seen speaks of the whole silhouette, also beyond the picture.

    Without one, it speaks of what is in the picture, and the box is that of the projected 3D box.
    """
    if amodal is not None:
        whole, area = list(amodal.bbox), amodal.area
    else:
        whole = _NOT_SEEN if seen.projected_box_px is None else _whole(seen.projected_box_px)
        area = seen.amodal_px or 0
    return {
        "bbox_obj": whole,
        "bbox_visib": box or _NOT_SEEN,
        "px_count_all": area,
        "px_count_valid": valid_px,
        "px_count_visib": seen.visible_px,
        "visib_fract": seen.visible_px / area if area else 0.0,
    }


def _whole(box: tuple[float, float, float, float]) -> list[int]:
    """The whole pixels that a box touches."""
    x, y, width, height = box
    left, top = math.floor(x), math.floor(y)
    return [left, top, math.ceil(x + width) - left, math.ceil(y + height) - top]


@dataclass
class _Model:
    """The box around an asset in the first picture of it, and whether it has another one in others."""

    size_m: tuple[float, float, float]
    changes: bool = False

    def add(self, size_m: tuple[float, float, float]) -> None:
        """One more picture of it."""
        self.changes |= not np.allclose(size_m, self.size_m, rtol=0.0, atol=_SAME_M)

    def about(self, name: str) -> dict[str, Any]:
        """Its entry, whose diameter is the diagonal, as it can be no more."""
        size = np.asarray(self.size_m) * _MM
        low = {f"min_{axis}": float(-side / 2) for axis, side in zip("xyz", size, strict=True)}
        sides = {f"size_{axis}": float(side) for axis, side in zip("xyz", size, strict=True)}
        return {"diameter": float(np.linalg.norm(size)), **low, **sides, "name": name}


def _targets(sample: Sample, shown: list[SceneObject], ids: dict[str, int], scene: int) -> Iterator[dict[str, int]]:
    """What is to be found in a test picture: what counts there."""
    counting = {thing.id for thing in sample.things}
    numbers = [ids[item.asset] for item in shown if item.id in counting]
    for number in sorted(set(numbers)):
        yield {"im_id": sample.index, "inst_count": numbers.count(number), "obj_id": number, "scene_id": scene}


BOP = Exporter(
    "bop",
    "BOP: 6D poses, depth, masks of what is seen and of the whole",
    _files,
    "meshes of the models, whose licences and files are the asset packs' (models_info.json has their boxes); stuff; "
    "lenses that bend lines",
    ("instance", "depth"),
)
