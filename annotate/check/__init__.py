"""What must hold over a finished dataset, one subject a file.

`longtail.annotate.check(...)` is `check.check`: package and function have one name, so the package is callable.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return import_module(f"{__name__}.check").check(*arguments, **options)


sys.modules[__name__].__class__ = _Package
