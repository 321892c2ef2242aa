"""A scenario: a world with its loose ends. One draw of its space becomes a scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from longtail.annotate.camera import Lens
from longtail.annotate.labels.taxonomy import CATEGORIES, Taxonomy
from longtail.annotate.wording import counted
from longtail.scenes.assets import categories_of
from longtail.scenes.assets.asset import Asset, each_of
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.scenarios.code_file import CodeFile
from longtail.scenes.scenarios.own_place.place_file import PlaceFile
from longtail.scenes.scenarios.render_defaults import USUAL, RenderDefaults
from longtail.scenes.scene import Ground, Scene
from longtail.scenes.space.impossible import Impossible
from longtail.scenes.space.space import Space


@dataclass(frozen=True, eq=False)
class Scenario:
    """What can vary, which rules bind it, and how a draw becomes a scene.

    `compose` is a pure function of a draw, the lens and the catalogue of assets. It places things by `Draw.placing` and
    takes weather and light from `Draw.values`, so that nothing moves between the variants of a scene. `impossible` are
    the kinds of scenes that no renderer could show, which a run is refused for before it begins.

    Attributes:
        families: names of the families of assets that its scenes draw from: they alone are offered to `compose`
        places: the categories that it places of these, where it leaves others out; () where it may place any
        assets: of its own, which are offered after these
        scenery: categories of what a scene shows that is no asset: pieces of ground, sky, water
        background: the one of them that is where a ray meets nothing: the sky outdoors
        grounds: what its scenes may stand on, for scenes that are read from files
        has_carrier: whether its scenes have one, on which a rig's mounts may be
        expected_objects: about how many objects the scene of a draw has, for a scenario that takes long to compose
            one; without it a few scenes are composed and counted before a run
        animate: sets a scene in motion for so many seconds; None where nothing can move
        file: the user's file that it is from; None for what is installed
        render: what its pictures need of the renderer where a config says nothing
    """

    name: str
    summary: str
    space: Space
    compose: Callable[[Draw, Lens, Mapping[str, Asset]], Scene]
    impossible: tuple[Impossible, ...] = ()
    families: tuple[str, ...] = ()
    scenery: tuple[str, ...] = ()
    background: str = "sky"
    grounds: tuple[type[Ground], ...] = ()
    expected_objects: Callable[[Draw], float] | None = None
    has_carrier: bool = False
    animate: Callable[[Scene, Draw, Mapping[str, Asset], float], Scene] | None = None
    assets: tuple[Asset, ...] = ()
    file: CodeFile | PlaceFile | None = None
    places: tuple[str, ...] = ()
    render: RenderDefaults = USUAL

    def notes(self, most: int | None = 12) -> list[str]:
        """What of a .blend of the user's its frames show otherwise than its own renders, a line each; of more than
        `most` the first, and how many there are."""
        if not isinstance(self.file, PlaceFile):
            return []
        notes = [f"{self.file.path}: {note}" for note in self.file.place.notes]
        if most is None or len(notes) <= most:
            return notes
        rest = counted(len(notes) - most, "more note")
        return [*notes[:most], f"{self.file.path}: {rest}; longtail list {self.file.path} has all of them"]

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The names of all categories that its frames may show, in the order of the table of all."""
        own = (asset.category for asset in each_of(self.assets))
        shown = {*(self.places or categories_of(self.families)), *own, *self.scenery}
        return tuple(category.name for category in CATEGORIES if category.name in shown)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """What its datasets call things: of its categories, things are 1 to K, and stuff goes on from there."""
        return Taxonomy.of(self.categories, self.background)
