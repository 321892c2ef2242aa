"""What there is to choose from, with units, ranges and defaults: the tables of `longtail list`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from longtail.annotate.camera import LENSES
from longtail.annotate.dataset.layers import LAYERS, OUTPUTS
from longtail.annotate.dataset.point_files import POINT_FORMATS
from longtail.annotate.errors import ConfigError
from longtail.annotate.exporters.table import EXPORTERS, all_exporters
from longtail.annotate.labels.taxonomy import CATEGORIES, VOID
from longtail.distributions import DISTRIBUTIONS, Choice, Distribution
from longtail.distributions.grammar import shown, suggestion, usage_of
from longtail.occurrence import JOINED
from longtail.plug_ins import PlugInError
from longtail.render.importing.loading import load
from longtail.render.watching.say import say
from longtail.scenes.assets import catalogue, families
from longtail.scenes.assets.packs.unused import pack_notes
from longtail.scenes.atmosphere.light_presets import ELEVATION, LIGHT_PRESETS
from longtail.scenes.camera.lenses import PATHS
from longtail.scenes.camera.rigs import RIGS
from longtail.scenes.config.camera_spelling import SPELLINGS
from longtail.scenes.config.keys import JOINT
from longtail.scenes.config.own_models import left_out, models_of, pinned
from longtail.scenes.config.own_scenario import is_file
from longtail.scenes.config.resolving import DEFAULT_SCENARIO
from longtail.scenes.config.settings import SETTINGS, AssetSettings, setting_paths, setting_range
from longtail.scenes.lidar.parameters import PARAMETERS
from longtail.scenes.lidar.presets import PRESETS
from longtail.scenes.scenarios.render_defaults import USUAL
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.table import SCENARIOS
from longtail.scenes.space.parameters import Parameter
from longtail.scenes.weather.combinations import WeatherParameter
from longtail.scenes.weather.table import WEATHERS

# The widest column of a table of parameters.
_WIDEST = 50


def listing(what: str | None) -> str:
    """The text of `longtail list WHAT`; of all tables' names and contents where `what` is None.

    Of a scenario in a file of the user's, which is run, what can be asked of it.
    """
    if what is None:
        return "\n".join(f"longtail list {name:<14} {says}" for name, (says, _) in TABLES.items())
    if is_file(what):
        scenario = load(what).scenario
        return "\n".join([*_of_scenario(scenario), *scenario.notes(most=None)])
    if what not in TABLES:
        raise ConfigError(f"list: expected one of {', '.join(TABLES)}, got {shown(what)}{suggestion(what, TABLES)}")
    return TABLES[what][1]()


def _scenarios() -> str:
    lines = []
    for scenario in SCENARIOS.values():
        lines += [*_of_scenario(scenario), ""]
    return "\n".join([*lines, "What a config sets for the whole run: longtail list settings"])


def _of_scenario(scenario: Scenario) -> list[str]:
    return [f"{scenario.name}: {scenario.summary}", *_parameters(scenario.space.parameters)]


def _parameters(parameters: Iterable[Parameter]) -> list[str]:
    return _rows((p.path, _range(p), _default(p.default), p.doc) for p in parameters)


def _rows(cells: Iterable[tuple[str, str, str, str]]) -> list[str]:
    """Lines of a table of names, ranges, defaults and meanings."""
    rows = list(cells)
    widths = [min(max(len(row[column]) for row in rows), _WIDEST) for column in range(3)]
    lines = []
    for row in rows:
        padded = [f"{cell:<{width}}" for cell, width in zip(row[:3], widths, strict=True)]
        if len(row[2]) <= _WIDEST:
            lines.append(f"  {'  '.join(padded)}  {row[3]}".rstrip())
        else:  # what is longer than its column goes below
            lines += [f"  {padded[0]}  {padded[1]}  {' ' * widths[2]}  {row[3]}".rstrip(), f"      default {row[2]}"]
    return lines


def _range(parameter: Parameter) -> str:
    if isinstance(parameter, WeatherParameter):
        return f"kinds joined by {JOINED}"
    if parameter.choices is not None:
        return "|".join(str(choice).lower() for choice in parameter.choices)
    low, high = parameter.range
    return f"{low:g}..{high:g} {parameter.unit}".strip()


def _default(value: Any) -> str:
    """A value or distribution as a config spells it."""
    node = value.to_json() if isinstance(value, Distribution) else value
    if isinstance(node, Mapping):
        return f"{{{', '.join(f'{key}: {_default(item)}' for key, item in node.items())}}}"
    if isinstance(node, list | tuple):
        return f"[{', '.join(map(_default, node))}]"
    return str(node).lower() if isinstance(node, bool) else str(node)


def _settings() -> str:
    rows = []
    for path, (prefix, name) in setting_paths().items():
        field = SETTINGS[prefix].model_fields[name]
        meaning = field.description or ""
        rows.append((path, setting_range(path), _default(field.default) + _elsewhere(prefix, name), meaning))
    rows += [(path, ends, "none", meaning) for path, (ends, meaning) in SPELLINGS.items()]
    scenario = ("scenario", "|".join(SCENARIOS), DEFAULT_SCENARIO, "whose parameters `longtail list scenarios` shows")
    joint = [f"  {key:<14} {EXAMPLES[key]}" for key in JOINT]
    return "\n".join([*_rows([scenario, *rows]), "", "What is said of several parameters together:", *joint])


def _elsewhere(prefix: str, name: str) -> str:
    """The defaults of scenarios that have another one than most: " (tabletop: high)"."""
    usual = asdict(USUAL)
    if prefix != "render" or name not in usual:
        return ""
    of_each = {scenario.name: asdict(scenario.render)[name] for scenario in SCENARIOS.values()}
    others = [f"{scenario}: {_default(value)}" for scenario, value in of_each.items() if value != usual[name]]
    return f" ({', '.join(others)})" if others else ""


EXAMPLES = {
    "lidar": "{top: spinning_64, front: {preset: solid_state, x_m: 2, z_m: 0.6}}: sensors on what carries the camera",
    "cameras": "{left: {y_m: 0.25}, right: {y_m: -0.25}}: every scene seen from each, or a ready rig, as surround",
    "correlations": "[[weather.rain.rate_mm_h, lighting.cloud_cover, 0.7]]: rank correlations",
    "quotas": "{weather: {flood: 0.1}, lighting.sun_elevation_deg: [{below: -6, share: 0.3}]}: exact shares",
    "require": "[weather.fog.visibility_m < 100 or lighting.sun_elevation_deg > 0]: true in every picture",
    "sweep": "{weather.fog.visibility_m: {from: 20, to: 500, steps: 10, scale: log}}: all else fixed",
    "variants": "[clear+day, fog, rain+night]: every scene in each of them",
}
"""How a config spells its joint keys."""


def _categories() -> str:
    """All categories, with their ids in datasets of each scenario, which number their own."""
    numbered = {name: scenario.taxonomy.ids for name, scenario in SCENARIOS.items()}
    wide = max(len(category.name) for category in CATEGORIES)
    head = f"{'name':<{wide}}  {'kind':<5}  {'supercategory':<13}  {'cityscapes_id':>13}  {'coco_id':>7}"
    lines = [
        f"{c.name:<{wide}}  {'thing' if c.is_thing else 'stuff':<5}  {c.supercategory:<13}  "
        f"{c.cityscapes_id or '-':>13}  {c.coco_id or '-':>7}"
        + "".join(f"  {ids.get(c.name, '-'):>{len(name) + 3}}" for name, ids in numbered.items())
        for c in CATEGORIES
    ]
    scenarios = "".join(f"  {name} id" for name in numbered)
    return "\n".join([head + scenarios, *lines, f"{VOID} is nothing that has a category: void"])


def _lights() -> str:
    """A light is a range of one parameter."""
    lines = [f"  {name:<9} {_default(preset[ELEVATION])}" for name, preset in LIGHT_PRESETS.items()]
    return "\n".join([f"{ELEVATION} of each; a word of `variants`, alone or joined to a weather:", *lines])


def _distributions() -> str:
    lines = []
    for name, kind in DISTRIBUTIONS.items():
        usage = "{choice: {a: 4, b: 1}}" if kind is Choice else usage_of(name)
        says = (kind.__doc__ or "").splitlines()[0].partition(": `")[0]
        lines.append(f"{usage:<34} {says}")
    return "\n".join([*lines, "low: and high: beside any of them that yields numbers cut it off there"])


def _weathers() -> str:
    lines = []
    for weather in WEATHERS.values():
        lines.append(f"{weather.name}: {weather.summary}")
        lines += _parameters(weather.PARAMETERS) if weather.PARAMETERS else []
    return "\n".join(lines)


def _assets() -> str:
    every = AssetSettings()
    for note in (*pack_notes(), *left_out(every)):
        say(note)
    rows = [(asset, family) for family in families() for asset in catalogue((family,)).values()]
    rows += [(model, model.family) for model in models_of(pinned(every, families()))]
    rows.sort(key=lambda row: (row[0].category, row[0].name))
    return "\n".join(
        f"{asset.category:<15} {asset.name:<36} {'x'.join(f'{v:.2f}' for v in asset.size_m):>17} m  "
        f"{asset.credit.licence:<12} {family:<10} {_placed_by(family):<10} {' '.join(sorted(asset.tags))}".rstrip()
        for asset, family in rows
    )


def _placed_by(family: str) -> str:
    """The scenarios that draw from a family, joined by commas; "-" where none does."""
    return ",".join(name for name, scenario in SCENARIOS.items() if family in scenario.families) or "-"


def _cameras() -> str:
    lines = []
    for name, lens in LENSES.items():
        field, *coefficients = PATHS[name]
        bent = ", as the lens bends them" if coefficients else ""
        angle = f"the angle between the rays at the left and the right border{bent}"
        lines.append(f"{name}: {(lens.__doc__ or '').splitlines()[0]}")
        lines.append(f"  {field}: {angle if lens.central else 'from the left to the right border'}")
        lines += [f"  {path}" for path in coefficients]
    lines += ["", "Ready rigs, as cameras: NAME:", *(f"  {name:<18}{rig.summary}" for name, rig in RIGS.items())]
    return "\n".join(lines)


_WITHOUT_FILES = {
    "images": "images (always written)",
    "amodal": "in records and the rows of coco",
    "keypoints": "in records and the rows of coco",
    "lanes": "in records",
    "lidar": "lidar/NAME, for each of the config's sensors",
}


def _outputs() -> str:
    return "\n".join(
        f"{name:<10} {', '.join(LAYERS[layer].folder for layer in layers) or _WITHOUT_FILES[name]}"
        for name, layers in OUTPUTS.items()
    )


def _lidars() -> str:
    presets = [f"  {name:<13} {preset.summary}" for name, preset in PRESETS.items()]
    leaves = [
        (f"lidar.NAME.{leaf.path}", _range(leaf), _default(leaf.default), leaf.doc) for leaf in PARAMETERS.values()
    ]
    words = [
        ("lidar.NAME.format", "|".join(POINT_FORMATS), "npy", "of its files"),
        ("lidar.NAME.elevations_deg", "a list", "the preset's", "of each beam, in the place of beams and two ends"),
    ]
    return "\n".join(
        [
            "Presets, as in lidar: {top: spinning_64} or lidar: {top: {preset: spinning_64, ...}}:",
            *presets,
            "",
            "What may stand beside, with defaults of spinning_64; all but the two last may be drawn:",
            *_rows([*leaves, *words]),
        ]
    )


def _exporters() -> str:
    """Ours also where another package's is broken, which is said."""
    known = EXPORTERS
    try:
        known = all_exporters()
    except PlugInError as error:
        say(f"longtail: {error}")
    width = max(map(len, known))
    return "\n".join(f"{name:<{width}} {exporter.summary}" for name, exporter in known.items())


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "scenarios": ("every parameter with its unit, range and default", _scenarios),
    "settings": ("what a config sets for the whole run: size, labels, renderer, ...", _settings),
    "distributions": ("what a parameter may be drawn from", _distributions),
    "weathers": ("kinds of weather and their parameters", _weathers),
    "lights": ("words for the light, as variants take them", _lights),
    "categories": ("what labels call things: names, and ids in each scenario, Cityscapes and COCO", _categories),
    "assets": ("models that a scene may place, with category, size, licence, family, scenarios and tags", _assets),
    "cameras": ("lenses, and ready rigs", _cameras),
    "outputs": ("labels that can be asked for, and where they lie", _outputs),
    "lidars": ("LiDARs by their presets, and what may be set and drawn of them", _lidars),
    "exporters": ("formats of other tools that `longtail export` writes", _exporters),
}
"""What can be listed: by name, what it says and how it is made."""
