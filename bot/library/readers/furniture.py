"""What stands on a page and is not of its article: known by its element, its name, its label or its shape."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from bot.library.readers.page_tree import text_in

_NAMES = frozenset(
    [
        "nav",
        "navbar",
        "navbox",
        "navigation",
        "subnav",
        "topnav",
        "megamenu",
        "menu",
        "menubar",
        "breadcrumb",
        "breadcrumbs",
        "crumbs",
        "bread",
        "sidebar",
        "sidenav",
        "toc",
        "masthead",
        "topbar",
        "footer",
        "colophon",
        "cookie",
        "cookies",
        "consent",
        "gdpr",
        "onetrust",
        "ad",
        "ads",
        "advert",
        "adverts",
        "advertisement",
        "advertising",
        "adslot",
        "adsense",
        "adsbygoogle",
        "dfp",
        "sponsor",
        "sponsored",
        "promo",
        "promos",
        "promotion",
        "promoted",
        "newsletter",
        "subscribe",
        "subscription",
        "signup",
        "paywall",
        "modal",
        "popup",
        "lightbox",
        "overlay",
        "share",
        "sharing",
        "sharebar",
        "sharedaddy",
        "social",
        "addtoany",
        "bdshare",
        "addthis",
        "comments",
        "comment",
        "commentlist",
        "respond",
        "disqus",
        "related",
        "relatedposts",
        "recommended",
        "recommendation",
        "recommendations",
        "recirculation",
        "recirc",
        "trending",
        "popular",
        "mostread",
        "outbrain",
        "taboola",
        "pagination",
        "pager",
        "paging",
        "prevnext",
        "login",
        "signin",
        "tagcloud",
        "tags",
        "taglist",
        "catlinks",
        "printfooter",
        "editsection",
        "noprint",
        "toolbar",
        "side",
        "rail",
        "headerlink",
        "colofon",
        "backtotop",
        "upsell",
        "donate",
        "donation",
        "sitenotice",
        "reactions",
        "rating",
    ]
)
_NAME_PARTS = re.compile(
    r"table-of-contents|most-(?:read|popular|viewed)|widget-area|post-navigation|prev-next|jump-link"
    r"|skip-link"
    r"|back-to-top|also-like|read-(?:more|next|also)|more-(?:from|stories|news|articles|posts)|sign-up"
    r"|log-in"
    r"|site-(?:header|footer|nav|top|info)|page-(?:header|footer)|author-(?:bio|box|card|info)|follow-us"
    r"|call-to-action|up-next|editors-picks|you-may|cite-backlink|anchor-link|hot-(?:news|list|rank)"
)
_COMMENTS = frozenset(
    ["comments", "commentlist", "comment-list", "comments-area", "disqus", "disqus-thread", "respond"]
)
_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "tablist",
    ]
)
_NOTES = re.compile(
    r"foot-?notes?|end-?notes?|references|reflist|bibliography|citations|\bnotes?\b|admonition|callout"
    r"|\b(?:tip|warning|important|caution|info|hint)\b|infobox|pull-?quote|figure|highlights?",
    re.IGNORECASE,
)

_LABELS = re.compile(
    r"(?:\d+\s+)?(?:comments?|responses|replies|thoughts on .*)(?:\s*\(?\d+\)?)?|leave a (?:reply|comment)"
    r"|join the (?:conversation|discussion)|(?:share|tweet|print|e-?mail)(?: this)?(?: article| post"
    r"| page| story)?"
    r"|share on .*|follow us.*|connect with us|(?:subscribe|sign up)(?: (?:to|for|now|today)\b.*)?"
    r"|newsletters?"
    r"|get (?:the|our) .*|stay (?:informed|connected|up to date|in touch).*|advertisements?|advert"
    r"|sponsored(?: (?:content|links))?|promoted(?: content)?|paid content|was this (?:page|article"
    r"|post) helpful"
    r"|upcoming events?|tags|filed under.*|leave a review|cookies?(?: (?:policy|settings|preferences))?"
    r"|follow(?:ing)?|like|reply|save|listen|copy(?: link)?|bookmark|back to top"
    r"|\d+ (?:min(?:ute)?s?) (?:read|listen)"
    r"|关注|点赞|收藏|回复|转发|字号.{0,12}"
    r"|we (?:use cookies|value your privacy)"
    r"|(?:(?:网友|最新|热门|全部|精彩)?评论(?:区)?|发表评论|分享到?|广告|推广|赞助商?|打赏|扫码.*|关注我们|订阅.*|登录|我要评论)(?:[(（]?\d+[)）]?条?)?"
    r"|コメント.*|シェア.*|広告|Kommentare.*|Anzeige|Werbung|Teilen|Commentaires?.*|Partager.*|Publicité"
    r"|Comentarios.*|Compartir.*|Publicidad",
    re.IGNORECASE,
)
"""Lines above what is never of the article."""

_MAYBE = re.compile(
    r"related(?: (?:articles?|posts?|stories|content|topics|publications|links|news|reading|coverage"
    r"|products"
    r"|pages|documents|reports))?|recommended(?: .{1,20})?|you (?:may|might|could) .*|more (?:from|on"
    r"|in|like|about)\b.*"
    r"|more (?:stories|news|articles|posts|reading)|most (?:read|popular|viewed|shared|commented|recent)"
    r"|(?:popular|trending|latest|recent|featured|top)(?: (?:now|news|posts|stories|articles|comments"
    r"|topics|updates))?"
    r"|(?:read|see|learn) (?:more|next|also)|read this next|up next|keep reading|next steps?"
    r"|editor.?s?.? (?:picks?|choice)"
    r"|on this (?:page|report|site)|in this (?:article|report|section|issue|story)"
    r"|(?:table of )?contents|jump to.*"
    r"|navigation.*|categories|archives|spotlight|about (?:me|us)|metrics|what to read next|don.?t miss.*"
    r"|相关(?:阅读|新闻|文章|推荐|链接|报道|资讯|内容|专题|搜索)|(?:推荐|延伸|扩展)阅读|猜你喜欢|为你推荐|热[门点].{0,4}|更多.{0,6}"
    r"|(?:点击|阅读|新闻)?排行榜?|编辑推荐|精彩推荐|今日.{2,4}|目录|本[页文]目录|栏目导航|最新.{2,4}|上一篇.*|下一篇.*|返回.*"
    r"|関連(?:記事|リンク|ニュース)?|おすすめ.{0,4}|人気.{0,6}|ランキング|目次"
    r"|Mehr zum Thema|Ähnliche .*|Das könnte .*|Meistgelesen|Lesen Sie auch.*|Lire aussi.*|À lire .*"
    r"|Articles? (?:liés|similaires)"
    r"|Les plus lus|Sur le même sujet|Artículos relacionados|Te puede interesar|Lo más leído|Lee también.*",
    re.IGNORECASE,
)
"""Lines above what is not of the article where it is links, pictures or a form."""

_LEADS_AWAY = re.compile(
    r"(?:(?:read|see|learn) (?:more|also|next)|see also|also read|click here|Lesen Sie auch|Lire aussi"
    r"|Lee también)\b"
    r"|(?:related|more|download|watch|listen)\s*(?:[:：»>→]|$)|点击(?:进入|查看|阅读)|(?:推荐|相关|延伸)阅读|更多|関連記事",
    re.IGNORECASE,
)
_SCRIPTS_WANTED = re.compile(
    r"(?:enable|turn on|activate|requires?|needs?|without)\s+java\s?script|java\s?script\s+(?:is|must|to)\b"
    r"|启用\s*javascript|javascriptを有効|^(?:loading|please wait|加载中|读取中)[.…。]*$"
    r"|checking your browser",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"\bcookies?\b|\bGDPR\b|Datenschutz", re.IGNORECASE)
_RIGHTS = re.compile(
    r"©|\(c\)\s*\d{4}|all rights reserved|版权所有|ICP备|備案|\bcopyright\b\s*(?:©|\d)"
    r"|无断転載|無断転載|公网安备",
    re.IGNORECASE,
)
LONGEST_LABEL = 60
"""Characters of a line that only says what stands below it."""

LISTED = re.compile(
    r"(?:\d+[.)]?\s*)?(?:references|sources|further reading|see also|external links|bibliography"
    r"|(?:foot|end)?notes|links"
    r"|works cited|attachments?|annex(?:es)?|参考(?:文献|资料|来源)|资料来源"
    r"|注释|附件|外部链接|参见|延伸阅读|参考文献|Quellen|Weblinks"
    r"|Literatur|Einzelnachweise|Références|Sources|Referencias)[:：]?",
    re.IGNORECASE,
)
"""Headings above lists of links that are of the article."""


def names_furniture(element: HtmlElement) -> bool:
    """Tell whether the class, id or role of *element* says that it is not of the article."""
    if element.get("role", "").lower() in _ROLES:
        return True
    names = f"{element.get('class', '')} {_id_of(element)} {element.get('data-component', '')}"
    if not names.strip() or _NOTES.search(names):
        return False
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower().replace("_", "-")
    return any(
        not _NAMES.isdisjoint(name.split("-"))
        and not name.startswith(("has-", "no-", "with-", "is-", "tag-", "category-"))
        for name in apart.split()
    ) or (_NAME_PARTS.search(apart) is not None)


def _id_of(element: HtmlElement) -> str:
    """Return the id of *element* unless it repeats its heading, as `cookies` above a chapter on them."""
    name = str(element.get("id", ""))
    heading = next(element.iter("h1", "h2", "h3", "h4", "h5", "h6"), None)
    if heading is None or not name:
        return name
    words = re.findall(r"\w+", text_in(heading).lower())
    is_its_name = words[:4] == re.findall(r"[^\W_]+", name.lower())[:4]
    return "" if is_its_name and not is_label(text_in(heading)) else name


def names_comments(element: HtmlElement) -> bool:
    """Tell whether *element* holds what readers wrote."""
    names = f"{element.get('class', '')} {element.get('id', '')}".lower().replace("_", "-").split()
    return not _COMMENTS.isdisjoint(names)


def names_notes(element: HtmlElement) -> bool:
    """Tell whether *element* says that it is a note to the text, and so of it."""
    return (
        _NOTES.search(f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}")
        is not None
    )


def is_label(text: str) -> bool:
    """Tell whether *text* stands above what is never of the article: `Comments (6)`."""
    return len(text) <= LONGEST_LABEL and _LABELS.fullmatch(text.strip(" :：.!?？！*|▼»›>")) is not None


def may_be_label(text: str) -> bool:
    """Tell whether *text* often stands above what is not of the article: `Related`."""
    return len(text) <= LONGEST_LABEL and _MAYBE.fullmatch(text.strip(" :：.!?？！*|▼»›>")) is not None


def leads_away(text: str) -> bool:
    """Tell whether *text* begins by pointing to another page: `Read also: ...`."""
    return _LEADS_AWAY.match(text) is not None


def asks_for_scripts(text: str) -> bool:
    """Tell whether *text* is what a page says that a script is to fill."""
    return len(text) < 300 and _SCRIPTS_WANTED.search(text) is not None


def speaks_of_cookies(text: str) -> bool:
    """Tell whether *text* asks for consent, if it stands beside a button."""
    return _COOKIES.search(text) is not None


def claims_rights(text: str) -> bool:
    """Tell whether *text* is a page's last line on whose it is."""
    return len(text) < 400 and _RIGHTS.search(text) is not None


def any_words(texts: Iterable[str]) -> bool:
    """Tell whether one of *texts* has a letter or a digit."""
    return any(re.search(r"[^\W_]", text) for text in texts)
