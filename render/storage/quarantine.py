"""failed/: what is needed to make a frame again that could not be made, and why it could not.

A frame that was given up has three files there: 000007.json, the config to make it with; 000007.txt, how each attempt
ended and the commands that make this frame alone and put it back; 000007.log, what the last attempt's worker said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from longtail.annotate.dataset.layout import FAILED, frame_name

if TYPE_CHECKING:  # who only looks at a dataset need not wait for all of scenes
    from longtail.scenes.config.config import Config

RECIPE, ERROR, LOG = ".json", ".txt", ".log"
# The end of a log tells what happened.
_LOG_BYTES = 200_000


def quarantine_files(config: Config, index: int, errors: Sequence[str], log: bytes) -> Mapping[str, bytes]:
    """The files of a frame that was given up, by their path in the dataset; `errors` has a line for each attempt."""
    name = f"{FAILED}/{frame_name(index)}"
    attempts = "".join(f"attempt {number}: {error}\n" for number, error in enumerate(errors, start=1))
    again = (
        f"To make this frame alone: longtail render {name}{RECIPE} -o again --frame {index}\n"
        "To put it back: longtail merge again -o ., in the dataset's folder\n"
    )
    return {
        name + RECIPE: (json.dumps(config.to_json(), indent=2) + "\n").encode(),
        name + ERROR: (attempts + "\n" + again).encode(),
        name + LOG: log[-_LOG_BYTES:],
    }


def quarantine_paths(index: int) -> tuple[str, ...]:
    """The paths of a frame's files."""
    return tuple(f"{FAILED}/{frame_name(index)}{suffix}" for suffix in (RECIPE, ERROR, LOG))
