"""What is drawn of a parameter that nobody names, in view of what a config asks of others."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from longtail.distributions import Distribution
from longtail.distributions.scalar import Scalar
from longtail.scenes.drawing.plan import Plan
from longtail.scenes.drawing.quota import Quota
from longtail.scenes.space.space import Space

Asked = Mapping[str, Scalar | Distribution]


def in_view_of_others(
    parameters: Asked, given: Collection[str], quotas: Iterable[Quota], plan: Plan, space: Space
) -> dict[str, Scalar | Distribution]:
    """`parameters` with what those are drawn from that are not `given` and go by what is asked of others.

    What has a quota, or is laid over scenes, is asked for as well, and stays as it is.
    """
    laid_over: dict[str, list[Scalar | Distribution]] = {}
    for variant in plan.variants:
        for path, value in variant.settings.items():
            laid_over.setdefault(path, []).append(value)
    for axis in plan.sweep:
        laid_over.setdefault(axis.path, []).extend(axis.values)
    asking = {path: [parameters[path]] for path in given if path in parameters}
    for path, values in laid_over.items():
        asking.setdefault(path, []).extend(values)
    for quota in quotas:
        for event in quota.events:
            # Of a range its ends: what is in between follows.
            values = [event.value] if event.value is not None else [v for v in event.ends if math.isfinite(v)]
            asking.setdefault(quota.path, []).extend(values)
    going_by = [p for p in space.parameters if p.in_view_of is not None and p.path not in asking]
    drawn = {p.path: p.checked(p.in_view_of(asking, laid_over)) for p in going_by if p.in_view_of is not None}
    return {**parameters, **drawn}
