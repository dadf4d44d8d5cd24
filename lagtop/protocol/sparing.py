"""Packages of which a part is needed are entered without what their front door brings along.

`import kafka.protocol.metadata` runs kafka's `__init__` first, and that loads a consumer, a
producer and an admin client: a hundred modules before the first number. A package that was
entered by a side door is like any other to those who ask it for a name: its `__init__` runs then.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec


def enter_by_side_door(name: str) -> None:
    """Make a package importable whose `__init__` waits until somebody wants something of it."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is None or spec.loader is None:
        return
    loader, package = spec.loader, module_from_spec(spec)

    def enter(wanted: str) -> object:
        if find_spec(f"{name}.{wanted}") is not None:
            return import_module(f"{name}.{wanted}")
        del package.__dict__["__getattr__"]
        loader.exec_module(package)
        return getattr(package, wanted)

    package.__dict__["__getattr__"] = enter
    sys.modules[name] = package
    parent, _, own = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], own, package)
