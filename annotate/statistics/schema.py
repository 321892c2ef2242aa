"""What stands in stats.json, as a JSON Schema that is made here and nowhere written down again."""

from __future__ import annotations

import json
from typing import Any

from longtail.annotate.pixels.measure import PROPERTIES
from longtail.annotate.statistics.things import SIDES

_Schema = dict[str, Any]

NUMBER: _Schema = {"type": ["number", "null"], "description": "null where there is none"}
COUNT: _Schema = {"type": "integer", "minimum": 0}
TEXT: _Schema = {"type": "string"}


def said(schema: _Schema, description: str) -> _Schema:
    """A schema with words of its own."""
    return {**schema, "description": description}


def listed(of: _Schema, description: str = "") -> _Schema:
    """A list of such values."""
    return {"type": "array", "items": of, **({"description": description} if description else {})}


def named(of: _Schema, description: str = "") -> _Schema:
    """Such values by name."""
    return {"type": "object", "additionalProperties": of, **({"description": description} if description else {})}


def keyed(description: str = "", /, *optional: str, **properties: _Schema) -> _Schema:
    """An object of these keys, of which all are required but the `optional` ones."""
    required = [name for name in properties if name not in optional]
    text = {"description": description} if description else {}
    return {"type": "object", **text, "properties": properties, "required": required}


def refer(name: str) -> _Schema:
    """A definition of the schema's own."""
    return {"$ref": f"#/$defs/{name}"}


_MATRIX = listed(listed(NUMBER), "rows and columns in the order of `paths`")
_SUMMARY = {"n": COUNT, "mean": NUMBER, "std": NUMBER, "min": NUMBER, "max": NUMBER, "quantiles": named(NUMBER)}
_BINS = {
    "edges": listed(NUMBER),
    "scale": {"enum": ["linear", "log"]},
    "counts": listed(COUNT, "between edges"),
    "below": COUNT,
    "above": COUNT,
}
_IN_SHORT = keyed("", "n", "median", mean=NUMBER, std=NUMBER, n=COUNT, median=NUMBER)
_PAIR = keyed(
    "two samples of one property",
    "histograms",
    ours=refer("summary"),
    theirs=refer("summary"),
    ks=said(NUMBER, "two-sample Kolmogorov-Smirnov statistic, 0 alike to 1 apart"),
    wasserstein=said(NUMBER, "earth mover's distance in the property's unit"),
    histograms=keyed(ours=refer("bins"), theirs=refer("bins")),
)

DEFINITIONS: dict[str, _Schema] = {
    "summary": keyed("of values; `std` is that of the values themselves", **_SUMMARY),
    "bins": keyed("a histogram", **_BINS),
    "distribution": keyed("a summary and a histogram", **_SUMMARY, **_BINS),
    "short": _IN_SHORT,
    "pair": _PAIR,
}

_PARAMETER = keyed(
    "one parameter, asked for and realised",
    "as_asked",
    "realised",
    "asked_for",
    "options",
    "histogram",
    "distance",
    "differs",
    path=TEXT,
    asked=said({}, "as the config spells it; null where nothing was declared"),
    kind={"enum": ["constant", "option", "number", "whole number"]},
    frames=COUNT,
    frames_without=COUNT,
    not_finite=COUNT,
    as_asked=COUNT,
    realised=refer("summary"),
    asked_for=keyed(mean=NUMBER, std=NUMBER, low=NUMBER, high=NUMBER),
    options=keyed("", "expected", names=listed(TEXT), counts=listed(COUNT), expected=listed(NUMBER)),
    histogram=refer("bins"),
    distance=named(NUMBER),
    differs={"type": "boolean"},
)

_CLOSER: dict[str, _Schema] = {
    "verdicts": listed(
        keyed(
            kind={"enum": ["constant", "never", "correlation", "empty cell", "marginal"]},
            about=listed(TEXT, "paths of parameters"),
            said=TEXT,
            p=said(NUMBER, "how likely chance alone does this"),
        ),
        "what is wrong with the draws, most telling first",
    ),
    "pairs": keyed(
        "parameters two by two",
        frames=said(COUNT, "pictures whose parameters were looked at in pairs"),
        redrawn=said(COUNT, "draws that they are held against; 0 where nobody could make them"),
        correlation=keyed(
            "Spearman's rank correlations",
            paths=listed(TEXT),
            asked=listed({"type": "array"}, "[path, path, rho] as declared; all others are declared 0"),
            realised=_MATRIX,
            expected=said({"anyOf": [_MATRIX, {"type": "null"}]}, "of independent draws of the same config"),
        ),
        coverage=keyed("share of the possible joint cells that have a picture", paths=listed(TEXT), share=_MATRIX),
        discrepancy=keyed(
            "squared centred L2 discrepancy of pairs, as scipy.stats.qmc.discrepancy has it",
            paths=listed(TEXT),
            points=COUNT,
            realised=_MATRIX,
            by_chance=said(NUMBER, "of so many independent points, on average"),
        ),
        empty_cells=listed({"type": "array"}, "[path, level, path, level, pictures that were due], most due first"),
    ),
    "rejection": keyed(
        "draws that `require` rejected",
        draws=COUNT,
        share=NUMBER,
        statements=named(COUNT),
        bias=listed(
            keyed(
                path=TEXT,
                declared={},
                unrejected={},
                realised={},
                bias=said(NUMBER, "difference of means in unrejected deviations, or total variation of options"),
            )
        ),
    ),
    "labels": keyed(
        "things that a human could annotate",
        by_category=listed(
            keyed(
                category=TEXT,
                condition=said({"type": ["string", "null"]}, "null over all conditions"),
                n=COUNT,
                aspect=said(refer("short"), "width over height of the box"),
                x=said(refer("short"), "of the box's middle, share of the picture's width"),
                y=said(refer("short"), "of the box's middle, share of the picture's height"),
                depth_m=said(refer("short"), "of the 3D box's middle along the optical axis"),
                elevation_deg=said(refer("short"), "of the camera above the thing's own horizon"),
                sides=keyed("which side is shown, an eighth of a turn each", **dict.fromkeys(SIDES, COUNT)),
            )
        ),
        together=listed(
            keyed(condition=TEXT, images=COUNT, pairs=listed({"type": "array"}, "[category, category, images]"))
        ),
    ),
    "pixels": keyed(
        "measured pictures",
        pictures=COUNT,
        asked=said(COUNT, "how many were to be measured"),
        properties=listed(
            keyed(
                "; ".join(f"{name}: {text}" for name, text in PROPERTIES.items()),
                name={"enum": [*PROPERTIES]},
                **_SUMMARY,
                **_BINS,
                by_condition=named(refer("short")),
            )
        ),
    ),
}

_BASE: dict[str, _Schema] = {
    "format": TEXT,
    "digest": said(TEXT, "of the config, as in dataset.json"),
    "seed": {"type": "integer"},
    "frames": COUNT,
    "frames_asked_for": COUNT,
    "rendered_on": named(COUNT, "frames by machine"),
    "conditions": named(keyed(frames=COUNT, share=NUMBER)),
    "parameters": listed(_PARAMETER),
    "departures": named(named({"type": "object"}), "by kind, then by path or statement"),
    "mended": named(keyed(pixels=COUNT, frames=COUNT)),
    "image_sizes": named(COUNT),
    "categories": listed(
        keyed(
            "",
            "instances",
            "ignored",
            "in_scene",
            "per_image",
            "side_px",
            "distance_m",
            id=COUNT,
            name=TEXT,
            supercategory=TEXT,
            is_thing={"type": "boolean"},
            images=COUNT,
            pixels=COUNT,
            pixel_share=NUMBER,
            instances=COUNT,
            ignored=COUNT,
            in_scene=COUNT,
            per_image=refer("summary"),
            side_px=refer("summary"),
            distance_m=refer("summary"),
        )
    ),
    "things_per_image": refer("summary"),
    "coco_sizes": named(COUNT),
    **dict.fromkeys(("side_px", "visible_fraction", "truncation", "distance_m"), refer("distribution")),
    "heat_maps": named(listed(listed(COUNT)), "rows of columns, by kind of thing"),
    "together": keyed(categories=listed(TEXT), images=listed(listed(COUNT))),
    **dict.fromkeys(
        ("visibility_m", "illuminance_lux", "transmission", "contrast", "submerged_fraction"), refer("distribution")
    ),
    "ignored": keyed(things=COUNT, share=NUMBER, reasons=named(COUNT)),
    "brightness": refer("distribution"),
}

_PEOPLE = named(
    named(COUNT), "people that a human could annotate, by attribute and word; left out where nobody is seen"
)


_TELLING = keyed(
    "a classifier two-sample test",
    "category",
    category=TEXT,
    ours=COUNT,
    theirs=COUNT,
    auc=said(NUMBER, "of pictures that it was not trained on, 0.5 chance, 1 always"),
    low=said(NUMBER, "of the 95 % interval"),
    high=NUMBER,
    beyond_chance={"type": "boolean"},
    by=listed(keyed(group=TEXT, what=TEXT, auc=NUMBER), "groups of features, each by itself"),
    features=listed(keyed(name=TEXT, auc=NUMBER, ours={"enum": ["higher", "lower"]}), "single features, best first"),
)

_AGAINST = keyed(
    "beside a real dataset",
    "features",
    name=TEXT,
    images=COUNT,
    instances=COUNT,
    left_out=keyed(rows=COUNT, named=listed(TEXT)),
    pictures=keyed(ours=COUNT, theirs=COUNT, longest_px=COUNT),
    properties=listed(
        keyed(
            "one property of both, over all pictures or in one condition",
            name=TEXT,
            about={"enum": ["pixels", "labels"]},
            category={"type": ["string", "null"]},
            condition={"type": ["string", "null"]},
            ours=refer("summary"),
            theirs=refer("summary"),
            ks=NUMBER,
            wasserstein=said(NUMBER, "earth mover's distance in the property's unit"),
            histograms=keyed(ours=refer("bins"), theirs=refer("bins")),
            distance=said(NUMBER, "earth mover's distance over the real standard deviation"),
            mean_difference=said(NUMBER, "over the real standard deviation"),
            spread_difference=said(NUMBER, "our standard deviation over the real one, less 1"),
            p=said(NUMBER, "of Kolmogorov and Smirnov's test"),
            differs={"type": "boolean"},
            key=said({"type": ["string", "null"]}, "of the config, which moves it"),
        ),
        "those that differ first, by distance",
    ),
    told_apart=keyed(note=TEXT, pictures={"anyOf": [_TELLING, {"type": "null"}]}, crops=listed(_TELLING)),
    features=keyed(ours=COUNT, theirs=COUNT, length=COUNT, kid=NUMBER, std=NUMBER, low=NUMBER, high=NUMBER, fid=NUMBER),
    brightness=refer("pair"),
    per_image=refer("pair"),
    size=refer("pair"),
)


_FLAGS = keyed(
    "quality of single frames; flags.jsonl has the scores of each",
    frames=said(COUNT, "that were scored"),
    flagged=said(COUNT, "that have a flag"),
    kinds=listed(
        keyed(
            name=TEXT,
            says=said(TEXT, "what is wrong with a frame that has it"),
            unit=said(TEXT, "of the score"),
            threshold=said(NUMBER, "above which it is raised"),
            source=said(TEXT, "where the threshold is from"),
            scored=said(COUNT, "frames that have what the score takes"),
            frames=said(COUNT, "that have the flag"),
            share=said(NUMBER, "of the scored ones"),
            highest=said(NUMBER, "score"),
            worst=listed(keyed(frame=COUNT, score=NUMBER, said=TEXT), "five at most"),
        ),
        "most serious first",
    ),
)


def schema(format_name: str) -> _Schema:
    """The JSON Schema (draft 2020-12) of stats.json in that format."""
    sections = {"flags": _FLAGS, "against": _AGAINST, "people": _PEOPLE}
    properties = _BASE | {"format": {"const": format_name}} | _CLOSER | sections
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format_name,
        "type": "object",
        "properties": properties,
        "required": [*_BASE],
        "$defs": DEFINITIONS,
    }


def dumps_schema(format_name: str) -> str:
    """The schema as text."""
    return json.dumps(schema(format_name), indent=2) + "\n"
