"""Configurations as commands load them: a .blend that is named as a scenario is read in a process of its own."""

from __future__ import annotations

from functools import partial

from longtail.render.importing.places import read_place
from longtail.scenes.config import loading

load = partial(loading.load, read_place=read_place)
"""`scenes.config.loading.load`, for a .blend, too."""

load_scene = partial(loading.load_scene, read_place=read_place)
"""`scenes.config.loading.load_scene`, for scenes of a .blend, too."""
