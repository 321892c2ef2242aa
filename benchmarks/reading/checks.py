"""Runs among the readers: reads every export with others' software, and holds it against the dataset.

    python -m reading.checks DATASET EXPORTS RESULTS [NAME...]

EXPORTS has a folder for each format, with all frames in `train`, and `trained/` with those to train on, which are
split; what there is no folder of is not read, nor what the dataset lacks, as point clouds. RESULTS gets a line of JSON
for each check.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib.metadata import version
from pathlib import Path

from reading import (  # noqa: F401 (they join the table)
    classics,
    clouds,
    coco_family,
    converters,
    loaders,
    people,
    space,
    tracking,
    training,
)
from reading.registry import CHECKS, ITSELF, NEEDS
from reading.truth import Truth


def main() -> None:
    truth, exports, results, *names = Truth(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:]
    os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")
    failed = False
    with results.open("w") as file:
        for name, (reader, export, function) in CHECKS.items():
            folder = truth.root if export == ITSELF else exports / export
            if (names and name not in names) or not folder.exists() or not truth.has(NEEDS.get(name, "*")):
                continue
            row = {
                "check": name,
                "reader": reader,
                "version": version(reader),
                "format": export.removeprefix("trained/"),
            }
            try:
                row["read"] = function(truth, folder)
            except Exception as error:
                row["failed"] = f"{type(error).__name__}: {error}"[:500]
                failed = True
                traceback.print_exc()
            file.write(json.dumps(row) + "\n")
            file.flush()
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
