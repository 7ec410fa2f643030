"""What a method of the Web API is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.local_slack.state import Workspace

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Web API; `scopes` are those of which it needs one."""

    act: Callable[[Workspace, Arguments], Answer]
    scopes: tuple[str, ...] = ()


Methods = Mapping[str, Method]
