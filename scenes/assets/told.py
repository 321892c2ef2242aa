"""What tells one asset from another, for names of what is kept of it."""

from __future__ import annotations

from dataclasses import fields

from longtail.scenes.assets.asset import Asset


def told(asset: Asset) -> str:
    """All that makes an asset what it is, in the same words in every process: sets have no order."""
    values = {item.name: getattr(asset, item.name) for item in fields(asset) if item.compare}
    return repr({name: sorted(map(repr, v)) if isinstance(v, frozenset) else v for name, v in values.items()})
