"""The keys of a config: which of them documents set, and what an unknown one may stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from longtail.distributions.grammar import shown, suggestion_of_path
from longtail.scenes.atmosphere.light_presets import light_hint
from longtail.scenes.config.camera_spelling import SPELLINGS, spelled_out
from longtail.scenes.config.leaves import sections_of, walk
from longtail.scenes.config.own_scenario import DIGEST
from longtail.scenes.config.settings import GONE, setting_paths
from longtail.scenes.space.space import Space

JOINT = ("cameras", "lidar", "correlations", "quotas", "require", "sweep", "variants")
"""The keys that are about several parameters, or several pictures, together."""
_OF_NAMES = ("cameras", "lidar")
SCENE = "scene"
"""The key of a scene that is given, not drawn."""
_MOST_HINTS = 8
_SIZES = ("resolution", "size", "width", "height", "width_px", "height_px", "image_size", "image_width", "image_height")
_ELSEWHERE = {
    **dict.fromkeys(_SIZES, "camera.size_px"),
    **dict.fromkeys(("spp", "max_samples", "num_samples"), "render.samples"),
    **dict.fromkeys(("num_frames", "n_frames", "num_images", "count"), "frames"),
    **dict.fromkeys(("gpu", "gpus", "use_gpu"), "render.device"),
}
"""What other tools and their users call a key of ours, where no section of its own says what it is of."""
_PICTURES = ("", "camera", "render", "renderer", "image", "output")
_EVERY_KEY = "; `longtail list scenarios` and `longtail list settings` show every key"


class Leaf(NamedTuple):
    """What one document sets, and that document's name for messages."""

    where: str
    node: Any


def leaves_of(documents: Sequence[tuple[str, Mapping[str, Any]]], space: Space) -> tuple[dict[str, Leaf], list[str]]:
    """Every known leaf that is given, by path, later documents over earlier ones; and what else was found."""
    names = {*space.paths, *setting_paths(), "scenario", DIGEST, SCENE, *JOINT, *SPELLINGS}
    sections = sections_of(names)
    given: list[tuple[str, dict[str, Any]]] = []
    problems: list[str] = []
    for where, document in documents:
        here: dict[str, Any] = {}
        for path, node in walk("", document, names, sections):
            if path in sections - names:
                if node not in (None, {}):
                    inside = sorted(name for name in names if name.startswith(f"{path}."))
                    listed = ", ".join(inside[:4]) + (", ..." if len(inside) > 4 else "")
                    hint = light_hint(node) if path == "lighting" else ""
                    problems.append(f"{where}: {path}: expected a mapping (of {listed}), got {shown(node)}{hint}")
            elif path in GONE:
                problems.append(f"{where}: {path}: {GONE[path]}")
            elif path not in names:
                # Finding what is alike takes a while, and a message shows the first few.
                near = _nearest(path, node, names) if len(problems) < _MOST_HINTS else ""
                problems.append(f"{where}: {path}: expected a known key, got {shown(node)}{near}")
            elif path in here:
                both = f"{shown(here[path])} and {shown(node)}"
                problems.append(f"{where}: {path}: expected one value, got two: {both}")
            else:
                here[path] = node
        given.append((where, here))
    return _laid_over(given, problems), problems


def _laid_over(given: Sequence[tuple[str, Mapping[str, Any]]], problems: list[str]) -> dict[str, Leaf]:
    """Every document's leaves over those before it, with what a camera is spelled with written out."""
    model = next((here["camera.model"] for _, here in reversed(given) if here.get("camera.model")), None)
    sized = any("camera.size_px" in here for _, here in given)
    leaves: dict[str, Leaf] = {}
    for where, here in given:
        nodes, wrong = spelled_out(here, where, model, sized)
        problems += wrong
        leaves |= {path: Leaf(where, node) for path, node in nodes.items()}
    return leaves


def _nearest(path: str, node: Any, names: set[str]) -> str:
    """The known path that a wrong one may stand for: with the same word in it, or spelled like it."""
    if path == "light" and (hint := light_hint(node)):
        return hint
    section, _, word = path.rpartition(".")
    first, _, rest = path.partition(".")
    if first in JOINT:
        # Of cameras and sensors names come first; elsewhere a dotted path is a key.
        names_in = rest.split(".") if first in _OF_NAMES else [rest]
        return f"; did you mean {': {'.join((first, *names_in))}: ...{'}' * len(names_in)}"
    if section in _PICTURES and word in _ELSEWHERE:
        return f"; did you mean {_ELSEWHERE[word]}"
    if section in names:
        return f"; did you mean {section}: {{choice: {{{word}: ...}}}}"
    inside = [name for name in names if name.startswith(f"{section}.") and word and word in name[len(section) :]]
    alike = sorted(inside, key=lambda name: (name.count("."), name))
    if alike:
        return f"; did you mean {alike[0]}"
    by_end = {name.rpartition(".")[2]: name for name in sorted(names, reverse=True)}
    near = suggestion_of_path(path, names)
    if near.startswith("; did you mean "):
        return near
    if word in by_end:
        return f"; did you mean {by_end[word]}"
    return _with_word(word, names) or near or _EVERY_KEY


def _with_word(word: str, names: set[str]) -> str:
    """A path that has a wrong key's word as a part, or one spelled like it: fov, pedestrians."""
    # Of two paths with the part, the shallower one, and of those the first.
    deepest_first = sorted(sorted(names, reverse=True), key=lambda name: -name.count("."))
    parts = {part: name for name in deepest_first for part in name.split(".")}
    close = get_close_matches(word, sorted(parts), n=1, cutoff=0.8)
    holding = [part for part in sorted(parts) if len(word) > 2 and word in part.split("_")]
    found = [*close, *holding]
    return f"; did you mean {parts[found[0]]}" if found else ""
