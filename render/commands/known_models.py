"""What a dataset's own catalogue says of its assets, as far as this installation has that catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from longtail.annotate import DatasetInfo
from longtail.annotate.check.models import Model
from longtail.annotate.errors import ConfigError
from longtail.plug_ins import PlugInError
from longtail.render.workers.request import catalogue_digest
from longtail.scenes.assets.asset import each_of
from longtail.scenes.composing import furnished
from longtail.scenes.config.settings import AssetSettings


def known_models(info: DatasetInfo) -> dict[str, Model]:
    """The models of the catalogue that a dataset was made with, by name; none where this installation has another."""
    try:
        # Here, as a plug-in that cannot be imported is no reason not to check a dataset.
        from longtail.scenes.scenarios.table import SCENARIOS

        scenario, asked = SCENARIOS.get(str(info.config.get("scenario"))), info.config.get("assets")
        if scenario is None or not isinstance(asked, Mapping):
            return {}
        assets = furnished(scenario, AssetSettings.model_validate(dict(asked)))
    except (PlugInError, ConfigError, ValidationError):
        return {}
    if catalogue_digest(assets) != info.versions.get("catalogue"):
        return {}
    return {
        item.name: Model(item.category, item.size_m, item.credit.creator, item.credit.licence, item.credit.source)
        for item in each_of(assets.values())
    }
