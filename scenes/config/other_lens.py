"""What a config says of a lens that no camera of it has: it would change nothing, and nobody would be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from longtail.scenes.camera.lenses import PATHS
from longtail.scenes.camera.unread import OF_LENSES, complaint
from longtail.scenes.config.config import Config
from longtail.scenes.config.keys import Leaf

_MODEL = "camera.model"


def of_other_lenses(config: Config, leaves: Mapping[str, Leaf], documents: Sequence[str]) -> list[str]:
    """What is wrong with leaves of lenses that the cameras of `config` do not have, one line for each.

    `documents` are the names of all documents in the order in which they lie over each other. A leaf that stands below
    the document that chooses the lens is none: who takes another lens over a file need not change the file. Nor is one
    that says what is declared, as configs that were written out do.
    """
    models = [config.camera.model, *(mount.lens.request.model for mount in config.mounts if mount.lens is not None)]
    # A rig's mounts may all have lenses of their own; those that say none have the drawn camera's.
    read = {path for model in models for path in PATHS[model]}
    order = {where: place for place, where in enumerate(documents)}
    chosen = order.get(leaves[_MODEL].where, -1) if _MODEL in leaves else -1
    found = []
    for path, leaf in leaves.items():
        if path in read or path not in OF_LENSES or order.get(leaf.where, chosen) < chosen:
            continue
        if config.parameters[path] != config.scenario.space.parameter(path).default:
            found.append(f"{leaf.where}: {path}: {complaint(path, config.camera.model)}")
    for key, path in _together(config):
        if path in OF_LENSES and path not in read:
            where = leaves[key].where if key in leaves else "config"
            found.append(f"{where}: {key}: {path}: {complaint(path, config.camera.model)}")
    return found


def _together(config: Config) -> Iterator[tuple[str, str]]:
    """The keys that speak of several pictures or parameters, with each path that they name."""
    for variant in config.plan.variants:
        yield from (("variants", path) for path in variant.settings)
    yield from (("sweep", axis.path) for axis in config.plan.sweep)
    for correlation in config.correlations:
        yield from (("correlations", path) for path in (correlation.first, correlation.second))
    yield from (("quotas", quota.path) for quota in config.quotas)
