"""No pattern and no reader of typed text takes more than its time: ten times the text, ten times as long.

A pattern that goes back over what it has read stops a whole process, whoever sent the text.
"""

import ast
import inspect
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import product
from typing import Any

import pytest

from portal.lib.errors import InputError
from tests.product import modules, sources_of_product, tree_of

_METHODS = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")
# Patterns that others use, each with the method with which they do.
_USED_BY_DJANGO = {"portal.lib.mail_addresses.MailAddressValidator.user_regex": ["match"]}
# It is made of what one document needs of the fonts, and reads what was escaped before.
_MADE_FOR_ONE_TEXT = [("invoices/documents/pdf/fonts.py", "sub")]

_RUBBISH = (" ", "\n", "1", ",", "T", "\u3000", "a a a ", "か\u3099", "\u0301\u0316")
_AND_WORDS = (
    *("1,", "-", "(", ")", "¥", "a.", "#", "年", "1 ", " ("),
    *("登録番号 ", "登録番号", "適 格 ", "インボイス", "内線 ", "T1 ", "(a", "【", "1月1日", "\u0301", "非 ", "1:11 "),
)
_BEFORE = ("", "x", "0", "-", "¥", "(", "T", "登録番号", "内線", "電話", "インボイス", "2026")
_TOO_SHORT = 0.004  # seconds; less says nothing about how they grow
_GROWTH_MAX = 30


def _patterns() -> dict[str, tuple[re.Pattern[Any], list[str]]]:
    """Every compiled pattern of the product by its place, with the methods that are called on it."""
    found: dict[str, tuple[re.Pattern[Any], list[str]]] = {}
    for module, tree in modules():
        used = _methods_by_name(tree)
        for name, value in _named_values(module):
            for number, pattern in enumerate(value if isinstance(value, tuple | list) else (value,)):
                place = f"{module.__name__}.{name}"
                if isinstance(pattern, re.Pattern):
                    methods = _USED_BY_DJANGO.get(place) or used.get(name.split(".")[-1], [])
                    found[f"{place}[{number}]"] = pattern, sorted(methods)
    return found


def _named_values(module: Any) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        yield name, value
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield from ((f"{name}.{inner}", each) for inner, each in vars(value).items())


def _methods_by_name(tree: ast.Module) -> dict[str, set[str]]:
    """Which methods of patterns are called on each name, also as one of several in a loop."""
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _METHODS:
            used.setdefault(node.value.id, set()).add(node.attr)
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name):
            for name in ast.walk(node.iter):
                if isinstance(name, ast.Name):
                    used.setdefault(name.id, set()).update(used.get(node.target.id, ()))
    return used


_PATTERNS = _patterns()


def _readers() -> dict[str, Callable[[str], object]]:
    """The public functions of `portal.lib` that want a text and nothing else."""
    found: dict[str, Callable[[str], object]] = {}
    for module, _tree in modules():
        if not module.__name__.startswith("portal.lib."):
            continue
        for name, value in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(value) or value.__module__ != module.__name__:
                continue
            needed = [each for each in inspect.signature(value).parameters.values() if each.default is each.empty]
            if len(needed) == 1 and needed[0].annotation is str and needed[0].kind is not needed[0].VAR_KEYWORD:
                found[f"{module.__name__}.{name}"] = value
    return found


_READERS = _readers()


def _too_slow(
    read: Callable[[str], object], sizes: tuple[int, ...], beginnings: Iterable[str], units: Iterable[str]
) -> str:
    """The first text of which ten times as much takes far more than ten times as long; empty where there is none."""
    for unit, beginning in product(units, beginnings):
        if not _is_steady(read, [beginning + unit * (size // len(unit)) + "x" for size in sizes]):
            return f"{beginning!r} and then {unit!r} again and again"
    return ""


def _is_steady(read: Callable[[str], object], texts: list[str]) -> bool:
    spent = None
    for text in texts:
        now = _seconds(read, text)
        if spent is not None and now > _TOO_SHORT and now > _GROWTH_MAX * max(spent, _TOO_SHORT / 10):
            # Once more, because another process may have taken the time.
            return min(_seconds(read, text) for _n in range(2)) <= _GROWTH_MAX * max(spent, _TOO_SHORT / 10)
        spent = now
    return True


def _seconds(read: Callable[[str], object], text: str) -> float:
    begun = time.thread_time()
    with suppress(InputError):
        read(text)
    return time.thread_time() - begun


def _read_with(pattern: re.Pattern[Any], method: str) -> Callable[[str], object]:
    def read(text: str) -> object:
        given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
        if method == "sub":
            return pattern.sub(given[:0], given)
        found = getattr(pattern, method)(given)
        return list(found) if method == "finditer" else found

    return read


@pytest.mark.parametrize("place", sorted(_PATTERNS))
def test_every_pattern_reads_ten_times_the_text_in_about_ten_times_the_time(place):
    pattern, methods = _PATTERNS[place]
    assert methods, "nobody uses it, or by a way that this test cannot see"
    for method in methods:
        assert _too_slow(_read_with(pattern, method), (40, 400, 4_000), _BEFORE, (*_RUBBISH, *_AND_WORDS)) == ""


def test_every_pattern_has_a_name_so_that_this_file_finds_it():
    unnamed = []
    for path in sources_of_product():
        tree = tree_of(path)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
        inside = {id(call) for function in functions for call in ast.walk(function)}
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            of_re = isinstance(call.func.value, ast.Name) and call.func.value.id == "re"
            if (
                of_re
                and call.func.attr in ("compile", *_METHODS)
                and (call.func.attr != "compile" or id(call) in inside)
            ):
                unnamed.append((path, call.func.attr))
    assert [(str(path), attr) for path, attr in unnamed if not str(path).endswith(_MADE_FOR_ONE_TEXT[0][0])] == []


@pytest.mark.parametrize("name", sorted(_READERS))
def test_every_reader_takes_a_million_characters_in_its_stride(name):
    assert _too_slow(_READERS[name], (100_000, 1_000_000), [""], _RUBBISH) == ""


def test_the_readers_of_dates_sums_and_numbers_are_among_them():
    assert {
        *("portal.lib.calendar.parse_date", "portal.lib.periods.parse_period", "portal.lib.yen.parse_yen"),
        *("portal.lib.telephones.normalise_phone", "portal.lib.japan.normalise_postcode", "portal.lib.text.mended"),
    } <= set(_READERS)
