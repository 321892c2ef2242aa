"""What the documentation shows: the snippets of README.md, docs/ and examples/, with the page and heading of each."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
}
EXAMPLES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("examples/*.*")}

_FENCE = re.compile(r"^( *)```(.*?)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_SPAN = re.compile(r"`([^`]+)`")
# As the programs that start Longtail name it: the command, an image of it, and an Apptainer file.
_PROGRAM = re.compile(r"(localhost/)?longtail(-ray)?(:[\w.]+|\.sif)?")
_ENDS = re.compile(r"[|;&]+|.*\)")


@dataclass(frozen=True)
class Snippet:
    """A fenced block."""

    page: str
    heading: str
    language: str
    text: str


def snippets(page: str) -> Iterator[Snippet]:
    """A page's fenced blocks in order."""
    text = PAGES[page]
    for fence in _FENCE.finditer(text):
        headings = _HEADING.findall(_FENCE.sub("", text[: fence.start()]))
        yield Snippet(page, headings[-1] if headings else "", fence[2], fence[3])


def of_language(*languages: str) -> list[Snippet]:
    """All pages' blocks in some languages."""
    return [snippet for page in PAGES for snippet in snippets(page) if snippet.language in languages]


EXTENDING = "docs/extending.md"
PLACE = "A place in a .blend"


def own_scenario() -> str:
    """The file that the page on scenarios of one's own makes, block by block."""
    blocks = (block for block in snippets(EXTENDING) if (block.heading, block.language) == ("The file", "python"))
    return "\n\n".join(block.text for block in blocks)


def own_place() -> str:
    """The program of the same page that makes a .blend, my_place.blend."""
    (block,) = (block for block in snippets(EXTENDING) if (block.heading, block.language) == (PLACE, "python"))
    return block.text


@cache
def place_blend() -> bytes:
    """The .blend that this program makes, in a Blender of its own."""
    with TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-c", own_place()], cwd=folder, check=True, capture_output=True)
        return (Path(folder) / "my_place.blend").read_bytes()


def indented(page: str) -> list[str]:
    """A page's indented blocks: Markdown's other way to write code."""
    return re.findall(r"(?<=\n\n)((?: {4}\S.*\n)(?: {4}.*\n|\n(?= {4}))*)", _FENCE.sub("", PAGES[page]))


def spans(page: str) -> list[str]:
    """What stands between backquotes outside of fenced blocks, on one line."""
    return [" ".join(span.split()) for span in _SPAN.findall(_FENCE.sub("", PAGES[page]))]


def lines(snippet: Snippet) -> Iterator[str]:
    """The commands of a shell block, or of a log of a shell, each on one line."""
    for line in snippet.text.replace("\\\n", " ").splitlines():
        if snippet.language == "console" and not line.startswith("$ "):
            continue  # what the command said
        yield line.removeprefix("$ ")


def commands(line: str) -> Iterator[list[str]]:
    """The words after `longtail`, of every call of it in a line of a shell."""
    words = shlex.split(line, comments=True)
    # A container that starts another program than Longtail hands it what follows the image.
    entry = words[words.index("--entrypoint") + 1] if "--entrypoint" in words else "longtail"
    for place, word in enumerate(words):
        if " " in word:
            yield from commands(word)
        elif entry == "longtail" and _is_program(words, place):
            rest = takewhile(lambda word: not _ENDS.fullmatch(word), words[place + 1 :])
            yield [word.replace("...", "street") for word in rest]


def _is_program(words: list[str], place: int) -> bool:
    return bool(_PROGRAM.fullmatch(words[place])) and words[max(0, place - 1)] not in ("-t", "from", "--entrypoint")


def whole_commands() -> list[tuple[str, list[str]]]:
    """Every call of Longtail in a block of a page or in an example's comments, with the name of the page."""
    found = [(block.page, line) for block in of_language("sh", "console") for line in lines(block)]
    for page, text in EXAMPLES.items():
        found += [(page, line) for line in re.findall(r"^# +(longtail .+)$", text, re.MULTILINE)]
    return [(page, words) for page, line in found for words in commands(line)]


def mentioned_commands() -> list[tuple[str, list[str]]]:
    """Every call of Longtail in a page's sentences, which may leave out what goes without saying."""
    mentions = [(page, span) for page in PAGES for span in spans(page) if span.startswith("longtail ")]
    return [(page, words) for page, span in mentions for words in commands(span)]
