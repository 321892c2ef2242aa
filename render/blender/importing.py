"""Models' files as arrays, read in a process of its own, which may hang, crash or be cheated without harm:

    python -m longtail.render.blender.importing DESCRIPTOR ROOT DESK

Requests come as lines of JSON on standard input, and for each a line of JSON goes to the file descriptor; what Blender
says on standard output is nobody's answer. Python in a .blend is never run: nothing is opened, blocks are taken out of
it, and drivers are dropped before anything is evaluated. The process cannot open files outside ROOT and DESK
(`render.machine.jail`), and what it takes is bounded.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from longtail.render.machine.jail import Limits, confined, limited, more_time
from longtail.render.machine.model_request import PANORAMA, PLACE, TEXTURE, Asked


def main(descriptor: int, root: Path, desk: Path) -> None:
    """Answer requests until there are no more."""
    confined([root], [desk])
    answered = os.fdopen(descriptor, "w", buffering=1)
    bounded = False
    for line in sys.stdin:
        asked = Asked(**json.loads(line))
        if not bounded:
            # Afterwards neither memory nor files get more.
            limited(Limits(asked.memory_bytes, asked.file_bytes))
            bounded = True
        more_time(asked.cpu_s)
        answered.write(json.dumps(_answer(asked)) + "\n")


def _answer(asked: Asked) -> dict[str, Any]:
    # Blender begins threads, which would not be confined if it were imported before.
    from longtail.render.blender.reading_models import RefusedModelError, first_line, read_model
    from longtail.render.blender.reading_panoramas import read_panorama
    from longtail.render.blender.reading_places import read_place
    from longtail.render.blender.reading_textures import read_texture

    readers = {PLACE: read_place, PANORAMA: read_panorama, TEXTURE: read_texture}
    try:
        return readers.get(asked.format, read_model)(asked)
    except RefusedModelError as error:
        return {"refused": str(error)}
    except RecursionError:
        return {"refused": "what it holds is nested too deeply"}
    except RuntimeError as error:  # what Blender reports as an error
        return {"refused": f"Blender cannot evaluate it ({first_line(error)})"}
    except MemoryError:
        return {"refused": "it takes more memory to read than a model may"}


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
