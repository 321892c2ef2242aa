"""The kinds of weather, in the order in which words like "rain+flood" name them: one file each, one line here.

Installed packages add theirs as entry points of the group `longtail.weathers`, each under its own name. They import
`longtail.scenes.weather.kind`, and never this module, which loads them.
"""

from __future__ import annotations

from longtail.plug_ins import with_plug_ins
from longtail.scenes.weather.clear import Clear
from longtail.scenes.weather.clouds import Clouds
from longtail.scenes.weather.dust import Dust
from longtail.scenes.weather.flood import Flood
from longtail.scenes.weather.fog import Fog
from longtail.scenes.weather.hail import Hail
from longtail.scenes.weather.kind import WeatherKind
from longtail.scenes.weather.mist import Mist
from longtail.scenes.weather.overcast import Overcast
from longtail.scenes.weather.rain import Rain
from longtail.scenes.weather.smoke import Smoke
from longtail.scenes.weather.snow import Snow
from longtail.scenes.weather.snow_cover import SnowCover
from longtail.scenes.weather.tornado import Tornado
from longtail.scenes.weather.wind import Wind

_OURS: tuple[type[WeatherKind], ...] = (
    Clear,
    Clouds,
    Overcast,
    Rain,
    Fog,
    Mist,
    Snow,
    SnowCover,
    Hail,
    Dust,
    Smoke,
    Wind,
    Flood,
    Tornado,
)


def checked(name: str, offered: object) -> type[WeatherKind]:
    """A kind of weather that a package offers under `name`. TypeError or ValueError where it is none."""
    if not (isinstance(offered, type) and issubclass(offered, WeatherKind)):
        raise TypeError(f"expected a subclass of longtail.scenes.weather.kind.WeatherKind, got {offered!r}")
    if getattr(offered, "name", None) != name:
        raise ValueError(f"expected the name {name} of its entry point, got {getattr(offered, 'name', None)!r}")
    if strangers := [p.path for p in offered.PARAMETERS if not p.path.startswith(f"weather.{name}.")]:
        raise ValueError(f"expected parameters below weather.{name}., got {', '.join(strangers)}")
    return offered


WEATHERS: dict[str, type[WeatherKind]] = with_plug_ins(
    "longtail.weathers", {kind.name: kind for kind in _OURS}, checked
)

FALLING: tuple[str, ...] = tuple(dict.fromkeys(what for kind in WEATHERS.values() for what in kind.falls))
"""All that any weather lets fall, as labels call it."""
