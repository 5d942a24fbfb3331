"""Frozen dataclasses as JSON values and back, without loss: nothing is guessed, rounded or left out.

What stands here serves `schema` alone. A class is read by its own annotations, so a field is declared once.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")

Reader = Callable[[Any], Any]

_REPEATED = 1024
"""So many days and numbers are kept, as the lines of a document name the same ones again and again."""


def decode(kind: type[T], plain: object) -> T:
    """Make a `kind` of what `encode` made of one.

    Raises:
        ValueError: a field is missing, unknown or of another type; the message says which.
    """
    made: T = _reader(_key(kind))(plain)
    return made


def encode(value: object) -> object:
    """Text, whole numbers, truth values, lists and dictionaries alone, as JSON knows them.

    Raises:
        TypeError: something in it is of another type, such as a float.
    """
    write = _writer(_key(type(value)))
    return value if write is None else write(value)


def _key(kind: object) -> Any:
    """A type as the key of a cache, which the checker does not take for hashable."""
    return kind


@cache
def _writer(kind: type[Any]) -> Callable[[Any], object] | None:
    """How values of a type are written; None for what JSON knows itself."""
    if kind in (str, int, bool, NoneType):
        return None
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda value: {name: encode(getattr(value, name)) for name in names}
    if issubclass(kind, tuple):
        return lambda value: [encode(item) for item in value]
    if issubclass(kind, Enum):
        return lambda value: value.value
    if kind is date:
        return date.isoformat
    if kind is Decimal:
        return lambda value: f"{value:f}"
    if kind is UUID:
        return str
    raise TypeError(f"a document holds no {kind.__name__}")


@cache
def _reader(kind: Any) -> Reader:
    """How values of an annotated type are read."""
    if kind in (str, int, bool):
        return _exactly(kind)
    if is_dataclass(kind):
        return _record(kind)
    if get_origin(kind) is UnionType:
        (some,) = (_reader(one) for one in get_args(kind) if one is not NoneType)
        return lambda plain: None if plain is None else some(plain)
    if get_origin(kind) is tuple:
        item, _all_of_them = get_args(kind)
        return _list_of(_reader(item))
    if issubclass(kind, Enum):
        return _word_of(kind)
    readers: dict[Any, Reader] = {date: _date, Decimal: _decimal, UUID: _uuid}
    return readers[kind]


def _exactly(kind: type[Any]) -> Reader:
    def read(plain: Any) -> Any:
        if type(plain) is not kind:  # a truth value is no whole number here
            raise ValueError(f"{plain!r} is no {kind.__name__}")
        return plain

    return read


def _word_of(kind: type[Enum]) -> Reader:
    return lambda plain: kind(_text(plain))


def _record(kind: Any) -> Reader:
    types = get_type_hints(kind)
    readers = [(field.name, _reader(types[field.name])) for field in fields(kind)]
    names = {name for name, _read in readers}

    def read(plain: Any) -> Any:
        if type(plain) is not dict or plain.keys() != names:
            raise ValueError(f"{kind.__name__} has the fields {sorted(names)}, not {plain!r:.200}")
        values, name = {}, ""
        try:
            for name, read_field in readers:
                values[name] = read_field(plain[name])
        except ValueError as error:
            raise ValueError(f"{kind.__name__}.{name}: {error}") from None
        return kind(**values)

    return read


def _list_of(read: Reader) -> Reader:
    def read_all(plain: Any) -> Any:
        if type(plain) is not list:
            raise ValueError(f"{plain!r:.200} is no list")
        return tuple([read(item) for item in plain])

    return read_all


def _date(plain: Any) -> date:
    return _day(_text(plain))


@lru_cache(_REPEATED)
def _day(text: str) -> date:
    day = date.fromisoformat(text)
    return _unchanged(day, day.isoformat(), text)


def _decimal(plain: Any) -> Decimal:
    return _number(_text(plain))


@lru_cache(_REPEATED)
def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    return _unchanged(number, f"{number:f}", text)


def _uuid(plain: Any) -> UUID:
    value = UUID(_text(plain))
    return _unchanged(value, str(value), plain)


def _text(plain: Any) -> str:
    if type(plain) is not str:
        raise ValueError(f"{plain!r} is no text")
    return plain


def _unchanged(value: T, written: str, plain: str) -> T:
    """That it would be written as it was read: else the same document could have two sequences of bytes."""
    if written != plain:
        raise ValueError(f"{plain!r} would be written {written!r}")
    return value
