"""Choosing a device among those that are there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from longtail.annotate.errors import ConfigError, DeviceError
from longtail.render.commands.shard import Shard
from longtail.render.machine.devices import Device, names_of, ranked, require_lens_of_kind

CPU = Device("cpu", "Some CPU")
CARDS = (Device("optix", "Card A", "a"), Device("optix", "Card B", "b"), Device("cuda", "Card A", "a"), CPU)


def choose(asked: str, found: Sequence[Device]) -> tuple[Device, ...]:
    """The best that is meant."""
    return ranked(asked, found)[0]


def test_auto_takes_the_best_kind_and_all_of_it() -> None:
    assert choose("auto", CARDS) == CARDS[:2]
    assert choose("auto", (CPU,)) == (CPU,)


def test_what_auto_may_fall_back_to_is_ranked_and_a_kind_falls_back_to_nothing() -> None:
    assert ranked("auto", CARDS) == (CARDS[:2], (CARDS[2],), (CPU,))
    assert ranked("auto:0", CARDS) == ((CARDS[0],), (CARDS[2],), (CPU,))
    # There is no second CUDA card, and no number hides the CPU.
    assert ranked("auto:1", CARDS) == ((CARDS[1],), (CPU,))
    assert ranked("optix", CARDS) == (CARDS[:2],)


def test_a_kind_is_taken_as_asked() -> None:
    assert choose("cuda", CARDS) == (CARDS[2],)
    assert choose("cpu", CARDS) == (CPU,)


@pytest.mark.parametrize("asked", ["hip", "oneapi", "metal"])
def test_an_absent_kind_is_never_replaced(asked: str) -> None:
    with pytest.raises(DeviceError, match=rf"expected a device of kind {asked}.*optix \(Card A\).*--device auto"):
        choose(asked, CARDS)


def test_shards_share_out_every_frame_once() -> None:
    parts = [Shard.parse(f"{i}/7").indices(100) for i in range(7)]
    assert sorted(index for part in parts for index in part) == list(range(100))


def test_some_of_a_kinds_devices_by_their_numbers() -> None:
    assert choose("optix:1", CARDS) == (CARDS[1],)
    assert choose("optix:1,0", CARDS) == (CARDS[1], CARDS[0])
    assert choose("auto:0,0", CARDS) == (CARDS[0],)
    assert choose("cpu:0", CARDS) == (CPU,)


@pytest.mark.parametrize(
    ("asked", "said", "status"),
    [
        ("optix:2", r"got 'optix:2', but there are only 0 \(Card A\), 1 \(Card B\)", 1),
        ("optix:", "numbers behind a colon", 2),
        ("optix:-1", "numbers behind a colon", 2),
        ("optix:0,,1", "numbers behind a colon", 2),
        ("gpu", "expected one of auto, optix", 2),
    ],
    ids=["too high", "none", "negative", "gap", "kind"],
)
def test_devices_that_nobody_has(asked: str, said: str, status: int) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        choose(asked, CARDS)
    # Another machine may have a third card; none has a "gpu".
    assert refused.value.exit_status == status


def test_what_doctor_calls_a_device_chooses_it() -> None:
    assert names_of(CARDS) == ["optix:0", "optix:1", "cuda", "cpu"]
    for name, device in zip(names_of(CARDS), CARDS, strict=True):
        assert choose(name, CARDS) == (device,)


@pytest.mark.parametrize("asked", ["cuda", "cuda:0,1", "hip", "metal"])
def test_a_lens_that_no_device_of_a_kind_renders_is_refused_for_good(asked: str) -> None:
    require_lens_of_kind("pinhole", asked)
    kind = asked.partition(":")[0]
    with pytest.raises(
        ConfigError,
        match=f"expected pinhole or equirectangular or orthographic on {kind}, got kannala_brandt.*try --device cpu",
    ) as found:
        require_lens_of_kind("kannala_brandt", asked)
    assert found.value.exit_status == 2


@pytest.mark.parametrize("asked", ["auto", "cpu", "optix:0"])
def test_a_lens_waits_for_the_device_where_some_can(asked: str) -> None:
    require_lens_of_kind("kannala_brandt", asked)
