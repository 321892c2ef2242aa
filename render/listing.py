"""What there is to choose from: scenarios, weathers, assets, cameras, outputs, with units and ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from longtail.annotate.camera import LENSES
from longtail.annotate.errors import ConfigError
from longtail.annotate.layers import LAYERS, OUTPUTS
from longtail.scenes.assets import catalogue
from longtail.scenes.distributions import Distribution
from longtail.scenes.lenses import PATHS
from longtail.scenes.parameters import Parameter
from longtail.scenes.scenarios import SCENARIOS
from longtail.scenes.weather import WEATHERS
from longtail.scenes.weather.combinations import SEPARATOR, WeatherParameter

# The widest column of a table of parameters.
_WIDEST = 50


def listing(what: str | None) -> str:
    """The text of `longtail list WHAT`; of all tables' names where `what` is None."""
    if what is None:
        return "\n".join(f"longtail list {name}" for name in TABLES)
    if what not in TABLES:
        raise ConfigError(f"list: expected one of {', '.join(TABLES)}, got {what!r}")
    return TABLES[what]()


def _scenarios() -> str:
    lines = []
    for scenario in SCENARIOS.values():
        lines += [f"{scenario.name}: {scenario.summary}", *_parameters(scenario.parameters), ""]
    return "\n".join(lines).rstrip()


def _parameters(parameters: Iterable[Parameter]) -> list[str]:
    rows = [(p.path, _range(p), _default(p), p.doc) for p in parameters]
    widths = [min(max(len(row[column]) for row in rows), _WIDEST) for column in range(3)]
    lines = []
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row[:3], widths, strict=True)]
        if len(row[2]) <= _WIDEST:
            lines.append(f"  {'  '.join(cells)}  {row[3]}")
        else:  # what is longer than its column goes below
            lines += [f"  {cells[0]}  {cells[1]}  {' ' * widths[2]}  {row[3]}", f"      default {row[2]}"]
    return lines


def _range(parameter: Parameter) -> str:
    if isinstance(parameter, WeatherParameter):
        return f"kinds joined by {SEPARATOR}"
    if parameter.choices is not None:
        return "|".join(str(choice).lower() for choice in parameter.choices)
    low, high = parameter.range
    return f"{low:g}..{high:g} {parameter.unit}".strip()


def _default(parameter: Parameter) -> str:
    value = parameter.default
    return str(value.to_json() if isinstance(value, Distribution) else value).replace("'", "")


def _weathers() -> str:
    lines = []
    for weather in WEATHERS.values():
        lines.append(f"{weather.name}: {weather.summary}")
        lines += _parameters(weather.PARAMETERS) if weather.PARAMETERS else []
    return "\n".join(lines)


def _assets() -> str:
    rows = sorted(catalogue().values(), key=lambda asset: (asset.category, asset.name))
    return "\n".join(
        f"{asset.category:<15} {asset.name:<36} {'x'.join(f'{v:.2f}' for v in asset.size_m):>17} m  "
        f"{asset.credit.licence:<12} {' '.join(sorted(asset.tags))}"
        for asset in rows
    )


def _cameras() -> str:
    lines = []
    for name, lens in LENSES.items():
        field, *coefficients = PATHS[name]
        bent = ", as the lens bends them" if coefficients else ""
        lines.append(f"{name}: {(lens.__doc__ or '').splitlines()[0]}")
        lines.append(f"  {field}: the angle between the rays at the left and the right border{bent}")
        lines += [f"  {path}" for path in coefficients]
    return "\n".join(lines)


def _outputs() -> str:
    return "\n".join(
        f"{name:<9} {', '.join(LAYERS[layer].folder for layer in layers) or 'images (always written)'}"
        for name, layers in OUTPUTS.items()
    )


TABLES: dict[str, Callable[[], str]] = {
    "scenarios": _scenarios,
    "weathers": _weathers,
    "assets": _assets,
    "cameras": _cameras,
    "outputs": _outputs,
}
