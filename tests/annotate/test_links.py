"""Links of robots: masks, areas and poses that are known on paper, through files and back, and lies that are found."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import longtail
from longtail.annotate.dataset.encoders import encode_mask16
from longtail.annotate.dataset.record import record_of
from longtail.annotate.labels.instances import label
from longtail.annotate.labels.links import SeenLink, links_of
from tests.annotate import jointed
from tests.annotate.stage import messages, repaint, reseal

MASK = "masks/links/000000.png"


def test_a_robots_links_have_pixels_names_areas_and_poses(tmp_path: Path) -> None:
    root = jointed.dataset(tmp_path / "out")
    assert messages(root) == ""
    one = longtail.open(root)[0]
    areas = {
        link.name: int(((one.links == number) & (one.instance_mask == jointed.ROBOT)).sum())
        for number, link in enumerate(jointed.LINKS, start=1)
    }
    assert areas == jointed.AREAS
    assert not one.links[one.instance_mask != jointed.ROBOT].any()
    robot = next(item for item in one.record.objects if item.id == jointed.ROBOT)
    assert [link.name for link in robot.links] == ["base", "tool", "hand"]
    assert np.allclose([a.object_from_link.matrix for a in robot.links],
                       [a.object_from_link.matrix for a in jointed.LINKS])  # fmt: skip
    hand = (robot.world_from_object @ robot.links[2].object_from_link).matrix
    assert np.allclose(hand[:3, 3], jointed.HAND_M)
    document = json.loads((root / "annotations/instances.json").read_bytes())
    rows = {row["instance_id"]: row for row in document["annotations"]}
    assert rows[jointed.ROBOT]["links"] == [
        {"id": 1, "name": "base", "area": jointed.AREAS["base"]},
        {"id": 3, "name": "hand", "area": jointed.AREAS["hand"]},
    ]  # fmt: skip
    assert "links" not in rows[jointed.PERSON]
    thing = next(thing for thing in one.record.instances if thing.id == jointed.ROBOT)
    assert thing.links == (SeenLink(1, "base", 182), SeenLink(3, "hand", 130))


def test_nobody_has_links_who_did_not_ask() -> None:
    frame = jointed.frame()
    assert "links" not in json.dumps(record_of(frame, label(frame), {}, "clear", {})["objects"])
    bare = replace(frame, surfaces=None)
    with pytest.raises(ValueError, match="expected a frame whose renderer was asked for its surfaces"):
        record_of(bare, label(bare), {}, "clear", {}, with_links=True)


def test_a_record_whose_links_are_not_numbered_in_order_is_refused() -> None:
    rows = [{"id": 2, "name": "base", "world_from_link": np.eye(4).tolist()}]
    pose = jointed.frame().objects[0].world_from_object
    with pytest.raises(ValueError, match=r"links: expected ids from 1 in their order, got \[2\]"):
        links_of(rows, pose)


def _robot(record: dict[str, Any], rows: str) -> dict[str, Any]:
    key = "instance_id" if rows == "annotations" else "id"
    return next(row for row in record[rows] if row[key] == jointed.ROBOT)


def _painted(change: Callable[[Any, Any], Any]) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        one = longtail.open(root)[0]
        made = change(one.links.copy(), one.instance_mask)
        repaint(root, 0, MASK, encode_mask16(made.astype(np.uint16)))

    return damage


def _written(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    return lambda root: reseal(root, 0, change)


LIES: tuple[tuple[str, Callable[[Path], None], str], ...] = (
    ("mirrored", _painted(lambda links, _: np.fliplr(links)), "the link of each pixel's material, got another at"),
    (
        "on a person",
        _painted(lambda links, owner: np.where(owner == jointed.PERSON, 1, links)),
        f"on object {jointed.PERSON} none, as it has no links, got 1",
    ),
    (
        "of a fourth link",
        _painted(lambda links, _: np.where(links == 3, 4, links)),
        f"on object {jointed.ROBOT} one of its 3 links, got 4",
    ),
    (
        "another area",
        _written(lambda record: _robot(record, "annotations")["links"][0].update(area=1)),
        r"links of object 4 as the mask has them, base (182 px), hand (130 px), got base (1 px), hand (130 px)",
    ),
    ("no names", _written(lambda record: _robot(record, "annotations").pop("links")), "hand (130 px), got none"),
    ("a person's", _written(lambda record: _robot(record, "objects").pop("links")), "as it has no links, got 3"),
)


@pytest.mark.parametrize(("damage", "said"), [lie[1:] for lie in LIES], ids=[lie[0] for lie in LIES])
def test_lies_about_links_are_found(damage: Callable[[Path], None], said: str, tmp_path: Path) -> None:
    root = jointed.dataset(tmp_path / "out")
    damage(root)
    assert said in messages(root)


def test_links_of_classes_that_were_not_chosen_are_taken_out(tmp_path: Path) -> None:
    frames = longtail.open(jointed.dataset(tmp_path / "out"))
    assert not frames.choose(classes=["person"])[0].links.any()
    assert np.array_equal(frames.choose(classes=["truck"])[0].links, frames[0].links)
