"""What `benchmarks/fit_denoiser.py` reads and writes, and the network that it has made."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner

with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    import fit_denoiser
    from denoiser.archive import archives, read, written
    from denoiser.together import EXPOSURES, TOGETHER

# Where the network of high quality lies among those of the library that bpy 5.0 brings along.
_HIGH = 10


@pytest.fixture(scope="module")
def library() -> bytes:
    spec = find_spec("bpy")
    assert spec is not None
    assert spec.origin is not None
    (core,) = Path(spec.origin).parent.glob("lib/libOpenImageDenoise_core.so.*")
    return core.read_bytes()


def test_an_archive_is_read_as_it_was_written() -> None:
    numbers = np.random.default_rng(1)
    tensors = {
        "conv.weight": numbers.random((4, 3, 3, 3)).astype(np.float16),
        "conv.bias": numbers.random(4).astype(np.float16),
    }
    again = read(b"before" + written(tensors), len(b"before"))
    assert again.keys() == tensors.keys()
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(again[name], tensor)


def test_what_is_no_archive_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a tensor archive of version 2, got b'PK"):
        read(b"PK\3\4" * 20)


def test_the_makers_own_archives_are_written_to_the_byte(library: bytes) -> None:
    networks = list(archives(library))
    assert len(networks) > _HIGH
    for network in networks:
        assert written(network) in library


def test_the_fitted_network_has_the_layers_of_high_quality_and_other_numbers(library: bytes) -> None:
    kept = fit_denoiser.FITTED.read_bytes()
    fitted, high = read(kept), list(archives(library))[_HIGH]
    assert written(fitted) == kept
    assert {name: tensor.shape for name, tensor in fitted.items()} == {name: t.shape for name, t in high.items()}
    assert all(np.isfinite(tensor).all() for tensor in fitted.values())
    # It went on from there, and did not go far.
    for name, tensor in fitted.items():
        far = np.abs(tensor.astype(np.float32) - high[name]).mean() / np.abs(high[name].astype(np.float32)).mean()
        assert 0 < far < 0.5, name


def test_what_ought_to_come_shares_no_exposure_with_what_is_shown() -> None:
    assert EXPOSURES.keys() == TOGETHER.keys()
    for samples, sets in TOGETHER.items():
        every = set(range(EXPOSURES[samples]))
        for shown in sets:
            assert len(set(shown)) == len(shown)
            # What ought to come has at least as many samples.
            assert set(shown) < every
            assert 2 * len(shown) <= len(every)


def test_a_folder_without_scenes_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    result = CliRunner().invoke(fit_denoiser.main, ["fit", str(tmp_path), "-o", str(tmp_path / "network.tza")])
    assert result.exit_code == 2
    assert "expected scenes (*.npz), found none" in result.output


def test_without_pytorch_one_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_denoiser, "find_spec", lambda _: None)
    result = CliRunner().invoke(fit_denoiser.main, ["fit", str(tmp_path), "-o", str(tmp_path / "network.tza")])
    assert result.exit_code == 2
    assert "expected PyTorch, found none: pip install torch" in result.output
    assert not (tmp_path / "network.tza").exists()


def test_the_copy_in_pytorch_makes_the_same_picture(library: bytes) -> None:
    torch = pytest.importorskip("torch")
    from denoiser.exposure import exposure
    from denoiser.network import HIGH, Network

    from longtail.render.blender.denoising import denoiser

    found = denoiser()
    assert found is not None
    rng = np.random.default_rng(Random(1).randrange(100))
    radiance, albedo = (rng.random((64, 96, 3), np.float32) ** power for power in (6, 1))
    normal = rng.random((64, 96, 3), np.float32) * 2 - 1
    assert HIGH == _HIGH
    network, bright = Network(list(archives(library))[HIGH]), exposure(radiance)
    told = [torch.tensor(image.transpose(2, 0, 1)[None]) for image in (radiance * bright, albedo, normal)]
    with torch.no_grad():
        made = network(*told)[0].numpy().transpose(1, 2, 0) / bright
    np.testing.assert_allclose(made, found.picture(radiance, albedo, normal, "high"), atol=1e-4 * made.mean())
