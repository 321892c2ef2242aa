"""The page: one file without a network, whose pictures are all made by the same steps."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jinja2 import Environment, StrictUndefined

from longtail.annotate.dataset.encoders import encode_jpg
from longtail.annotate.pixels.scaled import picture
from longtail.annotate.turing.pairs import Shot

FORMAT = "longtail.turing.1"
INDEX = "index.html"
_KEY_BITS = 32


def page(shots: Sequence[Shot], size_px: tuple[int, int], what: str, seed: int) -> str:
    """The page's text. Pictures are shrunk to `size_px` (width, height) and saved as JPEG of one quality.

    They stand in it in an order by chance, which the page shuffles again for each person. Which of them are ours is
    not to be read in it: each has a number of 32 bits, whose ones are odd in number where it is ours.
    """
    rng = np.random.default_rng((seed, len(shots)))
    order = rng.permutation(len(shots)).tolist()
    rows = [
        {
            "image": _data_url(encode_jpg(picture(shots[place].rgb, size_px))),
            "number": _number(shots[place].ours, rng),
            "kind": shots[place].alike,
        }
        for place in order
    ]
    here = Path(__file__).parent
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((here / "page.html.j2").read_text("utf-8"))
    data = {"format": FORMAT, "page": f"{int(rng.integers(2**53)):014x}", "what": what, "pictures": rows}
    return template.render(
        # In a script no text ends it, whatever the names of classes are.
        data=json.dumps(data).replace("<", "\\u003c"),
        script=(here / "page.js").read_text("utf-8"),
        style=(here / "page.css").read_text("utf-8"),
        count=len(rows),
        what=what,
        size=size_px,
    )


def _number(ours: bool, rng: np.random.Generator) -> int:
    number = int(rng.integers(2**_KEY_BITS))
    return number if number.bit_count() % 2 == int(ours) else number ^ (1 << int(rng.integers(_KEY_BITS)))


def _data_url(data: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
