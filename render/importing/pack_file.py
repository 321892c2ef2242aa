"""pack.yaml: what a user states of models of their own, for all of them or one by one. All of it may be left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.assets import families
from longtail.scenes.config.yaml_reader import read_file
from longtail.scenes.geometry.materials import Rgb, srgb

FILE = "pack.yaml"
UNITS = {"m": 1.0, "dm": 0.1, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048}
AXES = ("x", "-x", "y", "-y", "z", "-z")
_NO_MODELS = ("flat", "sky", "weather")
LAMPS = ("head", "tail", "brake", "indicator", "street")

Axis = Literal["x", "-x", "y", "-y", "z", "-z", "+x", "+y", "+z"]
Length = Annotated[float, Field(gt=0, le=1000)]
_Word = Annotated[str, Field(min_length=1, max_length=80)]


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewCategory(_Plain):
    """A category that Longtail does not have; `like` is the one in whose place scenarios put its models."""

    name: str = Field(pattern="^[a-z0-9][a-z0-9 _-]{0,39}$")
    supercategory: str = Field(pattern="^[a-z0-9][a-z0-9 _-]{0,39}$")
    like: str | None = None

    @field_validator("like")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and value not in BY_NAME:
            raise ValueError(
                f"expected a category of `longtail list categories`, got {value}{suggestion(value, BY_NAME)}"
            )
        return value


class Stated(_Plain):
    """What is stated of a model; None where it is left to be guessed.

    `size_m` is its longest side, or length, width and height. Without it `units` says what the file counts in. `up` and
    `front` are axes of the file. `paint` and `emissive` name its materials: those that take colours of `tints`, and
    those that are lamps. `joints` spells numbers or distributions for a robot's, `poses` is how many are kept of it.
    """

    category: str | NewCategory | None = None
    size_m: Length | tuple[Length, Length, Length] | None = None
    units: Literal["m", "dm", "cm", "mm", "in", "ft"] | None = None
    up: Axis | None = None
    front: Axis | None = None
    paint: tuple[_Word, ...] | None = None
    tints: tuple[Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")], ...] | None = None
    emissive: dict[_Word, Literal["head", "tail", "brake", "indicator", "street"]] | None = None
    mass_kg: float | None = Field(default=None, gt=0, le=1e6)
    friction: float | None = Field(default=None, ge=0, le=5)
    tags: tuple[_Word, ...] | None = None
    family: str | None = None
    weight: float | None = Field(default=None, gt=0, le=1e6)
    branded: bool | None = None
    joints: dict[_Word, Any] | None = None
    poses: int | None = Field(default=None, ge=1, le=100)
    licence: str | None = Field(default=None, max_length=200)
    creator: str | None = Field(default=None, max_length=300)
    source: str | None = Field(default=None, max_length=300)

    @field_validator("category")
    @classmethod
    def _known(cls, value: str | NewCategory | None) -> str | NewCategory | None:
        if isinstance(value, str) and value in BY_NAME and BY_NAME[value].supercategory in _NO_MODELS:
            raise ValueError(f"expected a category of things that stand somewhere, got {shown(value)}")
        if isinstance(value, str) and value not in BY_NAME:
            raise ValueError(
                f"expected a category of `longtail list categories`, got {shown(value)}{suggestion(value, BY_NAME)}; a "
                "new one is {name: excavator, supercategory: vehicle}"
            )
        return value

    @field_validator("family")
    @classmethod
    def _there(cls, value: str | None) -> str | None:
        if value is not None and value not in families():
            raise ValueError(
                f"expected one of {', '.join(families())}, got {shown(value)}{suggestion(value, families())}"
            )
        return value

    def over(self, other: Stated) -> Stated:
        """What this states, and where it says nothing what `other` does."""
        return Stated.model_construct(
            **{name: getattr(other, name) if (own := getattr(self, name)) is None else own for name in _FIELDS}
        )

    @property
    def tint_rgbs(self) -> tuple[Rgb, ...] | None:
        """The tints as linear RGB."""
        return None if self.tints is None else tuple(srgb(code) for code in self.tints)


_FIELDS = tuple(Stated.model_fields)


class PackFile(_Plain):
    """A whole file: what the pack is called, what holds for all of its models, and what for those of a name."""

    name: str | None = Field(default=None, pattern="^[a-z0-9][a-z0-9_.-]{0,63}$")
    every: Stated = Stated()
    models: dict[str, Stated] = Field(default_factory=dict)

    def of(self, path: str, stem: str) -> Stated:
        """What is stated of the model at `path` in the pack: by its path, its name, or a pattern of either."""
        found = self.every
        for pattern, stated in self.models.items():
            if pattern in (path, stem) or fnmatchcase(path, pattern) or fnmatchcase(stem, pattern):
                found = stated.over(found)
        return found

    def unmet(self, paths: Collection[tuple[str, str]]) -> list[str]:
        """The names and patterns in `models` that no model has, of (path in the pack, name)."""
        words = {word for pair in paths for word in pair}
        return [name for name in self.models if not any(fnmatchcase(word, name) or word == name for word in words)]


def read_pack_file(path: Path) -> PackFile:
    """The pack.yaml at `path`. ConfigError for whatever is wrong with it, with the key."""
    data = read_file(path)
    if not isinstance(data, Mapping):
        raise ConfigError(f"{path}: expected a mapping of keys to values, got {shown(data)}")
    known = (*_FIELDS, "name", "models")
    for key in data:
        if key not in known:
            raise ConfigError(f"{path}: {shown(key)}: expected one of {', '.join(known)}{suggestion(str(key), known)}")
    every = {key: value for key, value in data.items() if key in _FIELDS}
    try:
        return PackFile.model_validate(
            {"name": data.get("name"), "every": every, "models": data.get("models") or {}}
        )  # fmt: skip
    except ValidationError as error:
        raise ConfigError(f"{path}: {_complaint(error)}") from error


def _complaint(error: ValidationError) -> str:
    # Of a value that may be one of several kinds the error that lies deepest is of the kind that was meant.
    detail: Any = max(
        error.errors(include_url=False), key=lambda found: len(found["loc"]) + ("New" in str(found["loc"]))
    )
    steps = [str(step) for step in detail["loc"] if step != "every" and not str(step).startswith(("tuple", "constr"))]
    where = ".".join(step for step in steps if step not in ("float", "str", "NewCategory", "dict"))
    if detail["type"] == "value_error":
        return f"{where}: {detail['msg'].removeprefix('Value error, ')}"
    if detail["type"] == "extra_forbidden":
        return f"{where}: expected one of {', '.join(_FIELDS)}{suggestion(steps[-1], _FIELDS)}"
    said = detail["msg"].replace("Input should be", "expected")
    return f"{where}: {said}, got {shown(detail['input'])}"
