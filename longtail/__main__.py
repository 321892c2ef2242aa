"""`longtail` and `python -m longtail`: the command line, which hears signals from its first moment."""

import gc
import sys

from longtail.plug_ins import PlugInError
from longtail.render.machine.stopping import StoppedError, stoppable

# How seldom to look for garbage: a command imports as it goes, and most of what it makes stays. Python's own numbers,
# (700, 10, 10), have it look a thousand times while it imports, for a fifth of the time.
_SELDOM = 10_000, 10, 10


def main() -> None:
    """Run the command line, and end the process.

    Importing it takes up to a second on a busy machine, in which process 1 of a container would hear no SIGTERM.
    """
    gc.set_threshold(*_SELDOM)
    try:
        with stoppable():
            from longtail.command_line import main as command_line

            command_line(prog_name="longtail")
    except StoppedError as stopped:
        sys.stderr.write(f"longtail: stopped by {stopped}\n")
        sys.exit(1)
    except PlugInError as error:  # of whichever import first reads a table
        sys.stderr.write(f"longtail: {error}\n")
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
