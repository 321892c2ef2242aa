"""The glow of lamps in fog: nothing in clear air, and the light that the air takes elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.annotate.camera import Pinhole
from longtail.render.picture.aureole import _shares, with_aureoles

LENS = Pinhole.centred(320, 240, 300.0)
NOWHERE = np.zeros((240, 320), dtype=bool)


def lamp() -> np.ndarray:  # type: ignore[type-arg]
    picture = np.full((240, 320, 3), 0.001, dtype=np.float32)
    picture[118:122, 158:162] = 50.0
    return picture


def test_clear_air_leaves_the_picture_as_it_is() -> None:
    picture = lamp()
    assert with_aureoles(picture, np.ones((240, 320), np.float32), NOWHERE, LENS) is picture


def test_an_even_picture_has_no_lamps() -> None:
    grey = np.full((240, 320, 3), 0.5, dtype=np.float32)
    assert with_aureoles(grey, np.full((240, 320), 0.3, np.float32), NOWHERE, LENS) is grey


def test_neither_the_sky_nor_the_air_glows_like_a_lamp() -> None:
    """A bright sky over a dark road at dusk, and a bright air before what is far: no light was taken from a lamp."""
    picture = np.full((240, 320, 3), 0.001, dtype=np.float32)
    picture[:80] = 0.5
    crossing = np.full((240, 320), 0.5, np.float32)
    crossing[:80] = 0.0
    assert with_aureoles(picture, crossing, NOWHERE, LENS) is picture
    crossing[:80] = 0.1
    sky = NOWHERE.copy()
    sky[:80] = True
    assert with_aureoles(picture, crossing, sky, LENS) is picture
    assert with_aureoles(picture, crossing, NOWHERE, LENS, (0.56, 0.56, 0.56)) is picture
    assert with_aureoles(picture, crossing, NOWHERE, LENS) is not picture


@pytest.mark.parametrize("crossing", [0.02, 0.3, 0.9])
def test_shares_of_the_lobes_are_what_chance_makes_of_single_scatterings(crossing: float) -> None:
    """A million photons, each scattered as often as Poisson says, into one of three lobes each time."""
    rng = np.random.default_rng(5)
    count = rng.poisson(-np.log(crossing), 1_000_000)
    lobes = rng.multinomial(count, (0.4, 0.35, 0.25))
    widest = np.where(lobes[:, 2] > 0, 2, np.where(lobes[:, 1] > 0, 1, 0))
    found = [float(((widest == lobe) & (count > 0)).mean()) for lobe in range(3)]
    assert [float(share[0]) for share in _shares(np.full(1, crossing, np.float32))] == pytest.approx(found, abs=0.002)


def test_the_glow_holds_the_light_that_was_scattered() -> None:
    picture, crossing = lamp(), 0.4
    shown = with_aureoles(picture, np.full((240, 320), crossing, np.float32), NOWHERE, LENS)
    scattered = (picture[118:122, 158:162] / crossing * (1 - crossing) * 0.95).sum()
    # A little of the widest Gaussian leaves the picture.
    assert (shown - picture).sum() == pytest.approx(scattered, rel=0.06)
    assert (shown >= picture).all()


def test_the_glow_falls_with_the_angle_and_grows_with_the_fog() -> None:
    picture = lamp()
    crossings = (np.full((240, 320), share, np.float32) for share in (0.8, 0.3))
    thin, thick = (with_aureoles(picture, crossing, NOWHERE, LENS)[..., 1] for crossing in crossings)
    along = thick[120, 164:240]
    assert (np.diff(along) <= 1e-5).all()
    assert (thick >= thin).all()
    assert thick[120, 180] > 3 * thin[120, 180]
