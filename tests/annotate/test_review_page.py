"""The review's page in a browser, by its keys and buttons; skipped where no Chromium is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from longtail.annotate.choosing.decisions import decisions_of
from longtail.annotate.dataset.dataset import Dataset
from tests.annotate.judging import flagged
from tests.annotate.stage import dataset
from tests.annotate.test_review import serving
from tests.browser import CHROMIUM, Page, browsing

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="expected a Chromium, which clicks through the page")

_NO_BYTES = {"latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
_ANY_BYTES = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browsing(tmp_path_factory.mktemp("browser")) as found:
        yield found


def text(page: Page, name: str) -> str:
    return str(page.ask(f"document.getElementById('{name}').textContent"))


def test_a_person_goes_through_the_frames_by_keyboard(page: Page, tmp_path: Path) -> None:
    root = flagged(dataset(tmp_path / "<b>out", 6), {4: "floating", 2: "duplicate"})
    with serving(root) as server:
        page.size(1280, 800)
        page.open(server.url)
        page.until("document.querySelectorAll('#boxes rect').length")
        assert text(page, "name") == "Review of <b>out"
        assert text(page, "verdict") == "Frame 2: undecided"
        assert "duplicate" in text(page, "flags")
        page.press("2")
        page.press("m")
        page.until("document.getElementById('masks').naturalWidth === 64")
        assert page.ask("document.getElementById('picture').src").endswith("picture/2/semantic")
        page.press("b")
        assert page.ask("getComputedStyle(document.getElementById('boxes')).display") == "none"
        page.press("r")
        page.until("document.getElementById('verdict').textContent === 'Frame 4: undecided'")
        page.press("c")
        for letter in "arn!":
            page.press(letter)
        page.press("Escape")
        page.until("!document.activeElement.matches('textarea')")
        page.press("a")
        page.until("document.getElementById('counts').textContent.includes('1 accepted, 1 rejected, 4 undecided')")
        page.press("ArrowLeft")
        assert text(page, "verdict") == "Frame 4: accepted"
        assert page.ask("document.getElementById('comment').value") == "arn!"
        page.press("u")
        page.until("document.getElementById('counts').textContent.includes('0 accepted')")
        page.press("n")
        page.ask("document.getElementById('filter').value = 'rejected'")
        page.ask("document.getElementById('filter').dispatchEvent(new Event('change'))")
        assert text(page, "verdict") == "Frame 2: rejected"
        page.until("!document.getElementById('picture').classList.contains('waiting')")
        page.ask("document.getElementById('filter').value = 'accepted'")
        page.ask("document.getElementById('filter').dispatchEvent(new Event('change'))")
        assert page.ask("document.getElementById('none').hidden") is False
    found = {frame: (last.decision, last.comment) for frame, last in decisions_of(Dataset.open(root)).items()}
    assert found == {2: ("rejected", ""), 4: ("undecided", "arn!")}
    assert page.complaints == []
    assert {address.split("/")[2] for address in page.asked_for if address.startswith("http")} == {
        f"127.0.0.1:{server.server_port}"
    }


def test_buttons_do_the_same_on_a_phone_in_the_dark(page: Page, tmp_path: Path) -> None:
    root = flagged(dataset(tmp_path, 3), {1: "floating"})
    with serving(root) as server:
        page.size(390, 844, phone=True, dark=True)
        page.open(server.url)
        page.until("document.querySelectorAll('#boxes rect').length")
        assert page.ask("document.documentElement.scrollWidth") == 390
        assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 29)"
        page.ask("document.getElementById('reject').click()")
        page.until("document.getElementById('counts').textContent.includes('1 rejected')")
    assert decisions_of(Dataset.open(root))[1].decision == "rejected"
    assert page.complaints == []


def test_what_was_not_kept_is_said(page: Page, tmp_path: Path) -> None:
    root = flagged(dataset(tmp_path, 3), {1: "floating"})
    page.size(1280, 800)
    with serving(root) as server:
        page.open(server.url)
        page.until("document.querySelectorAll('#boxes rect').length")
        page.send("Network.emulateNetworkConditions", offline=True, **_NO_BYTES)
        page.press("r")
        page.until("!document.getElementById('trouble').hidden")
        page.send("Network.emulateNetworkConditions", offline=False, **_ANY_BYTES)
        assert "Not kept" in text(page, "trouble")
        assert text(page, "verdict") == "Frame 1: undecided"
        assert decisions_of(Dataset.open(root)) == {}
        page.press("r")
        page.until("document.getElementById('trouble').hidden")
    assert decisions_of(Dataset.open(root))[1].decision == "rejected"


def test_a_key_decides_once_and_on_the_frame_that_is_seen(page: Page, tmp_path: Path) -> None:
    """However long it is held, and whatever is pressed until its decision is kept."""
    root = flagged(dataset(tmp_path, 4), {2: "floating", 1: "duplicate"})
    with serving(root) as server:
        page.size(1280, 800)
        page.open(server.url)
        page.until("document.querySelectorAll('#boxes rect').length")
        page.ask("for (const key of 'rara') document.dispatchEvent(new KeyboardEvent('keydown', {key}))")
        page.until("document.getElementById('verdict').textContent === 'Frame 2: undecided'")
        page.ask("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'r', repeat: true}))")
        page.press("a")
        page.until("document.getElementById('counts').textContent.includes('1 accepted, 1 rejected')")
    found = {frame: last.decision for frame, last in decisions_of(Dataset.open(root)).items()}
    assert found == {1: "rejected", 2: "accepted"}


def test_what_another_page_decided_is_shown_and_not_undone(page: Page, tmp_path: Path) -> None:
    root = flagged(dataset(tmp_path, 3), {1: "floating"})
    with serving(root) as server:
        page.size(1280, 800)
        page.open(server.url)
        page.until("document.querySelectorAll('#boxes rect').length")
        undecided = {"decision": "undecided", "comment": ""}
        server.reviewing.decide({"frame": 1, "decision": "rejected", "comment": "it floats", "was": undecided})
        page.press("a")
        page.until("!document.getElementById('trouble').hidden")
        assert 'frame 1 is rejected ("it floats") meanwhile' in text(page, "trouble")
        assert text(page, "verdict") == "Frame 1: rejected"
        page.press("a")
        page.until("document.getElementById('trouble').hidden")
    assert decisions_of(Dataset.open(root))[1].decision == "accepted"


def test_a_comment_that_was_not_kept_stays_until_it_is(page: Page, tmp_path: Path) -> None:
    """Also on other frames meanwhile, which took the decision of another page for all that there was to show."""
    root = flagged(dataset(tmp_path, 3), {1: "floating", 2: "duplicate"})
    comment = "document.getElementById('comment').value"
    with serving(root) as server:
        page.size(1280, 800)
        page.open(server.url)
        page.until("document.querySelectorAll('#boxes rect').length")
        number = int(text(page, "verdict").split()[1].rstrip(":"))
        undecided = {"decision": "undecided", "comment": ""}
        server.reviewing.decide({"frame": number, "decision": "rejected", "comment": "theirs", "was": undecided})
        page.press("c")
        for letter in "ours":
            page.press(letter)
        page.press("Escape")
        page.until("!document.getElementById('trouble').hidden")
        assert "Not kept" in text(page, "trouble")
        assert page.ask(comment) == "ours"
        page.press("j")
        page.until("document.querySelectorAll('#boxes rect').length")
        assert page.ask(comment) == ""
        page.press("k")
        page.until("document.querySelectorAll('#boxes rect').length")
        assert page.ask(comment) == "ours"
        page.press("a")
        page.until("document.getElementById('trouble').hidden")
    last = decisions_of(Dataset.open(root))[number]
    assert (last.decision, last.comment) == ("accepted", "ours")


def test_masks_that_are_not_there_are_missed_only_while_they_are_to_be_seen(page: Page, tmp_path: Path) -> None:
    root = flagged(dataset(tmp_path, 3), {1: "floating", 2: "duplicate"})
    trouble = "document.getElementById('trouble')"
    with serving(root) as server:
        page.size(1280, 800)
        page.open(server.url)
        page.until("document.querySelectorAll('#boxes rect').length")
        number = int(text(page, "verdict").split()[1].rstrip(":"))
        for masks in root.glob(f"masks/*/{number:06d}.png"):
            masks.unlink()
        page.press("m")
        page.until(f"{trouble}.textContent.startsWith('No masks of frame {number}')")
        page.press("m")
        page.until(f"{trouble}.hidden")
        page.press("j")
        page.until("document.querySelectorAll('#boxes rect').length")
        assert page.ask(f"{trouble}.hidden") is True
        page.press("k")
        page.press("m")
        page.until(f"{trouble}.textContent.startsWith('No masks of frame {number}')")
        page.ask("document.getElementById('filter').value = 'accepted'")
        page.ask("document.getElementById('filter').dispatchEvent(new Event('change'))")
        assert page.ask(f"{trouble}.hidden") is True


def test_a_picture_that_is_not_there_is_said_and_the_one_before_is_not_seen(page: Page, tmp_path: Path) -> None:
    root = flagged(dataset(tmp_path, 3), {1: "floating", 2: "duplicate"})
    (picture,) = (root / "images").glob("000001.*")
    picture.unlink()
    with serving(root) as server:
        page.size(1280, 800)
        page.open(server.url)
        page.until("document.querySelectorAll('#boxes rect').length")
        shown = "getComputedStyle(document.getElementById('{}')).visibility"
        for name in ("picture", "boxes"):
            page.until(f"{shown.format(name)} === 'visible'")
        page.press("j")
        page.until("!document.getElementById('trouble').hidden")
        assert text(page, "trouble").startswith("No picture of frame 1")
        assert [page.ask(shown.format(name)) for name in ("picture", "boxes")] == ["hidden", "hidden"]
