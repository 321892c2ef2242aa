"""Weights that come out as they were meant, whatever rules of the world and other choices make of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from longtail.render.balancing.moves import Move
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.sampling import draw

_ROUNDS, _MOST_TIMES = 4, 4.0
_MOST_DRAWS = 1000


def calibrated(moves: Sequence[Move], with_moves: Callable[[Sequence[Move]], Config]) -> list[Move]:
    """The moves, with the weights of choices by which their shares come nearest to the weights that they have.

    Some choices decide others: an edge case of one lamp takes its light from a lamp. `with_moves` makes the config,
    whose first frames are drawn, and what comes too seldom is given more weight, four times.
    """
    meant = {move.key: _weights(move) for move in moves if not move.quota and _weights(move)}
    made = list(moves)
    for _ in range(_ROUNDS if meant else 0):
        config = with_moves(made)
        draws = [draw(config.asked, index).values for index in range(min(config.frames, _MOST_DRAWS))]
        for place, move in enumerate(made):
            if move.key in meant and not move.quota:
                counts = Counter(str(values[move.key]) for values in draws if move.key in values)
                made[place] = replace(move, node={"choice": _nearer(_weights(move), meant[move.key], counts)})
    return made


def _weights(move: Move) -> Mapping[str, float]:
    return move.node.get("choice", {}) if isinstance(move.node, Mapping) else {}


def _nearer(weights: Mapping[str, float], meant: Mapping[str, float], counts: Counter[str]) -> dict[str, float]:
    total, of = sum(counts[name] for name in meant), sum(meant.values())
    if not total:
        return dict(weights)
    found = {}
    for name, weight in weights.items():
        # Half a picture more on either side: what came never does not get all there is.
        times = (meant[name] / of * total + 0.5) / (counts[name] + 0.5)
        found[name] = weight * min(max(times, 1 / _MOST_TIMES), _MOST_TIMES)
    whole = sum(found.values())
    return {name: float(f"{weight / whole:.4g}") for name, weight in found.items()}
