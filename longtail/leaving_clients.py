"""Clients of a server that go away in the middle of an answer, as browsers do when a page is left."""

from __future__ import annotations

import sys
from socketserver import BaseServer
from typing import Any

_GONE = (ConnectionError, TimeoutError)


class LeavingClients(BaseServer):
    """A server whose clients may go away: that is no fault of its own, and nothing for the terminal that it runs in.

    To be named before the server's other classes. Whatever else a request ends with is told as the library does, by a
    traceback.
    """

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), _GONE):
            super().handle_error(request, client_address)
