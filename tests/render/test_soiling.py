"""What is on the glass: nothing where it is clean, drops that turn the scene over, a mask that says what is hidden."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from longtail.distributions import Distribution
from longtail.render.soiling import soil
from longtail.render.soiling.drop_shapes import draw_shapes
from longtail.render.soiling.glass import Glass, ambient, defocused, scattered
from longtail.render.soiling.table import KINDS
from longtail.render.soiling.water import refracted
from longtail.scenes.camera.soiling import PARAMETERS, Drops, Soiling, rules
from longtail.scenes.space.parameters import restrict
from longtail.scenes.weather.combinations import on_glass

SIZE = (320, 180)
FX = 250.0
PUPIL_M = 0.0012
KINDS_OF_SOILING = {
    "drops": Soiling(Drops(60, 3.0, 1.5)),
    "dirt": Soiling(dirt=0.15),
    "dust": Soiling(dust=0.3),
    "frost": Soiling(frost=0.4),
    "condensation": Soiling(condensation=0.5),
    "all": Soiling(Drops(30, 3.0, 1.5), 0.05, 0.1, 0.2, 0.2),
}
SPREAD = {name: soiling for name, soiling in KINDS_OF_SOILING.items() if name in ("dirt", "frost", "condensation")}


def street(size: tuple[int, int] = SIZE) -> np.ndarray:  # type: ignore[type-arg]
    """A bright sky over a dark road, and a lamp."""
    width, height = size
    rows = (np.arange(height) + 0.5) / height
    picture = np.where(rows < 0.5, 2.0, 0.1)[:, None, None] * np.ones((1, width, 3))
    picture += 0.05 * np.sin(np.arange(width) / width * 40)[None, :, None]
    x, y, side = width // 4, height // 4, max(1, width // 160)
    picture[y : y + side, x : x + side] = 500.0
    return picture.astype(np.float32)


def seeded(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_every_kind_is_tested() -> None:
    assert set(KINDS) <= set(KINDS_OF_SOILING)


def test_clean_glass_leaves_the_picture_as_it_is() -> None:
    picture = street()
    soiled = soil(picture, Soiling(), FX, PUPIL_M, seeded())
    assert soiled.radiance is picture
    assert soiled.blocked.dtype == np.bool_
    assert not soiled.blocked.any()


@pytest.mark.parametrize("soiling", KINDS_OF_SOILING.values(), ids=KINDS_OF_SOILING)
def test_a_seed_gives_the_same_picture_and_another_another(soiling: Soiling) -> None:
    picture = street()
    before = picture.copy()
    first, again, other = (soil(picture, soiling, FX, PUPIL_M, seeded(seed)) for seed in (5, 5, 6))
    assert np.array_equal(picture, before)
    assert np.array_equal(first.radiance, again.radiance)
    assert np.array_equal(first.blocked, again.blocked)
    assert not np.array_equal(first.radiance, other.radiance)


@pytest.mark.parametrize("soiling", KINDS_OF_SOILING.values(), ids=KINDS_OF_SOILING)
@pytest.mark.parametrize("size", [SIZE, (33, 21), (200, 300)], ids=["wide", "tiny", "tall"])
def test_light_stays_light(soiling: Soiling, size: tuple[int, int]) -> None:
    picture = street(size)
    soiled = soil(picture, soiling, FX * size[0] / SIZE[0], PUPIL_M, seeded())
    assert soiled.radiance.shape == picture.shape
    assert soiled.radiance.dtype == np.float32
    assert soiled.blocked.shape == picture.shape[:2]
    assert np.isfinite(soiled.radiance).all()
    assert soiled.radiance.min() >= 0
    # Glass moves light about; it makes none. Drops bring in some from beyond the picture.
    assert soiled.radiance.mean() <= 1.3 * picture.mean()
    assert soiled.radiance.max() <= picture.max()


@pytest.mark.parametrize("soiling", KINDS_OF_SOILING.values(), ids=KINDS_OF_SOILING)
def test_darkness_stays_dark(soiling: Soiling) -> None:
    dark = np.zeros((90, 160, 3), np.float32)
    assert soil(dark, soiling, 125.0, PUPIL_M, seeded()).radiance.max() < 1e-6


@pytest.mark.parametrize("soiling", SPREAD.values(), ids=SPREAD)
def test_an_even_scene_grows_no_brighter(soiling: Soiling) -> None:
    even = np.full((90, 160, 3), 0.7, np.float32)
    assert soil(even, soiling, 125.0, PUPIL_M, seeded()).radiance.mean() <= 0.75


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7])
@pytest.mark.parametrize("name", SPREAD)
@pytest.mark.parametrize("seed", range(3))
def test_the_mask_holds_the_share_that_was_asked_for(name: str, share: float, seed: int) -> None:
    soiling = Soiling(**{name: share}, glass_m=0.2)  # type: ignore[arg-type]
    blocked = soil(street(), soiling, FX, 0.0008, seeded(seed)).blocked.mean()
    assert blocked == pytest.approx(share, rel=0.3)


def test_more_drops_hide_more() -> None:
    shares = [soil(street(), Soiling(Drops(count)), FX, PUPIL_M, seeded()).blocked.mean() for count in (0, 10, 40, 160)]
    assert shares[0] == 0
    assert (np.diff(shares) > 0).all()


def test_a_thin_film_of_dust_hides_nothing() -> None:
    assert not soil(street(), Soiling(dust=0.1), FX, PUPIL_M, seeded()).blocked.any()


def test_drops_show_the_sky_below_and_the_road_above() -> None:
    picture = np.repeat(np.where(np.arange(180) < 90, 2.0, 0.1)[:, None], 320, axis=1)[..., None] * np.ones(3)
    # Too small to run, and so close that they are large in the picture.
    soiling = Soiling(Drops(40, 4.0, 1.0), glass_m=0.03)
    shown = soil(picture.astype(np.float32), soiling, FX, 0.0002, seeded()).radiance
    # The drops' stream is the one at their place in the table.
    own = seeded().spawn(len(KINDS))[list(KINDS).index("drops")]
    shapes = draw_shapes(soiling, Glass(SIZE, FX, soiling.glass_m, 0.0002), own)
    inverted = []
    for (x, y), radius in zip(shapes.centres * SIZE[0], shapes.radii * SIZE[0], strict=True):
        if abs(y - 90) < 20 and 10 < x < 310:
            above, below = (shown[int(y + side * 0.65 * radius), int(x)].mean() for side in (-1, 1))
            inverted.append(below > 4 * above)
    assert len(inverted) > 2
    assert all(inverted)


def test_a_drop_makes_the_dark_sparkle() -> None:
    """The lamp is seen again in drops that lie elsewhere."""
    picture = np.full((180, 320, 3), 0.001, np.float32)
    picture[60:63, 80:83] = 300.0
    shown = soil(picture, Soiling(Drops(60, 3.0, 1.4), glass_m=0.1), FX, 0.0005, seeded()).radiance
    spots, _ = cv2.connectedComponents((shown[..., 1] > 0.1).astype(np.uint8))
    assert spots - 1 > 5


@pytest.mark.parametrize("soiling", KINDS_OF_SOILING.values(), ids=KINDS_OF_SOILING)
def test_a_larger_picture_shows_the_same_soiling(soiling: Soiling) -> None:
    small = soil(street(), soiling, FX, PUPIL_M, seeded())
    large = soil(street((640, 360)), soiling, 2 * FX, PUPIL_M, seeded())
    shrunk = cv2.resize(large.blocked.astype(np.float32), SIZE, interpolation=cv2.INTER_AREA) > 0.5
    assert (shrunk != small.blocked).mean() < 0.03
    brightness = [
        cv2.resize(np.minimum(s.radiance, 3.0), (32, 18), interpolation=cv2.INTER_AREA) for s in (small, large)
    ]
    assert np.abs(brightness[0] - brightness[1]).mean() < 0.05


def test_kinds_do_not_move_one_another() -> None:
    drops = soil(street(), Soiling(Drops(40, 3.0)), FX, PUPIL_M, seeded()).blocked
    both = soil(street(), Soiling(Drops(40, 3.0), dust=0.05), FX, PUPIL_M, seeded()).blocked
    assert (both & drops).sum() > 0.98 * drops.sum()
    assert (both & ~drops).mean() < 0.01


def test_drops_do_not_overlap() -> None:
    soiling = Soiling(Drops(150, 3.0, 1.8))
    shapes = draw_shapes(soiling, Glass(SIZE, FX, soiling.glass_m, 0.001), seeded())
    apart = np.hypot(*(shapes.centres[:, None] - shapes.centres).transpose(2, 0, 1))
    reach = shapes.radii[:, None] + shapes.radii
    assert (apart + np.eye(len(apart)) * 9 > reach).all()


def test_snell_and_fresnel() -> None:
    slope, passes = refracted(np.array([0.0, 0.01, 0.6, 0.76, 0.9]))
    assert slope[0] == 0
    # Thin prism: (n - 1) times its angle.
    assert slope[1] == pytest.approx(0.333 * 0.01, rel=1e-3)
    assert slope[2] == pytest.approx(math.tan(math.asin(1.333 * 0.6) - math.asin(0.6)))
    # At normal incidence water reflects ((n - 1) / (n + 1))^2; beyond the critical angle, all.
    assert passes[0] == pytest.approx(1 - (0.333 / 2.333) ** 2)
    assert (passes[3:] == 0).all()


def test_defocus_keeps_light_and_makes_discs() -> None:
    layer = np.zeros((80, 80), np.float32)
    layer[40, 40] = 1.0
    for diameter in (3.0, 6.0, 17.0):
        disc = defocused(layer, diameter)
        assert disc.sum() == pytest.approx(1.0, rel=0.05)
        radius = math.sqrt((disc > disc.max() / 2).sum() / math.pi)
        assert radius == pytest.approx(diameter / 2, abs=1.2)
    assert defocused(layer, 1.0) is layer


def test_scattering_keeps_light() -> None:
    picture = street()
    assert scattered(picture, ((1.0, 0.5), (6.0, 0.3)), FX).mean() == pytest.approx(0.8 * picture.mean(), rel=0.02)
    even = np.full((50, 70, 3), 0.4, np.float32)
    assert scattered(even, ((0.3, 0.6), (9.0, 0.4)), FX) == pytest.approx(even, rel=1e-4)


def test_the_ambient_of_an_even_scene_is_the_scene() -> None:
    assert ambient(np.full((50, 70, 3), 0.4, np.float32), 60.0) == pytest.approx([0.4] * 3, rel=1e-4)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=[p.path for p in PARAMETERS])
def test_defaults_lie_in_their_range(parameter: object) -> None:
    (own,) = [p for p in PARAMETERS if p is parameter]
    low, high = own.range
    assert isinstance(own.default, Distribution)
    for u in (1e-6, 0.1, 0.5, 0.9, 1 - 1e-6):
        assert low <= own.default.ppf(u) <= high
    assert own.checked(own.default) == own.default


def drawn(u: float, **context: object) -> Soiling:
    values: dict[str, object] = {"weather": "clear", "air.temperature_c": 15.0}
    values |= {key.replace("__", "."): value for key, value in context.items()}
    for p in PARAMETERS:
        binding = tuple(rule for rule in rules(on_glass) if rule.path == p.path and rule.when(values))
        assert isinstance(p.default, Distribution)
        values[p.path] = restrict(p.default, binding, values, u).value
    return Soiling.drawn(values)


def test_dry_warm_days_have_neither_drops_nor_frost_nor_fogged_glass() -> None:
    soiling = drawn(0.999)
    assert soiling.drops.count == 0
    assert soiling.frost == 0
    assert soiling.condensation == 0


def test_rain_brings_drops_and_washes_dust_off() -> None:
    soiling = drawn(0.99, weather="rain")
    assert soiling.drops.count > 100
    assert soiling.dust <= 0.08


def test_frost_needs_cold() -> None:
    assert drawn(0.95, air__temperature_c=-6.0).frost > 0.2
    assert drawn(0.95, weather="snow_cover", air__temperature_c=3.0).frost > 0.2


def test_most_of_the_draws_are_clean() -> None:
    covers = [p for p in PARAMETERS if p.path.endswith("cover")]
    for p in covers:
        assert isinstance(p.default, Distribution)
        assert p.default.cdf(0.02) > 0.5
