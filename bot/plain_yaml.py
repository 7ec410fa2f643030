"""YAML as the characters that stand there: `09:00` stays a time, `NO` a word, nothing refers elsewhere."""

from typing import Any

import yaml

from bot.errors import BotError


class PlainYamlError(BotError):
    """What is wrong with a text that should be YAML, and where."""


def parse(text: str) -> dict[str, Any]:
    """Return the mapping that *text* holds: strings, lists and mappings; an empty text holds none.

    Raises PlainYamlError for what is no YAML, no mapping, names a key twice or refers to another place.
    """
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
        value = _plain(node, path="", seen=set()) if node else {}
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise PlainYamlError(f"{line}is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise PlainYamlError(f"is not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise PlainYamlError("is nested too deeply") from error
    if not isinstance(value, dict):
        raise PlainYamlError("holds no settings; write `key: value` lines")
    return value


def joined(path: str, key: str) -> str:
    """Return where *key* stands within what stands at *path*."""
    return f"{path}.{key}" if path else key


def _plain(node: yaml.Node, *, path: str, seen: set[int]) -> Any:
    if id(node) in seen:  # An alias, which could also make a little text very large.
        raise PlainYamlError(f"{path}: `*` refers to another place; write it out here")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, path=path, seen=seen) for item in node.value]
    if not isinstance(node, yaml.MappingNode):
        return node.value
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in values:
            line = key_node.start_mark.line + 1
            raise PlainYamlError(f"{joined(path, key)}: stands twice (again in line {line})")
        values[key] = _plain(value_node, path=joined(path, key), seen=seen)
    return values
