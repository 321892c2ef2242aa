"""What is wrong with single frames: each is scored by its files and its record, without Blender.

    found = scored(Dataset.open(root))     # scores and flags of every frame
    write_flags(dataset, found)            # flags.jsonl beside it

A flag has a name, a score in a unit of its own, a threshold, where that is from, and a sentence why. It is raised where
the score is above the threshold. What a dataset has no layer for is not scored.
"""
