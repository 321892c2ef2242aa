"""What a config sets and never draws: the run, the camera's build and the renderer."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import ErrorDetails

from longtail.annotate.camera import LENSES
from longtail.annotate.dataset.layers import IMAGE_FORMATS, OUTPUTS
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.config.device_kinds import DEVICE_KINDS
from longtail.scenes.scenarios.render_defaults import USUAL, DenoiseQuality
from longtail.scenes.space.impossible import LensRequest
from longtail.scenes.space.parameters import Parameter
from longtail.scenes.space.space import Space

_DEVICE = re.compile(rf"(auto|{'|'.join(DEVICE_KINDS)})(:[0-9]{{1,4}}(,[0-9]{{1,4}})*)?")

Pixels = Annotated[int, Field(ge=16, le=8192)]


def is_device(text: str) -> bool:
    """Whether it is "auto", one of `DEVICE_KINDS`, or one of these with numbers: "cuda:0,2"."""
    return _DEVICE.fullmatch(text) is not None


class SettingsModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class RunSettings(SettingsModel):
    """`seed` 0..2^63-1; `frames` 1..10 million; `outputs`: which files a frame consists of, in the table's order."""

    seed: int = Field(default=0, ge=0, lt=2**63, description="of all chance; the same seed draws the same frames")
    frames: int = Field(default=100, ge=1, le=10_000_000, description="how many pictures; see also --frames, --shard")
    outputs: tuple[str, ...] = Field(
        default=("coco", "panoptic", "semantic", "depth"),
        description="the labels beside the images, which are always written",
        json_schema_extra={"range": f"some of {', '.join(OUTPUTS)}"},
    )

    @field_validator("outputs", mode="before")
    @classmethod
    def _known_outputs(cls, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not value or not all(isinstance(name, str) for name in value):
            raise ValueError(f"expected a list of some of {', '.join(OUTPUTS)}, got {shown(value)}")
        for name in value:
            if name not in OUTPUTS:
                raise ValueError(f"expected some of {', '.join(OUTPUTS)}, got {shown(name)}{suggestion(name, OUTPUTS)}")
        return tuple(name for name in OUTPUTS if name in value)


class CameraSettings(SettingsModel):
    """`model`: a lens of `annotate.camera`; `size_px`: (width, height), each 16..8192.

    `k_size_px`: the size of the pictures that a camera's matrix is for; None where it is `size_px`.
    """

    model: str = Field(
        default="pinhole", description="the lens; its parameters", json_schema_extra={"range": "|".join(LENSES)}
    )
    size_px: tuple[Pixels, Pixels] = Field(
        default=(960, 540), description="width and height of a picture", json_schema_extra={"range": "16..8192 each"}
    )
    k_size_px: tuple[Pixels, Pixels] | None = Field(
        default=None,
        description="of the pictures that k is for; others show the same with larger or smaller pixels",
        json_schema_extra={"range": "16..8192 each"},
    )

    @property
    def lens_request(self) -> LensRequest:
        return LensRequest(self.model, self.size_px, self.k_size_px)

    def resized(self, size_px: tuple[int, int]) -> CameraSettings:
        """The same camera with other pixels."""
        return self.model_copy(update={"size_px": size_px, "k_size_px": self.k_size_px or self.size_px})

    def to_json(self) -> dict[str, Any]:
        """As a config spells it; without `k_size_px` where there is none, as it was before there was any."""
        return self.model_dump(mode="json", exclude_none=True)

    @field_validator("model", mode="before")
    @classmethod
    def _known_model(cls, value: Any) -> str:
        if not isinstance(value, str) or value not in LENSES:
            raise ValueError(f"expected one of {', '.join(LENSES)}, got {shown(value)}{suggestion(str(value), LENSES)}")
        return value

    @field_validator("size_px", "k_size_px", mode="before")
    @classmethod
    def _pair(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name == "k_size_px":
            return None
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError(f"expected [width, height] in pixels, got {shown(value)}")
        for side in value:
            if type(side) is not int or not 16 <= side <= 8192:
                raise ValueError(f"expected [width, height], each a whole number in 16..8192, got {shown(value)}")
        return tuple(value)


class RenderSettings(SettingsModel):
    """`samples` a pixel, 1..65536; `device` and nothing else here leaves the picture as it is, but for rounding.

    `device`: "auto", one of `DEVICE_KINDS`, or some of a kind's devices by their numbers: "cuda:0,2".
    """

    engine: Literal["cycles", "eevee"] = Field(
        default="cycles", description="path tracing, or rasterising; labels are the same"
    )
    samples: int = Field(default=USUAL.samples, ge=1, le=65536, description="a pixel; more are slower and less grainy")
    device: str = Field(
        default="auto",
        description="what to render on; cuda:0,2 takes some of them",
        json_schema_extra={"range": "|".join(("auto", *DEVICE_KINDS))},
    )
    adaptive: bool = Field(
        default=False, description="spend samples where grain is; a pixel takes as many as samples says at most"
    )
    denoise: bool = Field(default=True, description="take the grain off pictures; labels have none")
    denoise_quality: DenoiseQuality = Field(
        default=USUAL.denoise_quality,
        description="by which network; fitted is used to such scenes, the others are for any picture",
    )
    image_format: str = Field(
        default="png", description="of images/", json_schema_extra={"range": "|".join(IMAGE_FORMATS)}
    )

    @field_validator("device", mode="before")
    @classmethod
    def _known_device(cls, value: Any) -> str:
        if not isinstance(value, str) or not is_device(value):
            known = ("auto", *DEVICE_KINDS)
            raise ValueError(
                f"expected one of {', '.join(known)}, with numbers for some of its devices (cuda:0,2), "
                f"got {shown(value)}{suggestion(str(value), known)}"
            )
        return value

    @field_validator("image_format", mode="before")
    @classmethod
    def _known_format(cls, value: Any) -> str:
        if not isinstance(value, str) or value not in IMAGE_FORMATS:
            close = suggestion(str(value), IMAGE_FORMATS)
            raise ValueError(f"expected one of {', '.join(IMAGE_FORMATS)}, got {shown(value)}{close}")
        return value


class AssetSettings(SettingsModel):
    """`packs`: whether model packs serve beside the procedural assets; `branded`: models of recognisable makes too.

    `models`: which of the user's own serve: all (true), none (false), some by their names, or, as a configuration that
    has been read states them, by name and digest. `library` is the folder that they lie in, on every machine.
    """

    packs: bool = Field(default=True, description="place the model packs' models beside the procedural ones")
    branded: bool = Field(default=True, description="place models of recognisable makes too")
    models: bool | tuple[str, ...] | dict[str, str] = Field(
        default=True,
        description="place models of your own, all of them or some",
        json_schema_extra={"range": "true|false|some of longtail assets list"},
    )
    library: str | None = Field(
        default=None,
        description="folder of your own models, in the place of LONGTAIL_LIBRARY",
        json_schema_extra={"range": "a folder"},
    )

    @field_validator("models", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        names = value if isinstance(value, list | tuple) else []
        if isinstance(value, dict):
            names = [*value, *value.values()]
        if not isinstance(value, bool | list | tuple | dict) or not all(isinstance(name, str) for name in names):
            raise ValueError(f"expected true, false or a list of names of models, got {shown(value)}")
        return tuple(value) if isinstance(value, list) else value

    @field_validator("library", mode="before")
    @classmethod
    def _local(cls, value: Any) -> Any:
        if value is not None and (not isinstance(value, str) or not value or "://" in value):
            raise ValueError(f"expected a folder of this machine, got {shown(value)}")
        return value


class IgnoreSettings(SettingsModel):
    """The thresholds of `annotate.IgnoreRule`, under the same names."""

    min_area_px: int = Field(
        default=IgnoreRule.min_area_px, ge=0, le=1_000_000, description="fewer visible pixels: ignored"
    )
    min_visible_fraction: float = Field(
        default=IgnoreRule.min_visible_fraction, ge=0, le=1, strict=False, description="a smaller visible part: ignored"
    )
    min_transmission: float = Field(
        default=IgnoreRule.min_transmission, ge=0, le=1, strict=False, description="less light through the air: ignored"
    )
    min_contrast: float = Field(
        default=IgnoreRule.min_contrast,
        ge=0,
        le=100,
        strict=False,
        description="less contrast along the outline, in CIELAB: ignored",
    )
    max_lens_fraction: float = Field(
        default=IgnoreRule.max_lens_fraction, ge=0, le=1, strict=False, description="more behind dirt or drops: ignored"
    )

    @property
    def rule(self) -> IgnoreRule:
        return IgnoreRule(**self.model_dump())


class ClipSettings(SettingsModel):
    """A clip: `frames` moments of each scene, `rate_hz` of them a second; 1 is the scene's own moment alone.

    None of them is later than `MOST_S` after the scene's own: by then traffic has come to the town's end.
    """

    MOST_S: ClassVar[float] = 60.0

    frames: int = Field(default=1, ge=1, le=1000, description="moments of each scene, each a picture; 1: no clip")
    rate_hz: float = Field(
        default=10.0, ge=0.1, le=1000, strict=False, description="how many moments of a clip a second has"
    )

    @property
    def moves(self) -> bool:
        """Whether there is a clip at all."""
        return self.frames > 1

    @property
    def times_s(self) -> tuple[float, ...]:
        """Its moments, counted from the scene's own; none without a clip."""
        return tuple(number / self.rate_hz for number in range(self.frames)) if self.moves else ()

    @property
    def duration_s(self) -> float:
        """The last of its moments."""
        return (self.frames - 1) / self.rate_hz

    @model_validator(mode="after")
    def _not_too_long(self) -> Self:
        if self.duration_s > self.MOST_S:
            raise ValueError(
                f"expected at most {self.MOST_S:g} s from the first to the last of its moments, got "
                f"{self.frames} frames at {self.rate_hz:g} Hz, {self.duration_s:g} s"
            )
        return self


NO_CLIP = ClipSettings()


SETTINGS: dict[str, type[SettingsModel]] = {
    "": RunSettings,
    "camera": CameraSettings,
    "clip": ClipSettings,
    "assets": AssetSettings,
    "render": RenderSettings,
    "labels.ignore": IgnoreSettings,
}
"""The models by the prefix of their keys."""


GONE = {
    "lens.pupil_mm": "is no longer drawn: the entrance pupil is the focal length over sensor.f_number, and the lens's "
    "field of view and sensor.width_mm tell the former; leave the key out, or set those",
    "labels.ignored": "is no longer a setting: annotations/instances.json leaves out what no human could annotate, and "
    "instances_all.json beside it has everything; leave the key out",
}
"""Keys that older configs have, and what became of them."""


def setting_range(path: str) -> str:
    """What a setting may be, in a few words: `16..8192 each`, `true|false`, `some of coco, depth`."""
    prefix, name = setting_paths()[path]
    field = SETTINGS[prefix].model_fields[name]
    if isinstance(field.json_schema_extra, dict) and "range" in field.json_schema_extra:
        return str(field.json_schema_extra["range"])
    if field.annotation is bool:
        return "true|false"
    if options := get_args(field.annotation):
        return "|".join(map(str, options))
    ends = {word: getattr(part, word) for part in field.metadata for word in ("ge", "le", "lt") if hasattr(part, word)}
    return f"{ends['ge']}..{ends['le'] if 'le' in ends else ends['lt'] - 1}"


def setting_paths() -> dict[str, tuple[str, str]]:
    """Every setting's dotted path, with the prefix of its model and its field."""
    fields = [(prefix, field) for prefix, model in SETTINGS.items() for field in model.model_fields]
    return {f"{prefix}.{field}".lstrip("."): (prefix, field) for prefix, field in fields}


def parameter_of(space: Space, path: str) -> Parameter:
    """The space's parameter of that path. ValueError: "expected ..., got ..."; settings are told apart."""
    if path in setting_paths():
        raise ValueError(f"expected the path of a parameter, got {path}, which is a setting of the whole run")
    return space.parameter(path)


def complaints(prefix: str, error: ValidationError) -> dict[str, str]:
    """pydantic's findings as "expected ..., got ...", by dotted path."""
    found: dict[str, str] = {}
    for detail in error.errors(include_url=False):
        # What is said of several fields together has no place of its own.
        path = ".".join(part for part in (prefix, *map(str, detail["loc"][:1])) if part)
        found.setdefault(path, _sentence(detail))
    return found


def _sentence(detail: ErrorDetails) -> str:
    message, context, got = detail["msg"], detail.get("ctx", {}), detail["input"]
    if detail["type"] == "value_error":
        return message.removeprefix("Value error, ")
    close = ""
    if detail["type"] == "literal_error":
        options = [option.strip(" '") for option in context["expected"].replace(" or ", ",").split(",")]
        message, close = f"one of {', '.join(options)}", suggestion(str(got), options)
    elif "int" in detail["type"]:
        message = "a whole number"
    elif "bool" in detail["type"]:
        message = "true or false"
    else:
        message = message.removeprefix("Input should be ")
    return f"expected {message}, got {shown(got)}{close}"
