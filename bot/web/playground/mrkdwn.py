"""Slack's mrkdwn as HTML: what is not one of its marks stays text, and nothing can act."""

import re
from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

Names = Callable[[str, str], str]
"""Tells the name of what has this kind (`user`, `channel`) and id."""

_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))

_MARKED = re.compile(
    r"```(?P<block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<angled>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])",
    re.DOTALL,
)

_TAGS: Mapping[str, str] = {"bold": "strong", "italic": "em", "strike": "s"}


def mrkdwn(text: str, names: Names) -> Markup:
    """Return *text* as HTML."""
    lines = [(line.startswith(("&gt;", ">")), line) for line in text.split("\n")]
    drawn, quoted, plain = Markup(), "", ""
    for is_quote, line in [*lines, (False, None)]:
        if quoted and not is_quote:
            drawn += Markup("<blockquote>{}</blockquote>").format(_inline(quoted[:-1], names))
            quoted = ""
        if is_quote:
            drawn += _inline(plain.removesuffix("\n"), names)
            plain, quoted = "", f"{quoted}{re.sub('^(&gt;|>) ?', '', line or '')}\n"
        elif line is not None:
            plain += f"{line}\n"
    return drawn + _inline(plain.removesuffix("\n"), names)


def _inline(text: str, names: Names) -> Markup:
    drawn, end = Markup(), 0
    for found in _MARKED.finditer(text):
        drawn += _text(text[end : found.start()]) + _drawn(found, names)
        end = found.end()
    return drawn + _text(text[end:])


def _drawn(found: re.Match[str], names: Names) -> Markup:
    kind, told = str(found.lastgroup), str(found[str(found.lastgroup)])
    if kind == "block":
        return Markup("<pre>{}</pre>").format(_text(told.strip("\n")))
    if kind == "code":
        return Markup("<code>{}</code>").format(_text(told))
    if kind == "angled":
        return _angled(told, names)
    tag = _TAGS[kind]
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), _inline(told, names))  # noqa: S704 - one of three


def _angled(told: str, names: Names) -> Markup:
    """Draw a link, a person, a channel or a word to all."""
    target, _, label = told.partition("|")
    if target.startswith("@"):
        return mention(f"@{names('user', target[1:])}")
    if target.startswith("#"):
        return mention(f"#{names('channel', target[1:])}")
    if target.startswith("!"):
        return mention(label or f"@{target[1:]}")
    return link(_read(target), _read(label))


def mention(told: str) -> Markup:
    """Return a name that stands out."""
    return Markup('<span class="mention">{}</span>').format(told)


def link(url: str, label: str = "") -> Markup:
    """Return a link to an address of the web, and any other address as text."""
    if not url.startswith(("https://", "http://", "mailto:")):
        return escape(label or url)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label or url)


def _text(text: str) -> Markup:
    return escape(_read(text))


def _read(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
