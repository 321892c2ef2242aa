"""The review's server: it lets in nobody without the secret, gives out nothing else, and keeps what is decided."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from longtail.annotate.choosing.decisions import REVIEW, decisions_of
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import read
from longtail.annotate.errors import DatasetError
from longtail.annotate.review.queue import Queue
from longtail.annotate.review.reviewing import Reviewing
from longtail.annotate.review.server import ReviewServer
from longtail.annotate.review.shown import layers_shown, picture
from longtail.command_line import main
from tests.annotate.judging import NOW, decided, flagged
from tests.annotate.stage import dataset

TOKEN = "a-secret_of-32-letters-or-so-1234"


@contextmanager
def serving(root: Path, unflagged: int = 100) -> Iterator[ReviewServer]:
    """A server on a free port, ended afterwards."""
    whole = Dataset.open(root)
    server = ReviewServer(Reviewing(whole, Queue.of(whole, unflagged), lambda: NOW), TOKEN)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("review") / "out"
    return flagged(dataset(where, 6), {4: "floating", 2: "duplicate"})


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[ReviewServer]:
    (root.parent / "secret.txt").write_text("not for you")
    with serving(root) as found:
        yield found


def ask(
    server: ReviewServer, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; a `host` of "" sends none."""
    client = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    host = headers.pop("host", f"127.0.0.1:{server.server_port}")
    client.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    if host:
        client.putheader("Host", host)
    for name, value in headers.items():
        client.putheader(name.replace("_", "-"), value)
    if body is not None and "Content_Length" not in headers:
        client.putheader("Content-Length", str(len(body)))
    client.endheaders(body)
    answer = client.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    client.close()
    return found


def got(server: ReviewServer, path: str) -> Any:
    status, _, body = ask(server, f"/{TOKEN}/{path}")
    assert status == 200
    return json.loads(body)


def decide(server: ReviewServer, value: Any, **headers: str) -> tuple[int, dict[str, str], bytes]:
    origin = {"Origin": f"http://127.0.0.1:{server.server_port}", "Content_Type": "application/json"}
    if isinstance(value, dict) and value:
        value = {"was": {"decision": "undecided", "comment": ""}} | value
    return ask(server, f"/{TOKEN}/decision", "POST", json.dumps(value).encode(), **{**origin, **headers})


def test_flagged_frames_come_first_the_most_serious_before_others(server: ReviewServer) -> None:
    overview = got(server, "frames")
    assert [row["frame"] for row in overview["rows"]][:2] == [2, 4]
    assert sorted(row["frame"] for row in overview["rows"]) == [0, 1, 2, 3, 4, 5]
    assert overview["rows"][1]["flags"] == [{"name": "floating", "score": 2.0, "times": 4.0, "said": "it is odd"}]
    assert overview["layers"] == ["image", "semantic", "masks", "depth"]
    assert {row["decision"] for row in overview["rows"]} == {"undecided"}


def test_the_page_and_its_pictures_are_served(server: ReviewServer, root: Path) -> None:
    for path, kind in (("", "text/html"), ("review.css", "text/css"), ("review.js", "text/javascript")):
        status, headers, body = ask(server, f"/{TOKEN}/{path}")
        assert status == 200
        assert headers["Content-Type"].startswith(kind)
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert len(body) > 500
    whole = Dataset.open(root)
    assert ask(server, f"/{TOKEN}/picture/1/image")[2] == read(whole.files, "images/000001.png")
    for layer in ("semantic", "depth", "masks"):
        status, headers, body = ask(server, f"/{TOKEN}/picture/1/{layer}")
        assert (status, headers["Content-Type"]) == (200, "image/png")
        shown = cv2.imdecode(np.frombuffer(body, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
        assert shown.shape == (48, 64, 4 if layer == "masks" else 3)
    assert ask(server, f"/{TOKEN}/picture/1/image", "HEAD")[2] == b""
    labels = got(server, "labels/1")
    assert (labels["width"], labels["height"]) == (64, 48)
    assert {tuple(box["box"]) for box in labels["boxes"]} >= {(10, 20, 30, 12)}


def test_masks_of_things_are_shown_where_there_are_no_others(tmp_path: Path) -> None:
    whole = Dataset.open(dataset(tmp_path / "whole"))
    things = Dataset.open(dataset(tmp_path / "things", outputs=("coco", "instance")))
    assert layers_shown(things) == ["image", "masks"]
    full = next(index for index in things.frames() if things.record(index).instances)
    shown = []
    for each in (whole, things):
        _, data = picture(each, full, "masks")
        shown.append(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED))
    numbers = things.read("instance", full)
    assert (numbers > 0).any()
    np.testing.assert_array_equal(shown[1][numbers > 0][:, :3], shown[0][numbers > 0][:, :3])
    assert not shown[1][numbers == 0].any()


def test_nobody_is_let_in_without_the_secret(server: ReviewServer) -> None:
    words = ("", f"/{TOKEN}", f"{TOKEN}", f"{TOKEN[:-1]}/", f"{TOKEN}x/", f"{TOKEN.upper()}/", f"x/{TOKEN}/")
    wrong = [f"/{word}" for word in (*words, "frames", f"%61{TOKEN[1:]}/", f"../{TOKEN}/", f"?{TOKEN}/", "%00/")]
    for path in wrong:
        status, _, body = ask(server, path)
        assert status == 404
        assert TOKEN.encode() not in body
        assert b"rows" not in body
    assert ask(server, f"http://127.0.0.1:{server.server_port}/{TOKEN}/")[0] == 404


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}", "[::1]:{port}"]
)
def test_another_host_is_refused(server: ReviewServer, host: str) -> None:
    """A site that leads its own name to this machine asks for that name."""
    assert ask(server, f"/{TOKEN}/", host=host.format(port=server.server_port))[0] == 421


def test_localhost_is_this_host(server: ReviewServer) -> None:
    assert ask(server, f"/{TOKEN}/", host=f"localhost:{server.server_port}")[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1"])
def test_another_page_is_refused(server: ReviewServer, root: Path, origin: str) -> None:
    origin = origin.format(port=server.server_port)
    asked = {"frame": 1, "decision": "rejected", "comment": ""}
    assert decide(server, asked, Origin=origin)[0] == 403
    assert ask(server, f"/{TOKEN}/frames", Origin=origin)[0] == 403
    assert ask(server, f"/{TOKEN}/frames", Sec_Fetch_Site="cross-site")[0] == 403
    assert 1 not in decisions_of(Dataset.open(root))


def test_a_decision_without_an_origin_is_refused(server: ReviewServer) -> None:
    body = json.dumps({"frame": 1, "decision": "rejected", "comment": ""}).encode()
    assert ask(server, f"/{TOKEN}/decision", "POST", body, Content_Type="application/json")[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt", "..%2fsecret.txt", "../../../../etc/passwd", "/etc/passwd", "dataset.json", "frames/1.json",
        "images/000001.png", "picture/1/../../secret.txt", "picture/1/images", "picture/1/record", "picture/../1/image",
        "picture/-1/image", "picture/99/image", "picture/1e0/image", "labels/99", "labels/1.json", "labels/%31",
        "review.py", "server.py", "page.html", "decision", "picture/1/image/", "./frames",
    ],
)  # fmt: skip
def test_no_path_leads_to_a_file(server: ReviewServer, path: str) -> None:
    status, _, body = ask(server, f"/{TOKEN}/{path}")
    assert status == 404
    assert b"not for you" not in body


def test_a_link_that_leaves_the_dataset_is_not_followed(tmp_path: Path) -> None:
    root = dataset(tmp_path / "out", 3)
    outside = tmp_path / "secret.png"
    for name in ("images/000001.png", "depth/000001.png", "frames/000002.json"):
        (root / name).rename(outside)
        (root / name).symlink_to(outside)
        with serving(root) as server:
            paths = {"images": "picture/1/image", "depth": "picture/1/depth", "frames": "labels/2"}
            status, _, body = ask(server, f"/{TOKEN}/{paths[name.split('/')[0]]}")
            assert status == 404
            assert b"link that leaves it" in body


@pytest.mark.parametrize(
    "value",
    [
        {}, [], None, 3, {"frame": 1, "decision": "rejected"}, {"frame": "1", "decision": "rejected", "comment": ""},
        {"frame": 1, "decision": "burnt", "comment": ""}, {"frame": 77, "decision": "rejected", "comment": ""},
        {"frame": 1, "decision": "rejected", "comment": "x" * 2001},
        {"frame": True, "decision": "rejected", "comment": ""},
        {"frame": 1, "decision": "rejected", "comment": "", "path": "/etc/passwd"},
    ],
)  # fmt: skip
def test_what_is_no_decision_is_told(server: ReviewServer, root: Path, value: Any) -> None:
    status, _, body = decide(server, value)
    assert status == 400
    assert "expected" in json.loads(body)["error"]
    assert 1 not in decisions_of(Dataset.open(root))


def test_a_body_must_be_short_json_of_a_stated_length(server: ReviewServer) -> None:
    asked = {"frame": 1, "decision": "rejected", "comment": ""}
    assert decide(server, asked, Content_Type="text/plain")[0] == 415
    assert decide(server, asked, Content_Length="999999999")[0] == 413
    assert decide(server, asked, Content_Length="-1")[0] == 411
    assert decide(server, asked, Transfer_Encoding="chunked")[0] == 411
    origin = {"Origin": f"http://127.0.0.1:{server.server_port}", "Content_Type": "application/json"}
    assert ask(server, f"/{TOKEN}/decision", "POST", b"\xff{", **origin)[0] == 400
    assert ask(server, f"/{TOKEN}/decision", "POST", b"[" * 30_000, **origin)[0] == 400
    assert ask(server, f"/{TOKEN}/frames", "POST", b"{}", **origin)[0] == 404
    assert ask(server, f"/{TOKEN}/frames", "DELETE")[0] == 501
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as raw:
        raw.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert b"Bad" in raw.recv(4096)


def test_decisions_are_on_disk_when_they_are_answered(tmp_path: Path) -> None:
    root = flagged(dataset(tmp_path, 3), {1: "floating"})
    with serving(root) as server:
        status, _, body = decide(server, {"frame": 1, "decision": "rejected", "comment": "odd \u00fc"})
        assert status == 200
        assert json.loads(body) == {"frame": 1, "decision": "rejected", "comment": "odd \u00fc"}
        # Whatever becomes of the server now.
        last = decisions_of(Dataset.open(root))[1]
        assert (last.decision, last.comment, last.time) == ("rejected", "odd \u00fc", NOW)
        assert got(server, "frames")["rows"][0]["decision"] == "rejected"
    with serving(root) as server:
        assert got(server, "frames")["rows"][0]["comment"] == "odd \u00fc"


def test_what_another_page_decides_is_seen_and_not_undone_unseen(tmp_path: Path) -> None:
    """Be it a page of this server or of another one for the same dataset."""
    root = flagged(dataset(tmp_path, 3), {1: "floating"})
    with serving(root) as first, serving(root) as second:
        for server in (first, second):
            assert got(server, "labels/1")["decision"] == "undecided"
        assert decide(first, {"frame": 1, "decision": "rejected", "comment": "it floats"})[0] == 200
        status, _, body = decide(second, {"frame": 1, "decision": "undecided", "comment": "fine"})
        said = json.loads(body)
        assert (status, said["decision"], said["comment"]) == (409, "rejected", "it floats")
        assert 'frame 1 is rejected ("it floats") meanwhile' in said["error"]
        assert got(second, "labels/1")["decision"] == "rejected"
        held = {"decision": "rejected", "comment": "it floats"}
        # What holds already is no news, whatever the page took for it.
        assert decide(second, {"frame": 1, **held})[0] == 200
        assert decide(second, {"frame": 1, "decision": "accepted", "comment": "", "was": held})[0] == 200
        assert got(first, "frames")["rows"][0]["decision"] == "accepted"
    assert len((root / REVIEW).read_text().splitlines()) == 3


def test_a_decision_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    root = dataset(tmp_path, 3)
    (root / REVIEW).mkdir()
    whole = Dataset.open(root)
    with pytest.raises(DatasetError, match="directory"):
        Reviewing(whole, Queue.of(whole, 1), lambda: NOW)
    (root / REVIEW).rmdir()
    with serving(root) as server:
        (root / REVIEW).mkdir()
        status, _, body = decide(server, {"frame": 1, "decision": "rejected", "comment": ""})
        assert status == 507
        assert "not kept" in json.loads(body)["error"]
        # What is only read was told as not kept, too.
        for path in ("frames", "labels/1"):
            status, _, body = ask(server, f"/{TOKEN}/{path}")
            said = {"error": f"cannot be read: Is a directory: {root / REVIEW}"}
            assert (status, json.loads(body)) == (500, said)


def test_a_fault_of_ours_is_told_as_one(
    server: ReviewServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not by a connection that ends, after which the page takes the server for gone."""

    def broken(_: int) -> None:
        raise TypeError("no number")

    monkeypatch.setattr(server.reviewing, "labels", broken)
    status, _, body = ask(server, f"/{TOKEN}/labels/2")
    assert (status, json.loads(body)) == (500, {"error": "longtail has a fault (TypeError: no number)"})
    assert capsys.readouterr().err == ""


def test_what_is_not_scored_is_said(tmp_path: Path) -> None:
    root = dataset(tmp_path, 6)
    whole = Dataset.open(root)
    assert "longtail stats scores all" in Queue.of(whole, 3).note
    assert len(Queue.of(whole, 3).rows) == 3
    assert Queue.of(whole, 3) == Queue.of(whole, 3)
    flagged(root, {})
    assert Queue.of(whole, 100).note == ""
    decided(root, {5: "rejected"})
    assert len(Queue.of(whole, 100).rows) == 6


def test_the_page_is_for_this_machine_alone(tmp_path: Path) -> None:
    root = dataset(tmp_path, 1)
    answer = CliRunner().invoke(main, ["review", str(root), "--host", "0.0.0.0"])
    assert answer.exit_code == 2
    assert "this machine alone" in " ".join(answer.output.split())
    assert "ssh -L" in " ".join(answer.output.split())
    assert "--host" not in CliRunner().invoke(main, ["review", "--help"]).output
    answer = CliRunner().invoke(main, ["review", "s3://bucket/set"])
    assert answer.exit_code == 2
    with serving(root) as server:
        answer = CliRunner().invoke(main, ["review", str(root), "--port", str(server.server_port)])
        assert answer.exit_code == 1
        assert "expected a free port" in answer.output
