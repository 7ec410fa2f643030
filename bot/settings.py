"""Settings filled into dataclasses, their schema; each mistake is told with its key and the fix."""

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

from rapidfuzz import process

from bot.errors import ConfigError
from bot.plain_yaml import joined


def filled(cls: type[Any], values: Any, *, where: str, path: str = "") -> Any:
    """Return the dataclass *cls* filled from *values*; `''` and nothing at all are its defaults.

    Fields whose metadata say `environment` are not settings; the one that says `short` is what a single
    value in place of a mapping sets. Raises ConfigError with the file *where*, the key's path, the value and
    the fix.
    """
    if values == "":
        values = {}
    short = next((f.name for f in dataclasses.fields(cls) if f.metadata.get("short")), None)
    if short and isinstance(values, str):
        values = {short: values}
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: {path}: {values!r} is a single value; write `key: value` lines")
    fields = {f.name: f for f in dataclasses.fields(cls) if not f.metadata.get("environment")}
    hints = typing.get_type_hints(cls)
    for key in values:
        if key not in fields:
            near = process.extractOne(key, list(fields), score_cutoff=50)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(fields)}"
            raise ConfigError(f"{where}: {joined(path, key)}: unknown key; {hint}")
    return cls(
        **{
            key: _convert(hints[key], value, where=where, path=joined(path, key))
            for key, value in values.items()
        }
    )


def _convert(hint: Any, value: Any, *, where: str, path: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return filled(typing.cast(type[Any], hint), value, where=where, path=path)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return tuple(
            _convert(arguments[0], item, where=where, path=path) for item in _list(value, where, path)
        )
    if origin is Mapping or isinstance(hint, types.GenericAlias):
        if value != "" and not isinstance(value, dict):
            raise ConfigError(f"{where}: {path}: {value!r} is no mapping; write `name: ...` lines")
        return {
            key: _convert(arguments[1], item, where=where, path=joined(path, key))
            for key, item in (value or {}).items()
        }
    text = _scalar(value, where=where, path=path)
    return _number(text, where=where, path=path) if hint is int else text


def _list(value: Any, where: str, path: str) -> list[Any]:
    if value == "":
        return []
    if not isinstance(value, list):
        raise ConfigError(f"{where}: {path}: {value!r} is no list; write [{value}]")
    return value


def _scalar(value: Any, *, where: str, path: str) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{where}: {path}: {value!r} is not a single value; write one word or text")
    return value


def _number(text: str, *, where: str, path: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise ConfigError(f"{where}: {path}: {text!r} is no whole number above 0; write one, as 5")
    return int(text)
