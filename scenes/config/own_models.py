"""Which models of the user's own a configuration means: those that its library has when it is read, by their digests.

So a dataset says which models it shows, and a machine that lacks one of them, or has another under its name, refuses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from longtail.annotate.errors import MachineError
from longtail.annotate.wording import counted, listed
from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.assets.library.folder import VARIABLE, library_folder
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.assets.library.store import Library
from longtail.scenes.config.settings import AssetSettings
from longtail.scenes.scenarios import laying, skies

_TOLD = 5


def pinned(asked: AssetSettings, families: Collection[str], paths: Collection[str] = ()) -> AssetSettings:
    """The settings with the digest of each model by its name: of all that a scenario of `families` places, or of some.

    Panoramas and textures serve it where its parameters, whose `paths` these are, may ask for them.

    ValueError, "expected ..., got ...", where the library has none of a name. Digests that are stated stay.
    """
    if isinstance(asked.models, dict):
        return asked
    if asked.models is False or asked.models == ():
        return asked.model_copy(update={"models": {}})
    there = {model.name: model for model in _there(asked) if asked.branded or not model.branded}
    if asked.models is True:
        serving = {m.name: m.digest for m in there.values() if _serves(m, families, paths)}
        return asked.model_copy(update={"models": serving})
    for name in asked.models:
        if name not in there:
            raise ValueError(
                f"expected models of the library {where_kept(asked)}, got {shown(name)}{suggestion(name, there)}"
            )
        if not _serves(there[name], families, paths):
            raise ValueError(
                f"expected models that the scenario places (of {', '.join(sorted(families))}), got {name} of the "
                f"family {there[name].family}"
            )
    return asked.model_copy(update={"models": {name: there[name].digest for name in sorted(set(asked.models))}})


def _serves(model: LibraryAsset, families: Collection[str], paths: Collection[str]) -> bool:
    if model.surface is not None:
        return any(f"{laying.PREFIX}{place}" in paths for place in model.tags)
    return model.family in families or (model.sky is not None and skies.PATH in paths)


def models_of(asked: AssetSettings) -> tuple[LibraryAsset, ...]:
    """The models that settings name, in the order of their names. MachineError where the library lacks one."""
    wanted = pinned(asked, ()).models
    assert isinstance(wanted, dict)
    if not wanted:
        return ()
    there = {model.name: model for model in _there(asked)}
    gone = sorted(name for name in wanted if name not in there)
    other = sorted(name for name in wanted if name in there and there[name].digest != wanted[name])
    if gone or other:
        raise MachineError(
            f"assets.models: expected {counted(len(wanted), 'model')} of your own in the library {where_kept(asked)}, "
            + "; ".join(
                f"{what} {listed(names, most=5)}"
                for what, names in (("got none called", gone), ("got others under the names", other))
                if names
            )
            + f". Copy the library with which the dataset was begun to this machine, and name it by {VARIABLE}"
        )
    return tuple(there[name] for name in sorted(wanted))


def left_out(asked: AssetSettings) -> Iterator[str]:
    """One line for each model of the library that is broken, and so is none; of many, for the first and the number."""
    folder = library_folder(asked.library)
    faults = () if folder is None or asked.models in (False, ()) else Library(folder).models()[1]
    for fault in faults[:_TOLD]:
        yield f"{fault.what}: left out: {fault.why}"
    if len(faults) > _TOLD:
        yield f"{folder}: {counted(len(faults) - _TOLD, 'more model')} left out; longtail assets check names them all"


def _there(asked: AssetSettings) -> tuple[LibraryAsset, ...]:
    folder = library_folder(asked.library)
    return () if folder is None else Library(folder).models()[0]


def where_kept(asked: AssetSettings) -> str:
    """The folder of the library, for messages."""
    return str(library_folder(asked.library))
