"""A scenario draws from its own families of assets; other packages offer assets and scenarios, or say what is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from longtail.annotate.labels.taxonomy import CATEGORIES
from longtail.plug_ins import PlugInError, with_plug_ins
from longtail.render.workers.request import catalogue_digest
from longtail.scenes.assets import FAMILIES, catalogue, categories_of, families
from longtail.scenes.assets.packs.locate import CURATED
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.loading import load
from longtail.scenes.scenarios.table import GROUP, SCENARIOS, checked
from tests.plugged import installed

BOLLARD = """
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.assets.family import Family
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box

def bollard(name, category="pole"):
    return Procedural.measured(name, category, tags=frozenset({"pavement"}),
                               recipe=lambda: box((0.2, 0.3, 0.9), Principled((0.5, 0.1, 0.1)), (0, 0, 0.45)))

ONE = bollard("newcomer/bollard")
MORE = Family("vehicles", (bollard("newcomer/cart", "car"),))
OWN = Family("kitchen", (bollard("newcomer/stove", "pole"),))
TAKEN = bollard("cone/traffic")
PACKED = bollard("sh3f/scopia/cone")
ODD = bollard("newcomer/odd", "kettle")
HOMELESS = bollard("newcomer/tornado", "tornado")
SPOKEN = bollard("New Comer")
MIXED = Family("kitchen", ("stove",))
SHOUTED = Family("A kitchen", ())
"""

SCENARIO = """
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.street.scenario import STREET

def yard(**changes):
    return Scenario("yard", "a street of people alone", STREET.space, STREET.compose, **changes)

YARD = yard(families=("people",), scenery=("sky", "road"))
WORDS = "yard"
SPELLED = yard(families=("peoples",))
GREEN = yard(scenery=("lawn",))
"""


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    families.cache_clear()
    yield
    families.cache_clear()


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the import path, whose modules another test may bring along under the same names."""
    monkeypatch.syspath_prepend(tmp_path)
    for module in ("newcomer_assets", "newcomer_yard"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return tmp_path


def offered(folder: Path, *entries: str) -> None:
    text = "[longtail.assets]\n" + "".join(f"{entry.lower()} = newcomer_assets:{entry}\n" for entry in entries)
    installed(folder, "newcomer", text, {"newcomer_assets": BOLLARD})


def test_a_catalogue_holds_what_is_asked_for_alone() -> None:
    assert set(catalogue(("people",), packs=False)) == {asset.name for asset in FAMILIES["people"]}
    both = list(catalogue(("vehicles", "people"), packs=False))
    assert both == list(catalogue(("people", "vehicles"), packs=False))
    assert catalogue(()) == {}
    assert set(catalogue()) == {name for family in families() for name in catalogue((family,))}


def test_every_scenario_of_ours_names_families_and_scenery_that_there_are() -> None:
    for name, scenario in SCENARIOS.items():
        assert checked(name, scenario) is scenario


def test_a_scenario_tells_its_categories_with_packs_and_without() -> None:
    street = SCENARIOS["street"]
    names = [category.name for category in CATEGORIES]
    assert list(street.categories) == [name for name in names if name in street.categories]
    assert {"sky", "crosswalk", "car", "dog"} <= set(street.categories)
    assert categories_of(("people",)) == {"person", "dog"}
    placed = {asset.category for asset in catalogue_of(load("street")).values()}
    assert placed <= set(street.categories)
    assert {row.category for row in CURATED if row.entry.startswith("Reallusion#")} <= set(street.categories)


def test_an_asset_of_another_family_leaves_the_streets_digest_alone(offer: Path) -> None:
    before = catalogue_digest(catalogue_of(load("street")))
    offered(offer, "OWN")
    families.cache_clear()
    assert "newcomer/stove" in catalogue()
    assert "newcomer/stove" not in catalogue_of(load("street"))
    assert catalogue_digest(catalogue_of(load("street"))) == before


def test_offers_join_the_family_of_their_name_or_category_behind_ours(offer: Path) -> None:
    offered(offer, "ONE", "MORE", "OWN")
    ours = {name: len(assets) for name, assets in FAMILIES.items()}
    table = families()
    assert [asset.name for asset in table["furniture"][ours["furniture"] :]] == ["newcomer/bollard"]
    assert table["furniture"][-1].size_m == pytest.approx((0.2, 0.3, 0.9))
    assert [asset.name for asset in table["vehicles"][ours["vehicles"] :]] == ["newcomer/cart"]
    assert [asset.name for asset in table["kitchen"]] == ["newcomer/stove"]
    assert "newcomer/cart" in catalogue_of(load("street", ["assets.packs=false"]))


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("TAKEN", "expected an asset's name that is not taken, got cone/traffic"),
        ("PACKED", "expected an asset's name that is not taken, got sh3f/scopia/cone"),
        ("ODD", "expected an asset of a category that a family of ours has, or a Family that holds it, got"),
        ("HOMELESS", "got 'newcomer/tornado' of category 'tornado'"),
        ("SPOKEN", "expected an asset's name like cup/blue, got 'New Comer'"),
        ("MIXED", "expected a family of Assets, got str in it"),
        ("SHOUTED", "expected a family's name in small letters, digits, '-' and '_', got 'A kitchen'"),
        ("bollard", "expected a Family or an Asset, got function"),
    ],
)
def test_an_offer_that_cannot_stand_is_named(offer: Path, entry: str, why: str) -> None:
    offered(offer, entry)
    with pytest.raises(PlugInError) as caught:
        families()
    assert f"plug-in {entry.lower()} = newcomer_assets:{entry} (longtail.assets) of newcomer: " in str(caught.value)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("yard = newcomer_yard:WORDS", "expected a Scenario, got str"),
        ("garden = newcomer_yard:YARD", "expected a Scenario whose name is the entry point's, got 'yard'"),
        ("yard = newcomer_yard:SPELLED", "got 'peoples'; did you mean people"),
        ("yard = newcomer_yard:GREEN", "expected scenery of categories of the taxonomy, got 'lawn'"),
        ("street = newcomer_yard:YARD", "expected a name that is not taken, got street"),
    ],
)
def test_a_scenario_that_cannot_stand_is_named(offer: Path, entry: str, why: str) -> None:
    installed(offer, "newcomer", f"[longtail.scenarios]\n{entry}\n", {"newcomer_yard": SCENARIO})
    with pytest.raises(PlugInError) as caught:
        with_plug_ins(GROUP, dict(SCENARIOS), checked)
    assert f"plug-in {entry} (longtail.scenarios) of newcomer: " in str(caught.value)
    assert why in str(caught.value)


def test_an_offered_scenario_is_known_by_its_name(tmp_path: Path) -> None:
    """In a process of its own, because tables are read once; one module offers a scenario and what it places."""
    text = "[longtail.scenarios]\nyard = newcomer:YARD\n[longtail.assets]\nbollard = newcomer:ONE\n"
    installed(tmp_path, "newcomer", text, {"newcomer": BOLLARD + SCENARIO})

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        path = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['longtail', *{words!r}]\n"
        code = path + "from longtail.__main__ import main; main()"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    done = run("render", "yard", "-o", str(tmp_path / "out"), "-n", "2", "--dry-run", "--device", "cpu")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == f"yard to {tmp_path / 'out'}"
    listed = run("list", "assets").stdout
    line = next(line for line in listed.splitlines() if "newcomer/bollard" in line)
    assert line.split()[-3:] == ["furniture", "street,random", "pavement"]
    person = next(line for line in listed.splitlines() if line.startswith("person "))
    assert "street,random,yard" in person
    (tmp_path / "newcomer.py").write_text("ONE = YARD = None\n", encoding="utf-8")
    broken = run("list", "assets")
    assert broken.returncode == 1
    assert broken.stderr.startswith("longtail: plug-in yard = newcomer:YARD (longtail.scenarios) of newcomer: expected")
    assert len(broken.stderr.splitlines()) == 1
