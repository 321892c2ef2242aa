"""Object stores that do not answer for a while: nothing is lost, and nothing waits longer than it must."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.errors import DatasetError, RenderError, StorageError, UnreachableError
from longtail.command_line import main
from longtail.render.commands.run import saved
from longtail.render.storage import patience
from longtail.render.storage.background import Background
from longtail.render.storage.patience import WAITS_S, patiently
from longtail.render.storage.remote import Remote
from longtail.render.storage.remote_store import RemoteStore
from longtail.render.storage.tar_store import TarStore
from longtail.render.watching.events import EVENTS
from longtail.render.workers.worker import Encoded, commit
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, tree
from tests.object_store import s3
from tests.render.begun import object_store, opened

__all__ = ["s3"]

fsspec = pytest.importorskip("fsspec")
FRAMES, EACH = 8, 3


class Network:
    """What lies between the tests and fsspec's store in memory. It fails as many writes as `failing` says."""

    def __init__(self) -> None:
        self.store = fsspec.filesystem("memory")
        self.failing = self.failed = 0

    def passing(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """`write`, or an error."""

        def passed(*args: Any, **options: Any) -> Any:
            if self.failing > 0:
                self.failing -= 1
                self.failed += 1
                raise ConnectionResetError("the other side hung up\nand said more")
            return write(*args, **options)

        return passed


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    network = Network()
    network.store.store.clear()
    kind = type(network.store)
    for name in ("pipe_file", "put_file"):
        monkeypatch.setattr(kind, name, network.passing(getattr(kind, name)))
    monkeypatch.setattr(patience, "WAITS_S", (0.01,) * 4)
    yield network
    network.store.store.clear()


@pytest.fixture
def remote(network: Network) -> Remote:
    assert not network.failing
    return Remote.of("memory://bucket/set")


def objects(remote: Remote) -> dict[str, bytes]:
    return {path: remote.open(path).read() for path in remote.walk()}


def fill(store: RemoteStore | TarStore, source: Path, indices: range) -> None:
    of = Dataset.open(source)
    for index in indices:
        files = {path: (source / path).read_bytes() for path in of.record(index).files}
        commit(store.committer, index, Encoded("clear", files, of.record_bytes(index), {}), 0.0, lambda _: None)
        store.settle(index)


def until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)


def tar_store(remote: Remote, staging: Path, frames: int = FRAMES) -> TarStore:
    staging.mkdir()
    return TarStore.over(object_store(remote, staging, info(frames)), frames, EACH)


def test_work_is_tried_again_after_ever_longer_waits() -> None:
    waits: list[float] = []

    def work() -> str:
        if len(waits) < 3:
            raise UnreachableError("nobody there")
        return "done"

    assert patiently(work, waits.append) == "done"
    assert tuple(waits) == WAITS_S[:3]
    assert 180 < sum(WAITS_S) < 600


def test_patience_ends_with_the_last_error() -> None:
    waits: list[float] = []

    def work() -> None:
        raise UnreachableError(f"try {len(waits)}")

    with pytest.raises(UnreachableError, match=f"try {len(WAITS_S)}"):
        patiently(work, waits.append)
    with pytest.raises(UnreachableError):
        patiently(work, lambda _: True)


@pytest.mark.parametrize(
    "error", [DatasetError("a wrong key"), StorageError("a full disk"), ValueError("a bug")], ids=["key", "disk", "bug"]
)
def test_only_a_network_is_waited_for(error: Exception) -> None:
    def work() -> None:
        raise error

    def wait(_: float) -> None:
        raise AssertionError("waited")

    with pytest.raises(type(error)):
        patiently(work, wait)


def test_background_work_is_done_in_order() -> None:
    background, done = Background(), list[int]()
    for number in range(5):
        background.begin(lambda number=number: done.append(number))  # type: ignore[misc]
    until(lambda: not background.left())
    assert done == [0, 1, 2, 3, 4]
    background.end()


def test_background_work_that_fails_is_told_and_none_is_begun_after_it() -> None:
    background, done = Background(), list[int]()
    background.begin(lambda: 1 // 0)
    background.begin(lambda: done.append(1))
    with pytest.raises(ZeroDivisionError):
        until(lambda: not background.left())
    background.end()
    assert done == []


def test_background_work_ends_with_the_job_in_hand() -> None:
    background, began, done = Background(), threading.Event(), list[int]()

    def job() -> None:
        began.set()
        done.append(int(background.wait(3600)))

    background.begin(job)
    background.begin(lambda: done.append(2))
    assert began.wait(60)
    background.end()
    assert done == [1]


def test_frames_outlive_a_network_that_fails_for_a_while(network: Network, remote: Remote, tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", FRAMES)
    (tmp_path / "staging").mkdir()
    store = object_store(remote, tmp_path / "staging", info(FRAMES))
    network.failing = 3
    fill(store, whole, range(FRAMES))
    assert network.failed == 3
    merge(store.dataset())
    store.publish()
    assert objects(remote) == tree(whole)


def test_tars_outlive_a_network_that_fails_for_a_while(network: Network, remote: Remote, tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", FRAMES)
    store = tar_store(remote, tmp_path / "staging")
    network.failing = 3
    fill(store, whole, range(FRAMES))
    until(lambda: store.has_room() and network.failed == 3)
    merge(store.dataset())
    store.publish()
    assert remote.dataset(tmp_path).frames() == list(range(FRAMES))
    assert check(remote.dataset(tmp_path)) == []


def test_tars_that_an_object_store_never_takes_end_the_run(network: Network, remote: Remote, tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", FRAMES)
    store = tar_store(remote, tmp_path / "staging")
    network.failing = 10**6
    fill(store, whole, range(6))
    with pytest.raises(UnreachableError, match=r"^memory://bucket/set: ConnectionResetError: the other side hung up$"):
        until(lambda: not store.has_room())
    with pytest.raises(UnreachableError):
        store.dataset()
    # Back again: what waited goes where it belongs.
    network.failing = 0
    assert store.dataset().frames() == list(range(6))


def test_frames_that_fill_a_tar_at_the_same_time_are_packed_once(remote: Remote, tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", FRAMES)
    store = tar_store(remote, tmp_path / "staging")
    of = Dataset.open(whole)
    for index in range(EACH):
        files = {path: (whole / path).read_bytes() for path in of.record(index).files}
        store.committer.commit(index, files, of.record_bytes(index))
    for index in range(EACH):
        store.settle(index)
    until(lambda: store.has_room() and not store.waiting.committed())
    assert store.dataset().frames() == list(range(EACH))


def test_no_more_tars_wait_than_the_disk_is_good_for(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = dataset(tmp_path / "whole", 12)
    store = tar_store(remote, tmp_path / "staging", 12)
    goes_on = threading.Event()
    upload = Remote.upload

    def slow(self: Remote, file: Path, path: str) -> None:
        assert goes_on.wait(60)
        upload(self, file, path)

    monkeypatch.setattr(Remote, "upload", slow)
    fill(store, whole, range(6))
    assert store.has_room()
    fill(store, whole, range(6, 9))
    assert not store.has_room()
    goes_on.set()
    until(store.has_room)
    assert store.dataset().frames() == list(range(9))


@pytest.mark.parametrize("error", [RenderError("ten in a row"), StorageError("a full disk")], ids=["render", "storage"])
def test_a_run_that_ends_badly_saves_its_logs_and_the_frames_that_wait(
    remote: Remote, tmp_path: Path, error: Exception
) -> None:
    whole = dataset(tmp_path / "whole", FRAMES)

    def run() -> None:
        with opened(remote, info(FRAMES), "webdataset") as store, saved(store):
            assert isinstance(store, TarStore)
            fill(store, whole, range(5))
            (store.root / EVENTS).parent.mkdir()
            (store.root / EVENTS).write_text("{}\n")
            raise error

    with pytest.raises(type(error)):
        run()
    assert remote.dataset(tmp_path).frames() == [0, 1, 2, 3, 4]
    assert remote.open(EVENTS).read() == b"{}\n"


@pytest.mark.filterwarnings("ignore")
def test_a_server_that_is_gone(
    s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = dataset(tmp_path / "whole", 2)
    remote = Remote.of(s3)
    for path, data in tree(whole).items():
        remote.put(path, data)
    with remote.open(record_path(0)) as file:
        assert file.read(5) == (whole / record_path(0)).read_bytes()[:5]
        assert file.seek(2) == 2
        assert file.read() == (whole / record_path(0)).read_bytes()[2:]
    # The client would try for a quarter of a minute.
    client = fsspec.get_filesystem_class("s3")
    monkeypatch.setattr(client, "retries", 1)
    client.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(UnreachableError, match="Could not connect to the endpoint"):
        remote.size(record_path(0))
    with pytest.raises(SystemExit) as ended:
        main(["check", s3])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith(f"longtail: {s3}: EndpointConnectionError: Could not connect to the endpoint URL")
    assert len(said.splitlines()) == 1
