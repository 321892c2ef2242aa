"""Longtail: labelled synthetic camera images of the scenes nobody can go out and record.

The few names that a program needs; the command line is in `longtail.command_line`.

    import longtail

    dataset = longtail.Dataset.open("out")
"""

from longtail.annotate import CATEGORIES, Camera, Dataset, Frame, SceneObject, label

__all__ = ["CATEGORIES", "Camera", "Dataset", "Frame", "SceneObject", "label"]
