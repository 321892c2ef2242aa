"""Object stores on this machine, for tests; skipped where they are not installed."""

from __future__ import annotations

import socket
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


@pytest.fixture
def gs(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a local server that speaks Google Cloud Storage's JSON API."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    # Read when gcsfs is imported: its gRPC client for zonal buckets knows no other server.
    monkeypatch.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
    gcsfs: Any = pytest.importorskip("gcsfs", reason="gcsfs is not installed")
    emulator: Any = pytest.importorskip("gcp_storage_emulator.server", reason="gcp-storage-emulator is not installed")
    monkeypatch.setitem(pytest.importorskip("fsspec").config.conf, "gs", {"token": "anon"})
    gcsfs.GCSFileSystem.clear_instance_cache()
    with emulator.create_server("127.0.0.1", port, in_memory=True, default_bucket="bucket"):
        yield "gs://bucket/set"
