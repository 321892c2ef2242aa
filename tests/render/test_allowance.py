"""A share of failures that a run may have: from the option to the exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from longtail.annotate.dataset.allowance import Allowance
from longtail.annotate.dataset.merge import merge
from longtail.annotate.errors import ConfigError
from longtail.command_line import main
from longtail.render.commands.run import Request, _conclude
from longtail.render.workers.supervise import Outcome
from tests.annotate.stage import dataset


@pytest.mark.parametrize(
    ("text", "frames", "allowed"),
    [
        ("0", 1000, 0),
        ("5", 1000, 5),
        ("1%", 10_000, 100),
        ("7%", 100, 7),
        ("0.1%", 313, 1),
        ("0%", 313, 0),
        ("100%", 313, 313),
    ],
)
def test_a_number_or_a_share_of_frames(text: str, frames: int, allowed: int) -> None:
    assert Allowance.parse(text).of(frames) == allowed
    assert Allowance.parse(str(Allowance.parse(text))) == Allowance.parse(text)


@pytest.mark.parametrize("text", ["0.01", "-1", "101%", "", "many", "1e3", "nan%", "²"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"expected a number of frames, such as 5, or a share of them with its sign"):
        Allowance.parse(text)


@pytest.mark.parametrize(("text", "status"), [("0", 1), ("1", 1), ("2", 0), ("1%", 1), ("2%", 0)])
def test_a_run_with_failures(text: str, status: int, tmp_path: Path) -> None:
    said: list[str] = []
    request = Request("street", tmp_path, allow_failures=Allowance.parse(text))
    outcome = Outcome(made=98, failed=[7, 3])
    assert _conclude(request, 100, outcome, said.append, "") == status
    assert "2 frames failed (3, 7)" in said[-1]
    assert (f"which --allow-failures {text} admits" in said[-1]) == (status == 0)


def test_a_run_that_was_stopped_is_not_done(tmp_path: Path) -> None:
    request = Request("street", tmp_path, allow_failures=Allowance.parse("100%"))
    assert _conclude(request, 100, Outcome(made=3, interrupted=True), lambda _: None, "") == 1


@pytest.mark.parametrize(("text", "status"), [("0", 1), ("1", 0), ("33%", 0), ("0%", 1)])
def test_holes_of_a_dataset(text: str, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = dataset(tmp_path / "set", 3)
    for path in root.rglob("000000.*"):
        path.unlink()
    merge(root)

    def ended(*words: object) -> object:
        with pytest.raises(SystemExit) as end:
            main([*map(str, words), "--allow-failures", text])
        return end.value.code

    assert ended("check", root) == status
    shown = capsys.readouterr()
    assert shown.out.count("none for frame 0") == 1
    assert ("1 frame missing, and --allow-failures" in shown.err) == (status == 0)
    assert ended("merge", root, "-o", tmp_path / "merged") == status
    assert "not there: 1 frame (0)" in capsys.readouterr().err
    # Whatever may be missing, nothing else may be wrong.
    (root / "images" / "000001.png").write_bytes(b"torn")
    assert ended("check", root) == 1
