"""What Blender can render on here, tried in a process of its own, which may crash without harm:

    python -m longtail.render.blender.trial devices                    what Cycles finds
    python -m longtail.render.blender.trial first KIND NAME ID LENS    one small picture on one device
    python -m longtail.render.blender.trial cycles KIND NAME ID        how fast it is
    python -m longtail.render.blender.trial graphics                   what OpenGL, and so EEVEE, would render on
    python -m longtail.render.blender.trial eevee                      a small scene by EEVEE

Blender says much on standard output. The answer is the line that begins with ANSWER, with JSON behind it.

Each question imports what it needs alone: every run asks for devices, before its first frame.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from longtail.annotate.errors import LongtailError
from longtail.render.machine.answers import ANSWER


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says, and print the answer."""
    parser = argparse.ArgumentParser(prog="trial", description="Try what Blender can render on here.")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("devices").set_defaults(answer=_devices)
    first = commands.add_parser("first")
    for name in ("kind", "name", "id", "lens"):
        first.add_argument(name)
    first.set_defaults(answer=_first)
    one = commands.add_parser("cycles")
    for name in ("kind", "name", "id"):
        one.add_argument(name)
    one.set_defaults(answer=_cycles)
    commands.add_parser("graphics").set_defaults(answer=_graphics)
    commands.add_parser("eevee").set_defaults(answer=_eevee)
    asked = parser.parse_args(arguments)
    answer: Callable[[argparse.Namespace], object] = asked.answer
    try:
        print(f"\n{ANSWER} {json.dumps(answer(asked))}", flush=True)
    except LongtailError as error:
        sys.exit(str(error))


def _devices(_: argparse.Namespace) -> object:
    from longtail.render.blender.found_devices import found_devices

    return found_devices()


def _first(asked: argparse.Namespace) -> object:
    from longtail.render.blender.trial_pictures import first_picture
    from longtail.render.machine.devices import Device

    return first_picture(Device(asked.kind, asked.name, asked.id), asked.lens)


def _cycles(asked: argparse.Namespace) -> object:
    from longtail.render.blender.trial_pictures import cycles_rate
    from longtail.render.machine.devices import Device

    return cycles_rate(Device(asked.kind, asked.name, asked.id))


def _graphics(_: argparse.Namespace) -> object:
    from longtail.render.blender.trial_pictures import graphics

    return graphics()


def _eevee(_: argparse.Namespace) -> object:
    from longtail.render.blender.trial_pictures import eevee_rate

    return eevee_rate()


if __name__ == "__main__":
    main()
