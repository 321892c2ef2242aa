"""Object stores that say no: at the start that is the request's fault, afterwards it may pass."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.merge import merge
from longtail.annotate.errors import DatasetError, RefusedError, UnreachableError
from longtail.command_line import main
from longtail.leaving_clients import LeavingClients
from longtail.render.storage import patience
from longtail.render.storage.remote import Remote
from longtail.render.workers.worker import Encoded, commit
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, tree
from tests.object_store import s3
from tests.render.begun import object_store

__all__ = ["s3"]

fsspec = pytest.importorskip("fsspec")
# As S3 answers: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
REFUSALS = {
    "expired token": (400, "ExpiredToken"),
    "skewed clock": (403, "RequestTimeTooSkewed"),
    "disabled key": (403, "InvalidAccessKeyId"),
    "another's bucket": (403, "AccessDenied"),
    "another region": (400, "AuthorizationHeaderMalformed"),
    "not implemented": (501, "NotImplemented"),
}


class Server(LeavingClients, ThreadingHTTPServer):
    """Answers every request alike: like S3, and where the client asks for JSON's API like Google's."""

    status, code = 403, "AccessDenied"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    server: Server
    # Clients ask first whether to send what they have.
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        google = self.path.startswith(("/b/", "/upload", "/storage", "/download"))
        said = {"error": {"code": self.server.status, "message": self.server.code}}
        xml = f"<?xml version='1.0'?><Error><Code>{self.server.code}</Code><Message>no</Message></Error>"
        body = b"" if self.command == "HEAD" else (json.dumps(said) if google else xml).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_HEAD = answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def use(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have S3's client ask this server, once."""
    client: Any = pytest.importorskip("s3fs", reason="s3fs is not installed").S3FileSystem
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr(client, "retries", 1)
    client.clear_instance_cache()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_s3_refuses_at_the_start_is_final(
    refusal: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(server, monkeypatch)
    server.status, server.code = REFUSALS[refusal]
    with pytest.raises(DatasetError, match=r"^s3://bucket/set: not allowed: ") as refused:
        object_store(Remote.of("s3://bucket/set"), tmp_path, info(1))
    assert refused.value.exit_status == 2
    assert "\n" not in str(refused.value)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("answer", [(503, "SlowDown"), (500, "InternalError"), (409, "OperationAborted")])
def test_a_busy_s3_refuses_nothing(
    answer: tuple[int, str], server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(server, monkeypatch)
    server.status, server.code = answer
    with pytest.raises(UnreachableError) as busy:
        object_store(Remote.of("s3://bucket/set"), tmp_path, info(1))
    assert not isinstance(busy.value, RefusedError)
    assert busy.value.exit_status == 1


@pytest.mark.filterwarnings("ignore")
def test_missing_credentials_are_final_at_the_start(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(server, monkeypatch)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(DatasetError, match="NoCredentialsError"):
        object_store(Remote.of("s3://bucket/set"), tmp_path, info(1))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("status", [401, 403])
def test_what_google_refuses_at_the_start_is_final(
    status: int, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
    gcsfs: Any = pytest.importorskip("gcsfs", reason="gcsfs is not installed")
    monkeypatch.setitem(fsspec.config.conf, "gs", {"token": "anon"})
    gcsfs.GCSFileSystem.clear_instance_cache()
    server.status, server.code = status, "no access for you"
    with pytest.raises(DatasetError, match=r"^gs://bucket/set: not allowed: "):
        object_store(Remote.of("gs://bucket/set"), tmp_path, info(1))


@pytest.mark.filterwarnings("ignore")
def test_what_s3_refuses_later_is_waited_for_and_ends_with_status_1(
    s3: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = dataset(tmp_path / "whole", 1)
    remote = Remote.of(s3)
    staging = tmp_path / "staging"
    staging.mkdir()
    store = object_store(remote, staging, info(1))
    for path, data in tree(whole).items():
        remote.put(path, data)
    waited: list[float] = []
    use(server, monkeypatch)
    server.status, server.code = REFUSALS["expired token"]
    with pytest.raises(RefusedError, match="not allowed: PermissionError") as refused:
        commit(store, 0, Encoded("clear", {"images/000000.png": b"picture"}, b"{}", {}), 0.0, waited.append)
    assert refused.value.exit_status == 1
    assert tuple(waited) == patience.WAITS_S
    # A set that is not ours to read is refused at once, and no frame of it is called damaged.
    with pytest.raises(SystemExit) as ended:
        main(["check", s3])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"longtail: {s3}: not allowed: ")


@pytest.mark.parametrize(
    "error", [PermissionError("The provided token has expired."), OSError(38, "A header is not implemented")]
)
def test_a_refusal_that_passes_costs_no_frame(error: OSError, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    remote = Remote.of("memory://bucket/set")
    whole = dataset(tmp_path / "whole", 2)
    (tmp_path / "staging").mkdir()
    store = object_store(remote, tmp_path / "staging", info(2))
    waited: list[float] = []
    pipe = type(memory).pipe_file

    def refusing(self: Any, *args: Any, **options: Any) -> Any:
        if len(waited) < 3:
            raise error
        return pipe(self, *args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(type(memory), "pipe_file", refusing)
        of = Dataset.open(whole)
        for index in range(2):
            files = {path: (whole / path).read_bytes() for path in of.record(index).files}
            commit(store, index, Encoded("clear", files, of.record_bytes(index), {}), 0.0, waited.append)
    merge(store.dataset())
    store.publish()
    assert {path: remote.open(path).read() for path in remote.walk()} == tree(whole)
    memory.store.clear()


def test_a_look_that_is_refused_half_way_finds_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    remote = Remote.of("memory://bucket/set")
    for path, data in tree(dataset(tmp_path / "whole", 2)).items():
        remote.put(path, data)
    opens = type(memory)._open

    def refusing(self: Any, path: str, *args: Any, **options: Any) -> Any:
        if "000001" in path:
            raise PermissionError("The provided token has expired.")
        return opens(self, path, *args, **options)

    monkeypatch.setattr(type(memory), "_open", refusing)
    with pytest.raises(SystemExit) as ended:
        main(["check", str(remote)])
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"longtail: {remote}: not allowed: PermissionError: The provided token has expired.\n"
    memory.store.clear()
