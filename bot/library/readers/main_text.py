"""Which of a page's elements hold its article, when what is surely not of it is taken out."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from bot.library.readers import furniture
from bot.library.readers.page_tree import drop, text_in
from bot.library.readers.pieces import HEADINGS, is_block

RUN = 20
"""Characters of text in a row that count as prose; shorter ones are labels."""

LARGE = 0.5
"""Of a page's prose: what holds more is no furniture, whatever its name."""

SMALL = 0.3
"""Of a page's prose: what a form, a footer or a column beside the text may hold and be none of it."""

BOX = 700
"""Characters of a box set into the text."""

STATED, FOUND = 0.5, 0.85
"""Of a page's prose: what an element holds that says it is the article, and one that does not say so."""

BACK = frozenset(["¶", "#", "§", "↩", "↩︎", "^", "↑", "⤴", "🔗", "[edit]"])
"""Texts of links that lead to where they stand, or back from a note."""

_ARTICLES = [
    "entry-content",
    "post-content",
    "article-content",
    "article-body",
    "articlebody",
    "story-body",
    "post-body",
    "content-body",
    "td-post-content",
    "mw-parser-output",
    "markdown-body",
    "rich-text",
    "trs_editor",
    "trs-editor",
    "article__body",
    "article__content",
    "rm_txt_con",
    "main-content",
    "post_body",
    "artibody",
    "body-text",
    "available-content",
    "pages_content",
    "field-body",
    "e-content",
    "rich_media_content",
]


class Weights:
    """How many characters of prose, of links and of all each element holds. Lists follow the page's order."""

    def __init__(self, root: HtmlElement) -> None:
        self.elements = [element for element in root.iter() if isinstance(element.tag, str)]
        self.prose = dict.fromkeys(self.elements, 0)
        self.links = dict.fromkeys(self.elements, 0)
        self.size = dict.fromkeys(self.elements, 0)
        inside = {None: False}
        for element in self.elements:
            parent = element.getparent()
            in_link = inside.get(parent, False)
            inside[element] = in_link or element.tag == "a"
            self._count(element, element.text, is_link=inside[element])
            if parent in self.size:
                self._count(parent, element.tail, is_link=in_link)
        for element in reversed(self.elements):
            parent = element.getparent()
            if parent in self.size:
                self.prose[parent] += self.prose[element]
                self.links[parent] += self.links[element]
                self.size[parent] += self.size[element]
        self.total = max(1, self.prose[root])

    def _count(self, element: HtmlElement, text: str | None, *, is_link: bool) -> None:
        length = len(text.strip()) if text else 0
        # A Chinese character says as much as two or three letters.
        worth = length if text and text.isascii() else 2 * length
        self.size[element] += worth
        if is_link:
            self.links[element] += worth
        elif worth >= RUN:
            self.prose[element] += worth

    def share(self, element: HtmlElement) -> float:
        """Return how much of the page's prose *element* holds."""
        return self.prose.get(element, 0) / self.total

    def link_share(self, element: HtmlElement) -> float:
        """Return how much of the text in *element* is links."""
        return self.links.get(element, 0) / max(1, self.size.get(element, 0))


def strip(root: HtmlElement, *, title: str | None = None) -> None:
    """Take out of the tree below *root* what is surely not of the article that *title* heads."""
    held = _held(root, title)
    for find in (_by_consent, _by_shape, _by_name, _by_label):
        drop(list(find(Weights(root), held)))
    drop(list(root.iter("button", "input", "textarea", "label")))


def core_of(root: HtmlElement) -> tuple[HtmlElement, HtmlElement]:
    """Return the element that holds the article, and the deepest in it that holds most of its prose."""
    weights = Weights(root)
    stated = [e for e in weights.elements if _is_stated(e) and weights.share(e) >= STATED]
    if not stated:
        core = _deepest(root, weights)
        return core, core
    most = max(weights.prose[e] for e in stated)
    core = [e for e in stated if weights.prose[e] >= 0.9 * most][-1]
    return core, _deepest(core, weights)


def _deepest(core: HtmlElement, weights: Weights) -> HtmlElement:
    most = weights.prose[core]
    while True:
        children = [child for child in core if child in weights.prose and is_block(child)]
        best = max(children, key=weights.prose.__getitem__, default=None)
        if best is None or weights.prose[best] < max(RUN, FOUND * most):
            return core
        core = best


def _is_stated(element: HtmlElement) -> bool:
    if not is_block(element):
        return False
    if element.tag in {"article", "main"} or element.get("role") in {"main", "article"}:
        return True
    names = {*element.get("class", "").lower().split(), element.get("id", "").lower()}
    return "articleBody" in element.get("itemprop", "") or not names.isdisjoint(_ARTICLES)


def _held(root: HtmlElement, title: str | None) -> set[HtmlElement]:
    """Return the elements around the article's heading, which are no furniture."""
    heads = list(root.iter("h1"))
    titled = [e for e in root.iter("h1", "h2", "h3") if title and begins_with(e, title)]
    # Where a page has many headings of the first rank and none is its title, they are of no account.
    heads = titled[:2] or heads[: 1 if len(heads) > 2 else 2]
    return {around for head in heads for around in (head, *head.iterancestors())}


def begins_with(element: HtmlElement, title: str) -> bool:
    """Tell whether *element* shows *title* and little more."""
    text = element.text_content() if len(element) else element.text or ""
    return len(text) < 2 * len(title) + RUN and " ".join(text.split()).casefold().startswith(title.casefold())


def _by_consent(weights: Weights, held: set[HtmlElement]) -> Iterator[HtmlElement]:
    """Find what asks for consent: a box that speaks of cookies and has a button."""
    for element in weights.elements:
        if element.tag == "button" or element.get("role") == "button":
            box = _box(element, weights, held)
            if box not in held and furniture.speaks_of_cookies(text_in(box)):
                yield box


def _by_name(weights: Weights, held: set[HtmlElement]) -> Iterator[HtmlElement]:
    gone: set[HtmlElement] = set()
    for element in weights.elements:
        if element.getparent() in gone:
            gone.add(element)
        elif element not in held and _is_named(element, weights):
            gone.add(element)
            yield element


def _is_named(element: HtmlElement, weights: Weights) -> bool:
    tag, share = element.tag, weights.share(element)
    if tag == "a" and weights.size[element] <= 4:
        return text_in(element) in BACK
    if tag in {"html", "body", "main", "a"} or tag in HEADINGS:
        return False
    if tag == "nav":
        return share < LARGE
    if tag in {"aside", "footer", "header"} and share < SMALL and not furniture.names_notes(element):
        return tag != "header" or not _is_in_article(element)
    return furniture.names_comments(element) or (share < LARGE and furniture.names_furniture(element))


def _is_in_article(element: HtmlElement) -> bool:
    return any(around.tag in {"article", "main"} for around in element.iterancestors())


def _by_shape(weights: Weights, held: set[HtmlElement]) -> Iterator[HtmlElement]:
    """Find forms with their boxes, banners with their buttons, lists of what is on this page, and cards."""
    # A page that is mostly links is a list, and cards are its text.
    is_list = weights.links[weights.elements[0]] >= 2 * weights.total
    for element in weights.elements:
        tag = element.tag
        if element in held:
            continue
        is_small = weights.size[element] < BOX
        is_typed_in = tag == "textarea" or (tag == "input" and element.get("type") in {"email", "password"})
        if (tag == "form" or is_typed_in) and weights.share(element) < SMALL:
            yield _box(element, weights, held)
        elif tag in {"ul", "ol"} and _is_contents(element, weights):
            yield element
        elif tag == "a" and next(element.iterchildren("div", "p", "section", *HEADINGS), None) is not None:
            yield from [element] if is_small and not is_list else []
    yield from _cards(weights, held)


def _box(element: HtmlElement, weights: Weights, held: set[HtmlElement]) -> HtmlElement:
    """Return the box in which *element* stands: what surrounds it and little else."""
    while True:
        parent = element.getparent()
        if parent is None or parent in held or parent.tag in {"body", "html", "article", "main"}:
            return element
        if weights.size.get(parent, BOX) >= BOX or weights.share(parent) > SMALL:
            return element
        element = parent


def _is_contents(element: HtmlElement, weights: Weights) -> bool:
    links = list(element.iter("a"))
    inward = sum(link.get("href", "").startswith("#") for link in links)
    return len(links) > 1 and inward == len(links) and weights.link_share(element) > 0.8


def _cards(weights: Weights, held: set[HtmlElement]) -> Iterator[HtmlElement]:
    """Find headings that are links to other pages, with the few words below them."""
    cards = [
        _box(element, weights, held)
        for element in weights.elements
        if element.tag in HEADINGS and element not in held and weights.link_share(element) > 0.9
        if not all(link.get("href", "#").startswith("#") for link in element.iter("a"))
    ]
    # A page of such headings is a list, and they are its text.
    if sum(weights.share(card) for card in set(cards)) < SMALL:
        yield from cards


def _by_label(weights: Weights, held: set[HtmlElement]) -> Iterator[HtmlElement]:
    """Find what stands below a line that says what it is: `Related`, `Comments (6)`, `Advertisement`."""
    for element in weights.elements:
        size = weights.size[element]
        if not 0 < size <= 3 * furniture.LONGEST_LABEL or element.tag == "h1" or len(element) > 4:
            continue
        text = text_in(element)
        is_sure = furniture.is_label(text)
        if not is_sure and not furniture.may_be_label(text):
            continue
        yield from _labelled(element, weights, held, is_sure=is_sure)


def _labelled(
    label: HtmlElement, weights: Weights, held: set[HtmlElement], *, is_sure: bool
) -> Iterator[HtmlElement]:
    top = _led_by(label, weights, held)
    if weights.size[top] > weights.size[label]:
        if is_sure or _looks_elsewhere(top, weights):
            yield top
        return
    below = list(_below(top, weights)) if top.tag in HEADINGS else []
    share = sum(map(weights.share, below))
    if (
        top.tag in HEADINGS
        and below
        and share < SMALL
        and (is_sure or any(_looks_elsewhere(e, weights) for e in below))
    ):
        yield from below
        yield top
    elif is_sure and top not in held:
        yield top


def _led_by(label: HtmlElement, weights: Weights, held: set[HtmlElement]) -> HtmlElement:
    """Return the largest element that *label* begins and that is no article."""
    top = label
    while True:
        parent = top.getparent()
        if parent is None or parent in held or parent.tag in {"body", "html", "main"}:
            return top
        before = (parent.text or "").strip() or any(
            weights.size.get(s, 0) for s in top.itersiblings(preceding=True)
        )
        if before or weights.share(parent) > SMALL:
            return top
        top = parent


def _below(heading: HtmlElement, weights: Weights) -> Iterator[HtmlElement]:
    for sibling in heading.itersiblings():
        if sibling.tag in HEADINGS and HEADINGS[sibling.tag] <= HEADINGS.get(heading.tag, 6):
            return
        if sibling in weights.size:
            yield sibling


def _looks_elsewhere(element: HtmlElement, weights: Weights) -> bool:
    """Tell whether *element* is made of links, a form or pictures that lead away."""
    return weights.link_share(element) > 0.25 or next(element.iter("form", "textarea"), None) is not None
