"""Scenes drawn again until what their first picture shows is as `require` wants it.

Which draw of a scene is shown follows from the config, the seed and the scene's number alone: its first picture
decides for all of them. Whoever makes a later one without it, in another worker, another shard or after a crash, looks
at the first one's labels again, and takes its picture only where the labels leave it open.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from longtail.annotate.choosing.record_values import RecordValues
from longtail.annotate.errors import RenderError
from longtail.render.frame.ahead import DrawnAhead
from longtail.render.frame.taking import Latent, Taken, glimpse, take
from longtail.render.view.exposing import BuiltT, Renderer
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import taxonomy_of
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.sampling import FIRST_DRAW, Again
from longtail.statements.bounding import surely_holds
from longtail.statements.evaluating import holds

DRAWS = 50
"""How many draws of a scene are looked at. Of what one draw in ten shows, one scene in 200 finds none."""
_KNOWN = 64


def redrawn_note(config: Config) -> str | None:
    """A line where nobody can know before how much there is to be rendered."""
    if not config.require_seen:
        return None
    return (
        f"require: {config.require_seen[0]!r} is decided by labels: how many draws of a scene are rendered before one "
        f"holds ({DRAWS} at most) is not known before, and no estimate has it"
    )


class Decided:
    """Which draw each of the last scenes shows; a scene that has none is known by the error that says so."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int, int], Again | str] = OrderedDict()

    def get(self, config: Config, scene: int) -> Again | None:
        """RenderError where it is known that there is none."""
        found = self._known.get((config.digest, config.seed, scene))
        if isinstance(found, str):
            raise RenderError(found)
        return found

    def keep(self, config: Config, scene: int, found: Again | str) -> None:
        self._known[config.digest, config.seed, scene] = found
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)


_decided = Decided()


def take_as_required(
    renderer: Renderer[BuiltT],
    config: Config,
    index: int,
    assets: Mapping[str, Asset],
    *,
    keep: bool,
    ahead: DrawnAhead | None = None,
) -> Latent | Taken:
    """Frame `index`, of the first draw of its scene that `require` lets pass. Its scene stays built with `keep`.

    It is developed where `require` asks for the picture. `ahead` has the scenes where labels decide nothing.

    RenderError where it lets none of `DRAWS` pass.
    """
    if config.given is not None or not config.require_seen:
        return take(renderer, config, index, assets, keep=keep, ahead=ahead)
    scene, first = config.plan.picture(index).scene, config.plan.picture(index).siblings[0]
    again = _decided.get(config, scene)
    if again is None:
        again, taken = _drawn_until(renderer, config, first, assets, keep=keep or first != index)
        if taken is not None and first == index:
            return taken
    return take(renderer, config, index, assets, again, keep=keep)


def _drawn_until(
    renderer: Renderer[BuiltT],
    config: Config,
    first: int,
    assets: Mapping[str, Asset],
    *,
    keep: bool,
) -> tuple[Again, Taken | None]:
    """The draw that the first picture of a scene lets pass, and the picture, where it was taken."""
    scene, rejected = config.plan.picture(first).scene, dict[str, int]()
    again = FIRST_DRAW
    for times in range(DRAWS):
        again = Again(times, dict(rejected))
        failed, sure = _by_labels(renderer, config, first, assets, again)
        taken = None
        if not failed and not sure:
            taken = take(renderer, config, first, assets, again, keep=keep).develop()
            failed = _by_picture(config, taken)
        if not failed:
            _decided.keep(config, scene, again)
            return again, taken
        rejected[failed] = rejected.get(failed, 0) + 1
    renderer.clear()
    text, count = max(rejected.items(), key=lambda item: item[1])
    message = (
        f"require: {text!r} {f'rejected {count} of' if count < DRAWS else 'held in none of'} {DRAWS} draws of scene "
        f"{scene}, none of which passed; weaken it, or ask for scenes that show it more often (quotas, counts, weights)"
    )
    _decided.keep(config, scene, message)
    raise RenderError(message)


def _by_labels(
    renderer: Renderer[BuiltT], config: Config, first: int, assets: Mapping[str, Asset], again: Again
) -> tuple[str, bool]:
    """The first statement that is false whatever the picture is, "" for none; and whether all hold whatever it is."""
    seen = glimpse(renderer, config, first, assets, again)
    values = RecordValues(seen, taxonomy_of(config.scenario, assets), pictured=False)
    sure = True
    for statement in config.require_seen:
        truth = surely_holds(statement, values)
        if truth is False:
            return statement, False
        sure = sure and truth is True
    return "", sure


def _by_picture(config: Config, taken: Taken) -> str:
    """The first statement that is false of a frame; "" where all hold."""
    values = RecordValues(taken.record({}, None), taken.frame.taxonomy)
    return next((statement for statement in config.require_seen if not holds(statement, values)), "")
