"""What an asset is: a thing with a name, a category, a size, a licence and, when it is procedural, a mesh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from longtail.annotate.labels.joints import Joints
from longtail.annotate.labels.links import Link
from longtail.distributions.scalar import Scalar
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.lamps.kinds import Circuit, LampKind
from longtail.scenes.moving.cranks import Cranks
from longtail.scenes.moving.forks import Fork

Vector = tuple[float, float, float]
Phase = Literal["red", "yellow", "green"]


@dataclass(frozen=True)
class Credit:
    """Whom to thank and under which terms; recorded in dataset.json for every asset that a dataset shows."""

    creator: str
    licence: str
    source: str


LONGTAIL = Credit("Longtail contributors", "Apache-2.0", "procedural, made by Longtail")


@dataclass(frozen=True)
class Lamp:
    """A light source in the frame of what it is on: an asset, a vehicle, the world. It shines along `aim`."""

    kind: LampKind
    position_m: Vector
    aim: Vector


@dataclass(frozen=True)
class Asset:
    """Something that can be placed.

    Asset frame: origin on the ground in the middle of the footprint, X forward (a building's street side, a sign's
    face), Y left, Z up. `size_m` is (length X, width Y, height Z). `tags` tell placement what the asset can do:
    "driving", "parked", "standing", "walking", "sitting", "child", ... `tints` are the colours (linear RGB) that its
    tinted materials may take; empty where none are tinted. `footprint_m` is the (length X, width Y) of what stands on
    the ground where that is less than `size_m`: a tree's trunk, a sign's post. `size_m` is without what is attached.
    `branded` marks models of a recognisable make.

    Attributes:
        weight: how often it is chosen among assets that serve alike, beside 1 for a procedural one
        rides: the name of the asset that a rider sits on, whose frame it shares
        phase: what a traffic light shows; those of one kind have equal tags
        species: what the plants of one avenue have in common; "" is a kind of its own
        attached: what stands with it, in its frame, each as an object of its own: the post of a sign, a second plate
        carries: whether it is attached as what the other stands on: a post, a mast, the stakes of a tree
        attributes: what labels say of it beside its category: the state of a traffic light, the text of a sign,
            a person's age group
        circuit: what the lamps that show its `state` hang on
        serves: the category in whose place it is put where that is not its own: an excavator may drive as vans do
        shape: the same model in another size, whose mesh it shows, longer, wider and higher as `size_m` says; None of
            all whose mesh is their own
    """

    name: str
    category: str
    size_m: Vector
    credit: Credit = LONGTAIL
    tags: frozenset[str] = frozenset()
    tints: tuple[Vector, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    branded: bool = False
    footprint_m: tuple[float, float] | None = None
    weight: float = 1.0
    rides: str = ""
    phase: Phase | None = None
    species: str = ""
    attached: tuple[Asset, ...] = field(default=(), compare=False, repr=False)
    carries: bool = field(default=False, compare=False)
    attributes: Mapping[str, Scalar] = field(default_factory=dict, compare=False)
    circuit: Circuit = field(default="always", compare=False)
    serves: str = ""
    shape: Asset | None = field(default=None, compare=False, repr=False)

    def joints(self) -> Joints:
        """Where a person's joints are in the asset frame; none where nobody knows."""
        return ()

    def links(self) -> tuple[Link, ...]:
        """The links of a robot with their frames in the asset's; none of all else."""
        return ()


def each_of(assets: Iterable[Asset]) -> Iterator[Asset]:
    """The assets, each with what is attached to it after it."""
    for asset in assets:
        yield asset
        yield from asset.attached


@dataclass(frozen=True)
class Procedural(Asset):
    """An asset whose mesh is computed by `recipe()`: a pure function of nothing but its own constants.

    So is `skeleton()`, the joints of a person, of the same pose. `gait`, of who can walk, gives the mesh and the joints
    at a share (0..1) of two steps; 0 is the left foot's heel strike, `stride_m` the way that the two steps make,
    and `strides_s` how many such a second are usual. Where one can come to a stand `stand_phase` says at which share,
    and `gait` takes as a second argument how far one has settled (0..1). Of who rides a bicycle the share is that of a
    turn of the cranks, and `stride_m` the way of one; `cranks` are those of a bicycle. `fork` is that of a two-wheeler,
    and of who holds its bar; `gait` of these takes as a third argument how far the bar is turned to the left, and
    `holds` gives the mesh and the joints of who has no gait by that angle.
    """

    recipe: Callable[[], Mesh] = field(kw_only=True, compare=False, repr=False)
    skeleton: Callable[[], Joints] | None = field(default=None, kw_only=True, compare=False, repr=False)
    gait: Callable[..., tuple[Mesh, Joints]] | None = field(default=None, kw_only=True, compare=False, repr=False)
    stride_m: float = field(default=0.0, kw_only=True, compare=False, repr=False)
    strides_s: float = field(default=0.0, kw_only=True, compare=False, repr=False)
    stand_phase: float | None = field(default=None, kw_only=True, compare=False, repr=False)
    cranks: Cranks | None = field(default=None, kw_only=True, compare=False, repr=False)
    fork: Fork | None = field(default=None, kw_only=True, compare=False, repr=False)
    holds: Callable[[float], tuple[Mesh, Joints]] | None = field(default=None, kw_only=True, compare=False, repr=False)

    @classmethod
    def measured(cls, name: str, category: str, recipe: Callable[[], Mesh], **others: Any) -> Procedural:
        """An asset of the size that its mesh has, which is computed for that at once.

        Ours state their sizes, which tests compare with the meshes: to compute all of them takes some 6 s of a CPU.
        """
        low, high = recipe().bounds_m
        size = (float(high[0] - low[0]), float(high[1] - low[1]), float(high[2] - low[2]))
        return cls(name, category, size, recipe=recipe, **others)

    def mesh(self) -> Mesh:
        """The mesh in the asset frame; computed once per process."""
        return _mesh(self)

    def joints(self) -> Joints:
        """Computed once per process."""
        return _joints(self)


def posture_of(asset: Asset, phase: float | None, settled: float, bar_rad: float = 0.0) -> tuple[Mesh, Joints] | None:
    """The mesh and the joints of who walks or pedals at a phase, or holds a bar that is turned; None of all else."""
    if not isinstance(asset, Procedural):
        return None
    if asset.gait is None or phase is None:
        return asset.holds(bar_rad) if asset.holds is not None else None
    if bar_rad:
        return asset.gait(phase, settled, bar_rad)
    return asset.gait(phase, settled) if settled else asset.gait(phase)


def fork_of(asset: Asset) -> Fork | None:
    """The fork of a two-wheeler, or of that on which somebody rides; None where none is known."""
    return asset.fork if isinstance(asset, Procedural) else None


def cranks_of(asset: Asset) -> Cranks | None:
    """The cranks of an asset; None of what has none, or none that are known."""
    return asset.cranks if isinstance(asset, Procedural) else None


@lru_cache(maxsize=512)
def _mesh(asset: Procedural) -> Mesh:
    return asset.recipe()


@lru_cache(maxsize=4096)
def _joints(asset: Procedural) -> Joints:
    return asset.skeleton() if asset.skeleton is not None else ()


def forget_meshes() -> None:
    """Compute meshes and joints anew from here on: an asset that is told in the same words may have another recipe."""
    _mesh.cache_clear()
    _joints.cache_clear()
