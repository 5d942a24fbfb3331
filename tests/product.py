"""What the product consists of, found by walking through it: its modules, and what stands in them."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from dev.rooms import APPS, ROOT, module_of

# They run when they are imported, or need an environment of their own.
_NOT_IMPORTED = ("portal.settings.", "portal.wsgi", "portal.gunicorn", "portal.celery")


def sources_of_product() -> Iterator[Path]:
    """Every Python file of the apps but migrations, which never run on what somebody types."""
    for app in APPS:
        yield from (path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def modules() -> Iterator[tuple[ModuleType, ast.Module]]:
    """Every module of the product, with its source as a tree."""
    for path in sources_of_product():
        name = module_of(path.relative_to(ROOT).as_posix())
        if not name.startswith(_NOT_IMPORTED):
            yield import_module(name), tree_of(path)


def classes_below(base: type) -> list[type]:
    """The classes of the product that inherit from this one, each where it is written."""
    found = {
        cls
        for module, _tree in modules()
        for cls in vars(module).values()
        if isinstance(cls, type) and issubclass(cls, base) and cls.__module__ == module.__name__
    }
    return sorted(found, key=lambda cls: (cls.__module__, cls.__qualname__))
