"""`longtail review`: a page for one person on this machine, who decides on frames."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from longtail.annotate.choosing.decisions import REVIEW
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import MachineError
from longtail.annotate.review.queue import Queue
from longtail.annotate.review.reviewing import Reviewing
from longtail.annotate.review.server import ReviewServer
from longtail.annotate.wording import counted
from longtail.render.machine.stopping import StoppedError
from longtail.render.storage.place import run_note
from longtail.render.storage.store import require_writable
from longtail.render.watching.say import say

_TOKEN_BYTES = 24


def review_dataset(where: Path, port: int, unflagged: int) -> int:
    """Serve the page until somebody stops it; 0. MachineError where the port is taken."""
    dataset = Dataset.open(where)
    require_writable(where, "decisions are kept in the dataset: copy it to where you may write")
    if note := run_note(where):
        say(f"{note}; only the frames that are there now are shown")
    queue = Queue.of(dataset, unflagged)
    if queue.note:
        say(queue.note)
    reviewing = Reviewing(dataset, queue, _now)
    try:
        server = ReviewServer(reviewing, secrets.token_urlsafe(_TOKEN_BYTES), port)
    except OSError as error:
        raise MachineError(
            f"--port: expected a free port, got {port}: {error.strerror or error}; leave --port out to take a free one"
        ) from error
    with server, suppress(StoppedError, KeyboardInterrupt):
        say(f"{counted(len(queue.rows), 'frame')} to look at, {queue.flagged:,} of them flagged; Ctrl-C ends this")
        print(server.url, flush=True)
        server.serve_forever()
    made = reviewing.made
    say(f"{where / REVIEW}: {counted(made, 'decision')} added" if made else "no decision was made")
    return 0


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
