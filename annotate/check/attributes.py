"""What annotations say of somebody against what the scene's object does."""

from __future__ import annotations

from collections.abc import Iterator

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame


def check_attributes(stored: StoredFrame) -> Iterator[Finding]:
    """Findings of one frame: attributes of annotations that are not the object's own."""
    objects = {item.id: item for item in stored.objects}
    for thing in stored.instances:
        item = objects.get(thing.id)
        if item is None or thing.attributes is None or dict(thing.attributes) == dict(item.attributes):
            continue
        expected = f"annotation of object {thing.id}: attributes {dict(item.attributes)}, as the object has them"
        yield Finding(record_path(stored.index), stored.index, expected, f"{dict(thing.attributes)}")
