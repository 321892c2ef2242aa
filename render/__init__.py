"""How frames are made: a scene becomes a picture and its labels, by workers that may fail.

`longtail.render(...)` is `longtail.programs.render`: package and function have one name, so the package is callable.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return import_module("longtail.programs").render(*arguments, **options)


sys.modules[__name__].__class__ = _Package
