"""The page's server: to this machine alone, and there to whoever knows the secret in its URL.

Other sites that are open in the same browser cannot reach it: a request must be for this very host, by which a name
that another site has led here is refused (DNS rebinding), and come from this very page or from none. A request names
frames by their numbers and layers by words of a table, never a file.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any

from longtail.annotate.dataset.atomic import of_disk
from longtail.annotate.errors import DatasetError
from longtail.annotate.review.reviewing import DecidedElsewhereError, Reviewing
from longtail.leaving_clients import LeavingClients

_HERE = Path(__file__).parent
_JSON, _TEXT = "application/json", "text/plain; charset=utf-8"
_PAGES = {
    "": ("page.html", "text/html; charset=utf-8"),
    "review.css": ("review.css", "text/css; charset=utf-8"),
    "review.js": ("review.js", "text/javascript; charset=utf-8"),
}
_LABELS = re.compile(r"labels/([0-9]{1,15})")
_PICTURE = re.compile(r"picture/([0-9]{1,15})/([a-z]{1,20})")
_MOST_BYTES = 32_768
_HEADERS = {
    # What a page may load and do: nothing but from here.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Answer = tuple[HTTPStatus, str, bytes]


class ReviewServer(LeavingClients, ThreadingHTTPServer):
    """Serves one review on 127.0.0.1; OSError where the port is taken. Port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, reviewing: Reviewing, token: str, port: int = 0) -> None:
        self.reviewing, self.token = reviewing, token
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        # The standard library would ask for this machine's name here, which may take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_port}/{self.token}/"

    @property
    def hosts(self) -> frozenset[str]:
        """What a request may say that it is for."""
        return frozenset(f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost"))


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Longtail", ""
    timeout = 30

    def do_GET(self) -> None:
        self._answer(self._got)

    def do_HEAD(self) -> None:
        self._answer(self._got)

    def do_POST(self) -> None:
        self._answer(self._posted)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: the terminal has the URL, which must not scroll away."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """In plain words: of what is no request at all."""
        self.close_connection = True
        self._send((HTTPStatus(code), _TEXT, (message or HTTPStatus(code).phrase).encode("utf-8", "replace")))

    def _answer(self, made: Callable[[str], Answer]) -> None:
        refusal = self._refusal()
        answer = refusal or self._caught(made, self.path.partition("?")[0].split("/", 2)[2])
        if answer[0] >= 400:
            # What follows on the connection may be the rest of what was refused.
            self.close_connection = True
        self._send(answer)

    def _refusal(self) -> Answer | None:
        """What to say to whom this is not for."""
        if self.headers.get("Host", "") not in self.server.hosts:
            return _plain(HTTPStatus.MISDIRECTED_REQUEST, "expected a request for this host")
        origin = self.headers.get("Origin")
        posted = self.command == "POST"
        ours = {f"http://{host}" for host in self.server.hosts}
        if (origin is None and posted) or (origin is not None and origin not in ours):
            return _plain(HTTPStatus.FORBIDDEN, "expected a request of the page itself")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            return _plain(HTTPStatus.FORBIDDEN, "expected a request of the page itself")
        parts = self.path.partition("?")[0].split("/", 2)
        given = parts[1] if len(parts) == 3 and not parts[0] else ""
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.server.token.encode("ascii")):
            return _plain(HTTPStatus.NOT_FOUND, "nothing is here; the URL that longtail review printed is the way in")
        return None

    def _caught(self, made: Callable[[str], Answer], path: str) -> Answer:
        try:
            return made(path)
        except KeyError:
            return _plain(HTTPStatus.NOT_FOUND, "nothing is here")
        except DecidedElsewhereError as error:
            return _json(HTTPStatus.CONFLICT, {"error": str(error), **error.now})
        except DatasetError as error:
            return _said(HTTPStatus.NOT_FOUND, str(error))
        except (ValueError, RecursionError) as error:
            return _said(HTTPStatus.BAD_REQUEST, str(error))
        except OSError as error:
            if self.command == "POST":
                return _said(HTTPStatus.INSUFFICIENT_STORAGE, f"not kept: {error.strerror or error}")
            return _said(HTTPStatus.INTERNAL_SERVER_ERROR, f"cannot be read: {of_disk(error)}")
        except Exception as error:
            # The page would take a connection that ends for the server's end.
            return _said(HTTPStatus.INTERNAL_SERVER_ERROR, f"longtail has a fault ({type(error).__name__}: {error})")

    def _got(self, path: str) -> Answer:
        reviewing = self.server.reviewing
        if path in _PAGES:
            name, kind = _PAGES[path]
            return HTTPStatus.OK, kind, (_HERE / name).read_bytes()
        if path == "frames":
            return _json(HTTPStatus.OK, reviewing.overview())
        if match := _LABELS.fullmatch(path):
            return _json(HTTPStatus.OK, reviewing.labels(int(match[1])))
        if match := _PICTURE.fullmatch(path):
            return HTTPStatus.OK, *reviewing.picture(int(match[1]), match[2])
        raise KeyError(path)

    def _posted(self, path: str) -> Answer:
        if path != "decision":
            raise KeyError(path)
        if self.headers.get("Content-Type") != _JSON:
            return _plain(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"expected {_JSON}")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or self.headers.get("Transfer-Encoding"):
            return _plain(HTTPStatus.LENGTH_REQUIRED, "expected a Content-Length")
        if len(length) > 6 or int(length) > _MOST_BYTES:
            return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"expected at most {_MOST_BYTES} bytes")
        return _json(HTTPStatus.OK, self.server.reviewing.decide(json.loads(self.rfile.read(int(length)))))

    def _send(self, answer: Answer) -> None:
        status, kind, body = answer
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), *_HEADERS.items()):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _plain(status: HTTPStatus, text: str) -> Answer:
    return status, _TEXT, text.encode("utf-8")


def _said(status: HTTPStatus, text: str) -> Answer:
    return _json(status, {"error": text})


def _json(status: HTTPStatus, value: Any) -> Answer:
    return status, _JSON, json.dumps(value, allow_nan=False).encode("ascii")
