"""How bright the pictures of a clip are taken: a camera's control follows what its meter reads, without a jump.

The meter reads at moments half a second apart, and the exposure goes evenly from one reading to the next as soon as
that is there: half a second behind the light, as cameras lag. Which readings a picture goes by follows from its place
in the clip. Who makes it without them, in another worker, another shard or after a crash, renders their moments first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from longtail.render.frame.one_camera import seen_from
from longtail.render.picture.photograph import metered_ev100
from longtail.render.view.exposing import BuiltT, Exposed, Renderer, expose
from longtail.scenes.assets.asset import Asset
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.chance import Chance
from longtail.scenes.drawing.plan import Plan
from longtail.scenes.drawing.videos import video_frame
from longtail.scenes.moment import scene_at
from longtail.scenes.scene import Scene

READS_EVERY_S = 0.5
"""How far apart readings are, and how long a change takes (our estimate: controls settle within some tenths of a second
to seconds)."""
# Between moments further apart than this a control has settled: each picture is metered by itself.
_SETTLES_S = 1.0
_KNOWN = 64


@dataclass(frozen=True)
class Control:
    """The frames whose readings the exposure of one lies between, and how far from the earlier to the later (0..1)."""

    earlier: int
    later: int
    share: float

    @property
    def frames(self) -> tuple[int, ...]:
        """Those that are needed."""
        return (self.earlier,) if self.earlier == self.later or not self.share else (self.earlier, self.later)


def control_of(plan: Plan, frame: int) -> Control | None:
    """How the exposure of a frame follows from readings; None where it is metered by itself.

    Examples:
        At 10 Hz every fifth picture is read. The first five have its exposure, and from the sixth on it goes to that
        of the sixth, which the eleventh has:

        >>> plan = Plan(times_s=tuple(number / 10 for number in range(20)))
        >>> control_of(plan, 4), control_of(plan, 7)
        (Control(earlier=0, later=0, share=0.8), Control(earlier=0, later=5, share=0.4))
        >>> control_of(plan, 10).frames
        (5,)
    """
    video = video_frame(plan, frame)
    if video is None:
        return None
    step_s = plan.times_s[1] - plan.times_s[0]
    if step_s > _SETTLES_S:
        return None
    every, cameras = max(1, round(READS_EVERY_S / step_s)), max(1, len(plan.cameras))
    period, since = divmod(video.frame_id, every)
    later = frame - since * cameras
    return Control(later - every * cameras if period else later, later, since / every)


Key = tuple[str, int, int, int]


class Readings:
    """What the meter read of the last frames, by who rendered them."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[object, OrderedDict[Key, float]] = WeakKeyDictionary()

    def get(self, renderer: object, key: Key) -> float | None:
        own = self._known.get(renderer)
        return None if own is None else own.get(key)

    def keep(self, renderer: object, key: Key, ev100: float) -> None:
        own = self._known.setdefault(renderer, OrderedDict())
        own[key] = ev100
        if len(own) > _KNOWN:
            own.popitem(last=False)


_readings = Readings()


def controlled_ev100(
    renderer: Renderer[BuiltT], config: Config, index: int, whole: Scene, assets: Mapping[str, Asset], draw: int
) -> float | None:
    """The EV100 that a clip's camera has come to in frame `index`; None where its picture is metered by itself.

    `whole` is its scene with all cameras, drawn `draw` times in vain before. Moments whose readings are not known are
    rendered, after which the scene stays built.
    """
    control = control_of(config.plan, index)
    # A clip begins with what is read in its first picture itself.
    if control is None or index in control.frames or not _is_automatic(config, whole):
        return None
    read = {frame: _read(renderer, config, frame, whole, assets, draw) for frame in control.frames}
    earlier = read[control.earlier]
    return earlier + control.share * (read.get(control.later, earlier) - earlier)


def note_reading(renderer: object, config: Config, index: int, exposed: Exposed, scene: Scene, draw: int) -> bool:
    """Keep what the meter reads in frame `index` where others may go by it; `scene` is as its one camera has it."""
    control = control_of(config.plan, index)
    if control is None or control.later != index or not _is_automatic(config, scene):
        return False
    _readings.keep(renderer, _key(config, index, draw), metered_ev100(exposed, scene))
    return True


def _read(
    renderer: Renderer[BuiltT], config: Config, index: int, whole: Scene, assets: Mapping[str, Asset], draw: int
) -> float:
    key = _key(config, index, draw)
    found = _readings.get(renderer, key)
    if found is None:
        picture = config.plan.picture(index)
        then = replace(scene_at(whole, picture.time_s), lidars={})
        scene = seen_from(then, picture.camera)
        noise = Chance(config.seed, picture).path_tracing
        found = metered_ev100(expose(renderer, then, scene.camera, assets, noise, keep=True), scene)
        _readings.keep(renderer, key, found)
    return found


def _is_automatic(config: Config, scene: Scene) -> bool:
    return config.given is None and scene.sensor.exposure != "manual"


def _key(config: Config, index: int, draw: int) -> Key:
    return config.digest, config.seed, index, draw
