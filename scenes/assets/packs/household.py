"""Household things of Debian's packs that stand on tables, and what each is made of: that says what it weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from longtail.scenes.assets.packs.curated import Curated
from longtail.scenes.geometry.materials import Glass, Material, Principled


@dataclass(frozen=True)
class Stuff:
    """What a thing is made of.

    density_kg_m3   of the stuff itself: glass, stoneware, beech, polypropylene and steel as in Ashby, "Materials
                    Selection in Mechanical Design", appendix of material properties
    friction        coefficient of sliding friction on a dry table top: a guess within the ranges of Avallone,
                    Baumeister and Sadegh, "Marks' Standard Handbook for Mechanical Engineers", 3.2; where two things
                    touch, MuJoCo takes the higher one
    filled          how much of its volume the stuff fills: things of plastic are shells
    """

    density_kg_m3: float
    friction: float
    filled: float = 1.0


CERAMIC = Stuff(2400, 0.5)
GLASS = Stuff(2500, 0.45)
WOOD = Stuff(700, 0.45)
PLASTIC = Stuff(950, 0.35, 0.35)
METAL = Stuff(7850, 0.4)
# Sheet metal pots, kettles and lamps are hollow.
SHEET = Stuff(7850, 0.4, 0.1)
# A sheet of 80 g/m2 is 0.1 mm thick.
PAPER = Stuff(800, 0.5)
# Corrugated board of 5 mm weighs about 0.6 kg/m2; the box is empty.
CARDBOARD = Stuff(120, 0.5, 0.3)
CLOTH = Stuff(120, 0.7)
RUBBER = Stuff(100, 0.8)
# Mostly water.
FOOD = Stuff(1000, 0.6)
BREAD = Stuff(300, 0.6)
LIQUID = Stuff(1000, 0.4, 0.9)
# Moist earth under light leaves.
PLANT = Stuff(1300, 0.5, 0.6)
# A telephone of 62 cm3 weighs 137 g.
DEVICE = Stuff(2200, 0.4)
# Cameras, radios, toasters and drills have more air in them.
MACHINE = Stuff(2200, 0.4, 0.35)


@dataclass(frozen=True)
class Household:
    """A row: the model, and its stuff. What the taxonomy has no name for is a distractor."""

    model: Curated
    stuff: Stuff

    def mass_kg(self, volume_m3: float) -> float:
        """The mass of a thing whose convex parts have this volume together, no less than a gram."""
        return max(volume_m3 * self.stuff.density_kg_m3 * self.stuff.filled, 1e-3)


def _thing(
    entry: str,
    category: str,
    stuff: Stuff,
    *tags: str,
    scale: float = 1.0,
    branded: bool = False,
    surfaces: Mapping[str, Material] | None = None,
) -> Household:
    row = Curated(entry, category, frozenset(tags), scale=scale, branded=branded, surfaces=surfaces or {})
    return Household(row, stuff)


_GLAZED = Principled((0.68, 0.67, 0.65), roughness=0.12, coat=0.5)
_CLEAR = Glass((0.93, 0.95, 0.94))
_BOTTLE = Glass((0.2, 0.38, 0.2))
_STEEL = Principled((0.6, 0.59, 0.58), roughness=0.1, metallic=1.0)
_SATIN = Principled((0.56, 0.55, 0.54), roughness=0.25, metallic=1.0)
_BAKELITE = Principled((0.02, 0.02, 0.02), roughness=0.35)
_HOLLOW, _TRANSPARENT, _SHINY = "hollow", "transparent", "shiny"

TABLEWARE: tuple[Household, ...] = (
    _thing("Kator Legaz#coffee-mug", "cup", CERAMIC, _HOLLOW, surfaces={"White_ceramic": _GLAZED}),
    _thing("Scopia#creamer", "cup", CERAMIC, _HOLLOW),
    _thing("Scopia#cup", "cup", CERAMIC),
    _thing("Blend Swap CC-0#caffe_final", "cup", CERAMIC, scale=1.3, surfaces={"Ceramique": _GLAZED}),
    _thing("Blend Swap CC-0#plasticCup", "cup", Stuff(1050, 0.35, 0.3), _HOLLOW),
    _thing("Blend Swap CC-BY#coffee_cup", "cup", CARDBOARD),
    _thing("Kator Legaz#12-oz-glass", "cup", GLASS, _HOLLOW, _TRANSPARENT, surfaces={"12_oz_glass": _CLEAR}),
    _thing("Kator Legaz#highball-glass", "cup", GLASS, _HOLLOW, _TRANSPARENT, surfaces={"highball_glass": _CLEAR}),
    _thing("Blend Swap CC-0#beerGlass", "cup", GLASS, _HOLLOW, _TRANSPARENT, surfaces={"Glass": _CLEAR}),
    _thing("Blend Swap CC-BY#glass", "wine glass", GLASS, _HOLLOW, _TRANSPARENT, surfaces={"1": _CLEAR}),
    _thing("Blend Swap CC-BY#cocktailGlass", "wine glass", GLASS, _HOLLOW, _TRANSPARENT, surfaces={"Glass": _CLEAR}),
    _thing("Scopia#bowl", "bowl", CERAMIC, _HOLLOW, scale=0.45, surfaces={"whitemat": _GLAZED}),
    _thing("Kator Legaz#bowl", "bowl", CERAMIC, _HOLLOW, scale=0.35, surfaces={"CERAMIC_white": _GLAZED}),
    _thing("Kator Legaz#bread-plate", "plate", CERAMIC, surfaces={"CERAMIC_white": _GLAZED}),
    _thing("Kator Legaz#dinner-plate", "plate", CERAMIC, surfaces={"CERAMIC_white": _GLAZED}),
    _thing("Scopia#sushi_tray", "plate", CERAMIC, scale=0.7),
    _thing("Scopia#tray", "distractor", WOOD, _HOLLOW, scale=0.75),
    _thing("Scopia#teapot", "distractor", CERAMIC),
    _thing("Scopia#sugar", "jar", CERAMIC),
    _thing("Scopia#pottery", "jar", CERAMIC),
)

BOTTLES: tuple[Household, ...] = (
    _thing("Kator Legaz#red-wine-bottle-01", "bottle", LIQUID, _TRANSPARENT, surfaces={"bottle_glass_green": _BOTTLE}),
    _thing("Scopia#wine_bottle", "bottle", LIQUID, _TRANSPARENT, surfaces={"bottle": _BOTTLE}),
    _thing("Blend Swap CC-BY#beer_bottle", "bottle", LIQUID, scale=1.15),
    _thing("Blend Swap CC-0#yogurtBottle", "bottle", LIQUID),
    _thing("Blend Swap CC-0#mamadeira", "bottle", LIQUID, _TRANSPARENT, surfaces={"glass": _CLEAR}),
    _thing("Scopia#com_bath2_soap", "bottle", LIQUID),
    _thing("Scopia#medicoscopia_bottle", "bottle", LIQUID),
    _thing("Scopia#medicoscopia_bottle2", "bottle", LIQUID),
    _thing("Blend Swap CC-0#tetrapak", "box", LIQUID, scale=0.87),
    _thing("Scopia#medicoscopia_box", "box", CARDBOARD),
    _thing("Scopia#cardboard-box", "box", CARDBOARD, scale=0.4),
    _thing("Blend Swap CC-BY#gift", "box", CARDBOARD, scale=0.6),
)

KITCHEN: tuple[Household, ...] = (
    _thing("Blend Swap CC-BY#fork", "fork", METAL, _SHINY, surfaces={"Cuttelry": _SATIN}),
    _thing("Blend Swap CC-BY#knife", "knife", METAL, _SHINY, surfaces={"Cuttelry": _SATIN}),
    _thing(
        "Blend Swap CC-BY#kitchenKnife",
        "knife",
        METAL,
        _SHINY,
        surfaces={"Chopping-Knife-blade": _SATIN, "Chopping-Kn-edge": _STEEL, "Chopping-Kife-handle": _BAKELITE},
    ),
    _thing("Blend Swap CC-BY#spoon", "spoon", METAL, _SHINY, surfaces={"Cuttelry": _SATIN}),
    _thing("Scopia#kitchen_tool2", "distractor", PLASTIC, scale=0.7),
    _thing("Scopia#kitchen_tool3", "distractor", PLASTIC, scale=0.7),
    _thing("Blend Swap CC-BY#choppingBoard", "distractor", WOOD, scale=0.8),
    _thing(
        "Blend Swap CC-BY#largePan",
        "pot",
        SHEET,
        _SHINY,
        scale=0.75,
        surfaces={"Steel-Pot": _STEEL, "Pot-handles": _BAKELITE},
    ),
    _thing(
        "Blend Swap CC-BY#boiler",
        "distractor",
        SHEET,
        _SHINY,
        surfaces={"Kettle-chrome": _STEEL, "Kettle-handle": _BAKELITE},
    ),
    _thing(
        "Blend Swap CC-BY#espressokettle", "distractor", SHEET, _SHINY, surfaces={"Metal": _SATIN, "Handle": _BAKELITE}
    ),
    _thing("Scopia#toaster", "distractor", MACHINE),
    _thing("Scopia#apples", "distractor", FOOD, "food"),
    _thing("Blend Swap CC-BY#hamburger", "distractor", BREAD, "food"),
    _thing("Blend Swap CC-0#hotDog", "distractor", BREAD, "food"),
    _thing("Blend Swap CC-0#cupcake", "distractor", BREAD, "food"),
    _thing("Scopia#birthday_cake", "distractor", BREAD, "food"),
)

LIVING: tuple[Household, ...] = (
    _thing("Scopia#vase1", "vase", CERAMIC, _HOLLOW, scale=0.6),
    _thing("Scopia#vase2", "vase", CERAMIC, _HOLLOW, scale=0.55),
    _thing("Scopia#vase3", "vase", CERAMIC, scale=0.6),
    _thing("Scopia#jar", "vase", CERAMIC, scale=0.6),
    _thing("Scopia#old_jar", "vase", CERAMIC, _HOLLOW, scale=0.8),
    _thing("Blend Swap CC-0#littlePlant", "potted plant", PLANT, scale=0.8),
    _thing("Blend Swap CC-0#cactus", "potted plant", PLANT),
    _thing("Blend Swap CC-BY#succulentPlant", "potted plant", PLANT),
    _thing("Scopia#little_lamp1", "lamp", Stuff(500, 0.5), scale=0.8),
    _thing("Scopia#little_lamp2", "lamp", Stuff(500, 0.5), scale=0.8),
    _thing("Scopia#desk_lamp1", "lamp", SHEET, scale=0.9),
    _thing("Scopia#frame1", "picture frame", WOOD),
    _thing("Scopia#frame2", "picture frame", WOOD),
    _thing("Blend Swap CC-BY#radio", "distractor", MACHINE, scale=0.8),
    _thing("Scopia#cendrier", "distractor", CERAMIC, _HOLLOW),
)

OFFICE: tuple[Household, ...] = (
    _thing("Blend Swap CC-BY#laptop", "laptop", DEVICE),
    _thing("Scopia#tablet", "distractor", DEVICE),
    _thing("Blend Swap CC-BY#mobile", "cell phone", DEVICE),
    _thing("Scopia#tv-remote-control", "remote", Stuff(1000, 0.4)),
    _thing("Scopia#ps4-joystick", "distractor", MACHINE),
    _thing("Scopia#basic_camera", "camera", MACHINE, branded=True),
    _thing("Scopia#reflex_camera", "camera", MACHINE, branded=True),
    _thing("Scopia#phone", "distractor", MACHINE),
    _thing("Blend Swap CC-0#headphones", "headphones", PLASTIC),
    _thing("Kator Legaz#stapler", "distractor", MACHINE, surfaces={"METAL_chrome": _STEEL, "PLASTIC_black": _BAKELITE}),
    _thing(
        "Blend Swap CC-0#cissors_swap",
        "scissors",
        METAL,
        _SHINY,
        surfaces={"Material.004": _SATIN, "Material.002": _SATIN},
    ),
    _thing("Blend Swap CC-0#textMarker", "pen", Stuff(600, 0.4)),
    _thing("Scopia#pencil1", "pen", Stuff(900, 0.4)),
    _thing("Scopia#penbox", "distractor", PLASTIC),
    _thing("Kator Legaz#newspaper", "distractor", PAPER),
    _thing("Blend Swap CC-0#kalender", "distractor", PAPER),
    _thing("Scopia#rouleau-de-ruban-adhesif", "tape", PAPER, scale=0.7),
)

TOOLS: tuple[Household, ...] = (
    _thing(
        "Scopia#marteau",
        "hammer",
        Stuff(3000, 0.45),
        surfaces={"iron": Principled((0.13, 0.13, 0.135), roughness=0.35, metallic=0.9)},
    ),
    _thing("Scopia#tournevis", "screwdriver", Stuff(2000, 0.4), surfaces={"metal": _SATIN}),
    _thing("Scopia#perceuse-electrique", "drill", MACHINE, scale=0.8),
    _thing("Kator Legaz#flashlight", "distractor", MACHINE),
)

TOYS: tuple[Household, ...] = (
    _thing("Blend Swap CC-0#teddyBear", "teddy bear", CLOTH, scale=0.7),
    _thing("Scopia#doll", "toy", PLASTIC),
    _thing("Blend Swap CC-0#woodToy", "toy", WOOD),
    _thing("Blend Swap CC-BY#carrito-de-madera", "toy", WOOD),
    _thing("Blend Swap CC-BY#rubix2", "toy", PLASTIC),
    _thing("Blend Swap CC-BY#ballonFoot", "ball", RUBBER),
    _thing("Blend Swap CC-BY#tableTennisBat", "distractor", WOOD),
)

HOUSEHOLD: tuple[Household, ...] = TABLEWARE + BOTTLES + KITCHEN + LIVING + OFFICE + TOOLS + TOYS
