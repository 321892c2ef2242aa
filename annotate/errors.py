"""The error tree. Every message says what was expected, what came, where, and what to try.

Exit status 2 is for what every machine would refuse, at any time: schedulers may take it as final. All else is 1.

    LongtailError
      ConfigError        a wrong key, unit, range or option: the user's to mend, exit status 2
        MachineError     what was asked for and is not to be had on this machine, or not now: a port; exit status 1
          DeviceError    a render device that is not there
            DeviceFaultError   one that fails at its work: out of memory, a driver's error; it may yet do it
      DatasetError       an output folder that is foreign, broken, or made from another config, exit status 2
      StorageError       a place that is full, broken or busy; nothing is wrong with the request, exit status 1
        UnreachableError an object store that does not answer now
          RefusedError   one that answers with no, to what it took from us before: a token expires, a bucket goes
      AssetError         a model pack or file that cannot be read, exit status 2
      RenderError        a frame that could not be made, exit status 1
"""

from __future__ import annotations

from longtail.annotate.wording import fitted


class LongtailError(Exception):
    """Base of all errors that Longtail raises on purpose; the message is meant for the user.

    It quotes names and values that may come from anyone: as text it is visible and short, whatever it quotes.
    """

    exit_status = 1

    def __str__(self) -> str:
        return fitted(super().__str__())


class ConfigError(LongtailError):
    """The request cannot be met as written."""

    exit_status = 2


class MachineError(ConfigError):
    """This machine does not have what was asked for; another one, or this one later, may have it."""

    exit_status = 1


class DeviceError(MachineError):
    """The requested render device is absent."""


class DeviceFaultError(DeviceError):
    """A render device failed at its work, which says nothing about the frame; it may do better after a pause."""


class DatasetError(LongtailError):
    """A dataset folder is not what the command needs."""

    exit_status = 2


class StorageError(LongtailError):
    """What keeps the dataset takes or gives nothing now; the same command goes on once it does."""


class UnreachableError(StorageError):
    """An object store does not answer."""


class RefusedError(UnreachableError):
    """An object store says no: to a key, a token, a clock, a bucket, a kind of request."""


class AssetError(LongtailError):
    """A model pack, model or material cannot be used."""

    exit_status = 2


class RenderError(LongtailError):
    """A frame could not be rendered."""
