"""Datasets in object stores: the same bytes as in a folder, whole frames or none, and nobody else's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from longtail.annotate.check.check import check
from longtail.annotate.choosing.decisions import REVIEW, rejected
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import DATASET, record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.shards import merge_datasets
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.report import write_report
from longtail.render.commands.finish import merge_shards, write_statistics
from longtail.render.storage.place import place
from longtail.render.storage.remote import Remote
from longtail.render.storage.remote_store import RemoteStore
from tests.annotate.judging import decided
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, show, store, tree
from tests.object_store import gs, s3
from tests.render.begun import object_store

__all__ = ["gs", "s3"]

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def remote() -> Iterator[Remote]:
    """An empty place in this process's memory."""
    fsspec.filesystem("memory").store.clear()
    yield Remote.of("memory://bucket/set")
    fsspec.filesystem("memory").store.clear()


def objects(remote: Remote) -> dict[str, bytes]:
    return {path: remote.open(path).read() for path in remote.walk()}


def fill(store: RemoteStore, source: Path, indices: list[int]) -> None:
    """Commit frames of the dataset in `source`."""
    opened = Dataset.open(source)
    for index in indices:
        files = {path: (source / path).read_bytes() for path in opened.record(index).files}
        store.commit(index, files, opened.record_bytes(index))


def test_a_run_to_an_object_store_leaves_what_a_run_to_a_folder_leaves(remote: Remote, tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", 5)
    write_report(whole)
    (tmp_path / "staging").mkdir()
    store = object_store(remote, tmp_path / "staging", info(5))
    fill(store, whole, [3, 0])
    again = object_store(remote, tmp_path / "staging", info(5))
    assert again.committed() == {0, 3}
    fill(again, whole, [1, 2, 4])
    merge(again.dataset())
    write_report(again.dataset())
    again.publish()
    assert objects(remote) == tree(whole)
    assert check(remote.dataset(tmp_path)) == []


def test_a_frame_whose_upload_broke_off_does_not_exist(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = dataset(tmp_path / "whole", 2)
    store = object_store(remote, tmp_path, info(2))
    put = Remote.put

    def broken(self: Remote, path: str, data: bytes) -> None:
        if path.startswith("depth/"):
            raise ConnectionResetError("the other side hung up")
        put(self, path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Remote, "put", broken)
        with pytest.raises(ConnectionResetError):
            fill(store, whole, [0])
    assert store.committed() == frozenset()
    fill(store, whole, [0])
    assert store.committed() == {0}


def test_places_of_others_are_refused(remote: Remote, tmp_path: Path) -> None:
    object_store(remote, tmp_path, info(2))
    object_store(remote, tmp_path, info(9))
    with pytest.raises(DatasetError, match="another request: expected seed 7, got 8"):
        object_store(remote, tmp_path, replace(info(2), seed=8))
    photos = Remote.of("memory://bucket/photos")
    photos.put("cat.jpg", b"cat")
    with pytest.raises(DatasetError, match=r"other files in it \(cat\.jpg\)"):
        object_store(photos, tmp_path, info(2))
    with pytest.raises(DatasetError, match=r"there is no dataset\.json"):
        photos.dataset(tmp_path)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_shards_in_object_stores_merge_to_the_bytes_of_one_run(remote: Remote, tmp_path: Path, count: int) -> None:
    whole = dataset(tmp_path / "whole", 8)
    parts = [Remote.of(f"memory://bucket/part{number}") for number in range(count)]
    for number, part in enumerate(parts):
        fill(object_store(part, tmp_path, info(8)), whole, list(range(number, 8, count)))
    merge_datasets([part.dataset(tmp_path) for part in parts], tmp_path / "out")
    assert tree(tmp_path / "out") == tree(whole)
    write_report(whole)
    assert merge_shards([*parts[1:], parts[0]], remote) == 0
    assert objects(remote) == tree(whole)


def test_decisions_in_an_object_store_are_gone_on_with(
    remote: Remote, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each merge wrote the file anew with what held, and said that it had added that."""
    part = decided(dataset(tmp_path / "part", 2), {0: "accepted"})
    assert merge_shards([part], remote) == 0
    assert "1 decision of the parts added" in capsys.readouterr().err
    head, first = objects(remote)[REVIEW].splitlines()
    overruled = first.replace(b"accepted", b"rejected").replace(b"2026-11", b"2026-12")
    remote.put(REVIEW, b"\n".join([head, first, overruled, b""]))
    before = objects(remote)[REVIEW]
    assert merge_shards([part], remote) == 0
    assert "decision" not in capsys.readouterr().err
    assert objects(remote)[REVIEW] == before
    decided(part, {1: "rejected"})
    assert merge_shards([part], remote) == 0
    assert "1 decision of the parts added" in capsys.readouterr().err
    assert objects(remote)[REVIEW].startswith(before)
    assert rejected(remote.dataset(tmp_path)) == {0, 1}


@pytest.mark.parametrize("harmed", ["depth/000001.png", record_path(1)])
def test_a_frame_that_the_store_alone_has_and_has_damaged_is_left_out(
    remote: Remote, tmp_path: Path, harmed: str
) -> None:
    whole = dataset(tmp_path / "whole", 4)
    fill(object_store(remote, tmp_path, info(4)), whole, [0, 1])
    store(tmp_path / "part", show(4)[2:], info(4))
    remote.put(harmed, b"torn")
    assert merge_shards([tmp_path / "part"], remote) == 1
    assert remote.dataset(tmp_path).frames() == [0, 2, 3]
    assert merge_shards([whole], remote) == 0
    write_report(whole)
    assert objects(remote) == tree(whole)


def test_statistics_go_beside_the_data_or_where_asked(remote: Remote, tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", 2)
    fill(object_store(remote, tmp_path, info(2)), whole, [0, 1])
    write_statistics(remote, None, tmp_path / "stats")
    assert (tmp_path / "stats" / "report.html").exists()
    assert "report.html" not in objects(remote)
    write_statistics(remote, None, None)
    assert "report.html" in objects(remote)


def test_a_missing_and_a_damaged_object_are_findings(remote: Remote, tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", 3)
    for path, data in tree(whole).items():
        if path != "depth/000001.png":
            remote.put(path, data[:-1] if path == record_path(2) else data)
    said = "\n".join(map(str, check(remote.dataset(tmp_path))))
    assert "depth/000001.png" in said
    assert "FileNotFoundError" in said or "No such file" in said
    assert record_path(2) in said


def test_places(tmp_path: Path) -> None:
    assert place(f"file://{tmp_path}/out") == tmp_path / "out"
    assert place("out/of:the") == Path("out/of:the")
    assert place("memory://a/b/") == Remote("memory://a/b")
    with pytest.raises(ConfigError, match="moon://"):
        place("moon://a/b")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("protocol", ["s3", "gs"])
def test_servers_of_object_stores(protocol: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    remote = Remote.of(request.getfixturevalue(protocol))
    assert f"{remote}".startswith(f"{protocol}://")
    whole = dataset(tmp_path / "whole", 3)
    write_report(whole)
    with pytest.raises(DatasetError, match=f"there is no {DATASET}"):
        remote.dataset(tmp_path)
    elsewhere = Remote.of(f"{protocol}://no-such-bucket/set")
    with pytest.raises(DatasetError, match="bucket") as refused:
        object_store(elsewhere, tmp_path, info(3))
    assert "\n" not in str(refused.value)
    (tmp_path / "staging").mkdir()
    store = object_store(remote, tmp_path / "staging", info(3))
    assert store.committed() == frozenset()
    fill(store, whole, [0, 2])
    assert store.committed() == {0, 2}
    fill(store, whole, [1])
    merge(store.dataset())
    write_report(store.dataset())
    store.publish()
    assert objects(remote) == tree(whole)
    assert check(remote.dataset(tmp_path)) == []
