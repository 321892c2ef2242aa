"""Whom a dataset thanks: dataset.json credits the assets that its frames show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from longtail.annotate import AssetCredit, Dataset, DatasetInfo
from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.dataset.layout import DATASET
from longtail.render.storage.store import FrameStore
from longtail.scenes.assets.asset import Asset, each_of


def write_credits(dataset: Dataset, shown: Collection[str], assets: Mapping[str, Asset]) -> Dataset:
    """Write dataset.json with the credits of the assets that are `shown`, by name; the dataset with them."""
    credited_dataset = replace(dataset, info=replace(dataset.info, assets=_credits(shown, assets)))
    with replacing(dataset.root / DATASET) as file:
        file.write(credited_dataset.info.dumps())
    return credited_dataset


def credit_more(store: FrameStore, info: DatasetInfo, assets: Mapping[str, Asset], shown: Collection[str]) -> None:
    """While a run goes on: write dataset.json, unless it credits all assets that are `shown` since the run began.

    What it credited before stays, so that whenever the run is killed, frames that are merged have their credits.
    """
    known = {credit.name: credit for credit in info.assets}
    more = [credit for credit in _credits(shown, assets) if credit.name not in known]
    if more:
        store.write_info(replace(info, assets=(*info.assets, *more)))


def _credits(shown: Collection[str], assets: Mapping[str, Asset]) -> tuple[AssetCredit, ...]:
    known = {asset.name: asset.credit for asset in each_of(assets.values())}
    return tuple(
        AssetCredit(name, known[name].creator, known[name].licence, known[name].source)
        for name in sorted(known.keys() & shown)
    )
