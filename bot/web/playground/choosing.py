"""What someone chose in an element, as Slack tells the app of it: only what the element has can be chosen."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Element = Mapping[str, Any]
Choice = str | int | list[int] | None
"""A number is a place in the element's own list, a text what was written, picked or named by id."""


class Unchosen(ValueError):  # noqa: N818 - whoever sends it has not used the page
    """That cannot be chosen there."""


def chosen(element: Element, choice: Choice, listed: Sequence[Element] = ()) -> dict[str, Any]:
    """Return the state of *element*; *listed* are the choices that the app told for it, if it was asked.

    Raises Unchosen.
    """
    kind = str(element["type"])
    tell = _TOLD.get(kind)
    if tell is None:
        raise Unchosen(kind)
    return {"type": kind, **tell({**element, "listed": listed}, choice)}


def options_of(element: Element) -> list[Element]:
    """Return the choices of a menu, one after the other where they stand in groups."""
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options") or ()]


def _pressed(element: Element, _choice: Choice) -> dict[str, Any]:
    return {key: element[key] for key in ("value", "url") if key in element}


def _one(element: Element, choice: Choice) -> dict[str, Any]:
    return {"selected_option": None if choice is None else _option(element, choice)}


def _picked(element: Element, choice: Choice) -> dict[str, Any]:
    """Tell which of the choices that the app told was picked: what is only written picks none."""
    if choice is not None and not isinstance(choice, str):
        raise Unchosen(repr(choice))
    there = (option for option in element["listed"] if option["text"]["text"] == choice)
    return {"selected_option": next(there, None)}


def _several(element: Element, choice: Choice) -> dict[str, Any]:
    if choice is None:
        return {"selected_options": []}
    if not isinstance(choice, list):
        raise Unchosen(repr(choice))
    return {"selected_options": [_option(element, one) for one in choice]}


def _option(element: Element, choice: Any) -> Element:
    there = options_of(element)
    if type(choice) is not int or not 0 <= choice < len(there):
        raise Unchosen(repr(choice))
    return there[choice]


def _telling(key: str) -> Callable[[Element, Choice], dict[str, Any]]:
    def told(_element: Element, choice: Choice) -> dict[str, Any]:
        if choice is not None and not isinstance(choice, str):
            raise Unchosen(repr(choice))
        return {key: choice or None}

    return told


_TOLD: Mapping[str, Callable[[Element, Choice], dict[str, Any]]] = {
    "button": _pressed,
    "overflow": _one,
    "static_select": _one,
    "external_select": _picked,
    "radio_buttons": _one,
    "multi_static_select": _several,
    "checkboxes": _several,
    "timepicker": _telling("selected_time"),
    "datepicker": _telling("selected_date"),
    "conversations_select": _telling("selected_conversation"),
    "plain_text_input": _telling("value"),
    "number_input": _telling("value"),
    "email_text_input": _telling("value"),
    "url_text_input": _telling("value"),
}
