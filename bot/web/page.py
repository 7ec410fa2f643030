"""Messages as a page: their blocks in HTML that needs nothing from anywhere and runs nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

Block = Mapping[str, Any]

STYLE = """
:root { color-scheme: light dark; --text: #1d1c1d; --grey: #616061; --line: #dddddd; --back: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --text: #d1d2d3; --grey: #ababad; --line: #45474b; --back: #1a1d21; }
}
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem; background: var(--back); color: var(--text);
  font: 15px/1.47 Lato, "Helvetica Neue", "Segoe UI", Arial, "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1rem; margin: 0 0 .25rem; }
h1 small { font-weight: normal; color: var(--grey); }
article { margin: 0 0 1.25rem; overflow-wrap: anywhere; }
section { border-left: 1px solid var(--line); margin-left: .5rem; padding-left: 1rem; }
p { margin: .25rem 0; white-space: pre-line; }
blockquote { margin: .4rem 0 .2rem; padding: 0 0 0 .75rem; border-left: 4px solid var(--line);
  white-space: pre-line; }
ul, ol { margin: .4rem 0; padding-left: 1.5rem; }
.small, em { color: var(--grey); font-size: 13px; }
em { font-style: normal; }
code { font-size: 13px; }
.acts { margin: .5rem 0 .9rem; }
.acts span { display: inline-block; border: 1px solid var(--line); border-radius: 4px; padding: .2rem .6rem;
  margin: 0 .4rem .3rem 0; font-weight: bold; font-size: 13px; }
img { max-width: 100%; border: 1px solid var(--line); border-radius: 8px; background: #ffffff; }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What the page may load: nothing, but the pictures in it."""


def page(title: str, messages: Sequence[Sequence[Block]], *, note: str = "") -> str:
    """Return a page that shows *messages*, each as its blocks: the first, and below it its thread."""
    first, *thread = [f"<article>{''.join(map(html_of, blocks))}</article>" for blocks in messages] or [""]
    replies = f'<section aria-label="Thread">{"".join(thread)}</section>' if thread else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)} <small>{escape(note)}</small></h1>\n{first}\n{replies}\n"
        "</main>\n</body>\n</html>\n"
    )


def html_of(block: Block) -> str:
    """Return one block in HTML; '' for a type that messages of ours do not have."""
    return _BLOCKS.get(block["type"], _nothing)(block)


def _nothing(_block: Block) -> str:
    return ""


def _rich_text(block: Block) -> str:
    return "".join(_RICH[element["type"]](element) for element in block["elements"])


def _paragraph(element: Block) -> str:
    return f"<p>{_runs(element['elements'])}</p>"


def _quote(element: Block) -> str:
    return f"<blockquote>{_runs(element['elements'])}</blockquote>"


def _list(element: Block) -> str:
    tag = "ol" if element.get("style") == "ordered" else "ul"
    items = "".join(f"<li>{_runs(item['elements'])}</li>" for item in element["elements"])
    return f"<{tag}>{items}</{tag}>"


def _runs(runs: Iterable[Block]) -> str:
    return "".join(map(_run, runs))


def _run(run: Block) -> str:
    if run["type"] == "link":
        is_web = run["url"].startswith(("http://", "https://"))
        told = escape(run.get("text") or run["url"])
        return f'<a href="{escape(run["url"])}">{told}</a>' if is_web else told
    told = escape(run["text"])
    for style, tag in (("bold", "strong"), ("italic", "em"), ("code", "code")):
        if run.get("style", {}).get(style):
            told = f"<{tag}>{told}</{tag}>"
    return told


def _context(block: Block) -> str:
    told = (escape(element["text"]) for element in block["elements"] if element["type"] == "plain_text")
    return f'<p class="small">{" ".join(told)}</p>'


def _actions(block: Block) -> str:
    return f'<div class="acts">{"".join(map(_act, block["elements"]))}</div>'


def _act(element: Block) -> str:
    if element["type"] == "overflow":
        return "".join(f"<span>{escape(option['text']['text'])}</span>" for option in element["options"])
    label = element.get("text") or element.get("placeholder") or {"text": ""}
    return f"<span>{escape(label['text'])}</span>"


def _image(block: Block) -> str:
    return f'<img src="{escape(block["image_url"])}" alt="{escape(block["alt_text"])}">'


_BLOCKS: Mapping[str, Callable[[Block], str]] = {
    "rich_text": _rich_text,
    "context": _context,
    "actions": _actions,
    "image": _image,
}
_RICH: Mapping[str, Callable[[Block], str]] = {
    "rich_text_section": _paragraph,
    "rich_text_quote": _quote,
    "rich_text_list": _list,
}
