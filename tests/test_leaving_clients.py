"""Who goes away in the middle of an answer leaves nothing in the terminal; a fault does."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from longtail.annotate.review.server import ReviewServer
from longtail.leaving_clients import LeavingClients
from longtail.render.watching import metrics


class Server(LeavingClients, ThreadingHTTPServer):
    """Of the standard library's, which tells everything."""


@pytest.mark.parametrize(
    "error", [BrokenPipeError(), ConnectionResetError(104, "reset"), TimeoutError(), KeyError("a")]
)
def test_a_client_that_leaves_is_no_news(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    with Server(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        try:
            raise error
        except Exception:
            server.handle_error(None, ("127.0.0.1", 1))
    said = capsys.readouterr().err
    assert ("KeyError" in said, bool(said)) == (isinstance(error, KeyError),) * 2


def test_all_of_ours_are_such_servers() -> None:
    for kind in (ReviewServer, metrics._Server):
        assert kind.handle_error is LeavingClients.handle_error
