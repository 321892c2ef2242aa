"""An S3 server on this machine, for tests; skipped where it is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a local S3 server."""
    s3fs: Any = pytest.importorskip("s3fs", reason="s3fs is not installed")
    servers: Any = pytest.importorskip("moto.server", reason="moto[server] is not installed")
    server = servers.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    # A client of an earlier test's server would be used again.
    s3fs.S3FileSystem.clear_instance_cache()
    # Servers of one process share what they hold.
    bucket = f"bucket-{port}"
    s3fs.S3FileSystem(skip_instance_cache=True).mkdir(bucket)
    yield f"s3://{bucket}/set"
    server.stop()
