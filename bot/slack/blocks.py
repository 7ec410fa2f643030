"""The pieces that messages are made of. Text is sent as plain_text and rich_text: Slack parses neither."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.slack.text import escaped, is_seen, link, short, shown, web_address

Block = dict[str, Any]
Message = dict[str, Any]

MESSAGE_UNITS = 10_000
"""Characters of one message's passages and what stands beside them: Slack refuses some from 11,000 on."""

FALLBACK_UNITS = 1000
"""Characters of the text that notifications and screen readers get in place of the blocks."""

SOURCE = "Open the source"
"""What a link is called that leads to where a document comes from."""

UNSEEN = "…"
"""What stands for a text of which nothing is seen: Slack takes no empty one."""


def message(text: str, blocks: Sequence[Block]) -> Message:
    """Return a private answer: *text* is its summary, for who does not see the *blocks*."""
    told = escaped(text, FALLBACK_UNITS)
    return {
        "response_type": "ephemeral",
        "text": told if is_seen(told) else "Briefbot",
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": list(blocks),
    }


def run(text: str, *, most: int = 3000, **style: bool) -> list[Block]:
    """Return *text* as a rich text element, styled bold=True, italic=True or code=True; none if empty."""
    seen = shown(text, most)
    if not seen:
        return []
    return [{"type": "text", "text": seen, **({"style": style} if style else {})}]


def source_link(url: str | None, *, most: int = 200) -> list[Block]:
    """Return a link to *url* as a rich text element, none where there is no address of the web to open."""
    told = web_address(url or "")
    return [{"type": "link", "url": told, "text": SOURCE}] if told and len(told) <= most else []


def person(user: str) -> list[Block]:
    """Return a person of the workspace, by id, as a rich text element."""
    return [{"type": "user", "user_id": user}]


def preformatted(text: str, *, most: int) -> Block:
    """Return *text* with its lines and spaces as they are, to be copied."""
    return rich({"type": "rich_text_preformatted", "elements": run(text, most=most) or run(UNSEEN)})


def line(*runs: Iterable[Block]) -> Block:
    """Return a line of runs."""
    return rich(section(*runs))


def rich(*elements: Block) -> Block:
    """Return lines and quotations as one block."""
    return {"type": "rich_text", "elements": list(elements)}


def listed(lines: Iterable[Sequence[Iterable[Block]]], *, numbered: bool = False) -> Block:
    """Return a list, bulleted or *numbered* from 1, each line given as its runs."""
    style = "ordered" if numbered else "bullet"
    elements = [section(*runs) for runs in lines]
    return rich({"type": "rich_text_list", "style": style, "elements": elements})


def quote(runs: Sequence[Block], *, lead_in: str | None = None) -> Block:
    """Return a quotation, with the lead-in of its list above it."""
    elements: list[Block] = []
    if lead_in:
        elements.append(section(run(lead_in, most=300, italic=True)))
    elements.append(quoted(runs))
    return rich(*elements)


def quoted(runs: Sequence[Block]) -> Block:
    """Return a quotation within a block."""
    return {"type": "rich_text_quote", "elements": list(runs) or run(UNSEEN)}


def actions(*elements: Block, block_id: str = "") -> Block:
    """Return a row of what can be clicked."""
    named = {"block_id": block_id} if block_id else {}
    return {"type": "actions", **named, "elements": list(elements)}


def button(
    label: str, action: str, value: str, *, asks: tuple[str, str] | None = None, is_danger: bool = True
) -> Block:
    """Return a button that carries *value*; one that *asks* first tells a question and what yes is called."""
    made = {"type": "button", "text": _plain(label, 75), "action_id": action, "value": value}
    if asks:
        question, yes = asks
        told = {"title": _plain(label, 100), "text": _plain(question, 300), "confirm": _plain(yes, 30)}
        made |= {"confirm": {**told, "deny": _plain("No", 30)}} | ({"style": "danger"} if is_danger else {})
    return made


def select(
    placeholder: str,
    action: str,
    choices: Sequence[tuple[str, str]],
    *,
    chosen: tuple[str, str] | None = None,
) -> Block:
    """Return a menu of up to 100 *choices*, each a label and what it carries (up to 150 characters)."""
    first = {"initial_option": options([chosen])[0]} if chosen else {}
    return {
        "type": "static_select",
        "placeholder": _plain(placeholder, 150),
        "action_id": action,
        "options": options(choices[:100]),
        **first,
    }


def time_picker(action: str, at: str) -> Block:
    """Return a choice of the time of day, which is *at* (HH:MM) until another is chosen."""
    return {"type": "timepicker", "action_id": action, "initial_time": at}


def overflow(action: str, choices: Sequence[tuple[str, str]]) -> Block:
    """Return a small menu of up to five *choices*."""
    return {"type": "overflow", "action_id": action, "options": options(choices[:5])}


def options(told: Sequence[tuple[str, str]]) -> list[Block]:
    """Return choices, each a label and what it carries (up to 150 characters)."""
    return [{"text": _plain(label, 75), "value": value} for label, value in told]


def multi_select(
    placeholder: str, action: str, choices: Sequence[tuple[str, str]], *, chosen: Sequence[tuple[str, str]]
) -> Block:
    """Return a menu of up to 100 *choices* of which several can be *chosen*."""
    first = {"initial_options": options(chosen)} if chosen else {}
    return {**select(placeholder, action, choices), "type": "multi_static_select", **first}


def channel_select(action: str, placeholder: str, *, chosen: str = "") -> Block:
    """Return a menu of the channels that whoever opens it sees; Slack fills it, and needs no scope for it."""
    return {
        "type": "conversations_select",
        "action_id": action,
        "placeholder": _plain(placeholder, 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        **({"initial_conversation": chosen} if chosen else {}),
    }


def text_input(action: str, placeholder: str, *, most: int, filled: str = "") -> Block:
    """Return a line to be filled in with at most so many characters, in which *filled* stands already."""
    return {
        "type": "plain_text_input",
        "action_id": action,
        "placeholder": _plain(placeholder, 150),
        "max_length": most,
        **({"initial_value": first} if (first := shown(filled, most)) else {}),
    }


def external_select(action: str, placeholder: str) -> Block:
    """Return a menu whose choices are asked for while someone types."""
    return {
        "type": "external_select",
        "action_id": action,
        "placeholder": _plain(placeholder, 150),
        "min_query_length": 1,
    }


def date_picker(action: str) -> Block:
    """Return a choice of a day."""
    return {"type": "datepicker", "action_id": action}


def field(label: str, element: Block, *, optional: bool = False, tells: bool = False) -> Block:
    """Return a field of a form, named as its element's action; one that *tells* is heard of as it changes."""
    if tells and element["type"] == "plain_text_input":
        triggers = ["on_enter_pressed", "on_character_entered"]
        element = {**element, "dispatch_action_config": {"trigger_actions_on": triggers}}
    return {
        "type": "input",
        "block_id": element["action_id"],
        "label": _plain(label, 150),
        "element": element,
        "optional": optional,
        **({"dispatch_action": True} if tells else {}),
    }


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str = "",
    callback: str = "",
    metadata: str = "",
    close: str = "Close",
    tells_closing: bool = False,
) -> Block:
    """Return a modal; one with *submit* is a form, and *callback* names what takes it in, sent or closed."""
    form: Block = {}
    if submit:
        form = {"submit": _plain(submit, 24), "callback_id": callback, "notify_on_close": tells_closing}
    return {
        "type": "modal",
        "title": _plain(title, 24),
        "close": _plain(close, 24),
        "blocks": list(blocks),
        "private_metadata": metadata,
        **form,
    }


def _plain(text: str, most: int) -> Block:
    told = short(text, most)
    return {"type": "plain_text", "text": told if is_seen(told) else UNSEEN, "emoji": False}


def small(text: str, *, url: str | None = None) -> Block:
    """Return a line in small grey letters, with a link to where it comes from."""
    elements: list[Block] = [_plain(text, 1500)]
    if url and web_address(url):
        elements.append({"type": "mrkdwn", "text": link(url, SOURCE), "verbatim": True})
    return {"type": "context", "elements": elements}


def places(text: str, urls: Sequence[str]) -> Block:
    """Return a line in small grey letters, with a link to each of up to nine *urls*, named by their hosts."""
    elements: list[Block] = [_plain(text, 1500)]
    for told in filter(None, map(web_address, urls)):
        host = told.split("/")[2].rpartition("@")[2].removeprefix("www.")
        elements.append({"type": "mrkdwn", "text": link(told, host or SOURCE), "verbatim": True})
    return {"type": "context", "elements": elements[:10]}


def section(*runs: Iterable[Block]) -> Block:
    """Return a line within a block."""
    told = [element for some in runs for element in some]
    return {"type": "rich_text_section", "elements": told or run(UNSEEN)}


def consent(label: str, yes: str, *, block_id: str, action: str) -> Block:
    """Return a box that must be checked: *label* is what it is about, *yes* what whoever checks it says."""
    element = {"type": "checkboxes", "action_id": action, "options": options([(yes, "yes")])}
    return {"type": "input", "block_id": block_id, "label": _plain(label, 2000), "element": element}


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": _plain(text, 150)}


def entry(text: str, act: Block | None = None) -> Block:
    """Return a paragraph, with what can be clicked beside it."""
    return {"type": "section", "text": _plain(text, 3000), **({"accessory": act} if act else {})}


def channel(channel_id: str) -> list[Block]:
    """Return a channel's name as a rich text element: Slack shows it to those who may know it."""
    return [{"type": "channel", "channel_id": channel_id}]


def home(blocks: Sequence[Block], *, metadata: str) -> Block:
    """Return a Home tab that carries *metadata*."""
    return {"type": "home", "blocks": list(blocks), "private_metadata": metadata}
