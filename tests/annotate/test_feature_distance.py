"""KID and FID against formulas, known distances, and files that hold none."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.against.feature_distance import distances_of_files, frechet_distance, kernel_distance
from longtail.annotate.errors import ConfigError


def normal(seed: int, count: int, mean: float = 0.0, spread: float = 1.0, length: int = 6) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(mean, spread, (count, length))


def test_kid_is_its_definition() -> None:
    a, b = normal(1, 9), normal(2, 11, 0.5)

    def kernel(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
        return float((x @ y / 6 + 1) ** 3)

    within = np.mean([kernel(x, y) for x, y in itertools.permutations(a, 2)])
    among = np.mean([kernel(x, y) for x, y in itertools.permutations(b, 2)])
    between = np.mean([kernel(x, y) for x in a for y in b])
    found = kernel_distance(a, b)
    assert found["kid"] == pytest.approx(within + among - 2 * between)
    # The jackknife, made by leaving rows out indeed.
    left = [kernel_distance(np.delete(a, place, 0), b)["kid"] for place in range(9)]
    right = [kernel_distance(a, np.delete(b, place, 0))["kid"] for place in range(11)]
    assert found["std"] ** 2 == pytest.approx(8 * np.var(left) + 10 * np.var(right))


def test_kid_has_no_bias_and_its_interval_holds_the_truth() -> None:
    """Of alike samples the mean is 0; of a shift the interval holds what twenty times the rows say."""
    alike = [kernel_distance(normal(seed, 40), normal(seed + 500, 60)) for seed in range(100)]
    kids = np.array([found["kid"] for found in alike])
    assert abs(kids.mean()) < 3 * kids.std() / 10
    assert np.mean([found["low"] <= 0 <= found["high"] for found in alike]) >= 0.93
    truth = kernel_distance(normal(9000, 3000), normal(9001, 3000, 0.4))["kid"]
    shifted = [kernel_distance(normal(seed, 100), normal(seed + 500, 100, 0.4)) for seed in range(100)]
    assert np.mean([found["low"] <= truth <= found["high"] for found in shifted]) >= 0.88


def test_fid_of_known_normals() -> None:
    """Sets whose mean and covariance are exact: |shift|^2 + length * (difference of deviations)^2."""
    grid = np.array(list(itertools.product((-1.0, 1.0), repeat=5)))
    assert frechet_distance(grid, grid) == pytest.approx(0, abs=1e-6)
    exact = grid * np.sqrt(31 / 32)
    assert frechet_distance(exact, exact + [3, 4, 0, 0, 0]) == pytest.approx(25)
    assert frechet_distance(exact, 3 * exact) == pytest.approx(5 * 4)


@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_files_of_features(tmp_path: Path, kind: str) -> None:
    paths = tmp_path / f"a.{kind}", tmp_path / f"b.{kind}"
    for path, array in zip(paths, (normal(1, 20), normal(2, 30)), strict=True):
        np.save(path, array) if kind == "npy" else np.savez(path, features=array, names=np.arange(3))
    found = distances_of_files(*paths)
    assert (found["ours"], found["theirs"], found["length"]) == (20, 30, 6)
    assert found["low"] < found["kid"] < found["high"]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (normal(1, 20, length=5), "one length"),
        (normal(1, 3), "8 to 5000 pictures"),
        (np.arange(9.0), "shape"),
        (np.full((9, 6), np.nan), "finite"),
        (np.array([{}] * 9), "expected an .npy"),
    ],
    ids=["length", "few", "shape", "nan", "pickle"],
)
def test_what_are_no_features_is_refused_in_words(tmp_path: Path, one: NDArray[np.float64], said: str) -> None:
    np.save(tmp_path / "a.npy", one, allow_pickle=True)
    np.save(tmp_path / "b.npy", normal(1, 20))
    with pytest.raises(ConfigError, match=said):
        distances_of_files(tmp_path / "a.npy", tmp_path / "b.npy")


def test_no_file_and_no_single_array_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "b.npy", normal(1, 20))
    (tmp_path / "text.npy").write_text("hello")
    np.savez(tmp_path / "two.npz", a=normal(1, 9), b=normal(2, 9))
    for name in ("none.npy", "text.npy", "two.npz"):
        with pytest.raises(ConfigError, match="--features"):
            distances_of_files(tmp_path / name, tmp_path / "b.npy")
