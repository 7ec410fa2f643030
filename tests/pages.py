"""Made-up pages in layouts like real ones, each with what a reader should find on it. The same seed, the same page."""

import datetime
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

from page_words import Pen


@dataclass(frozen=True)
class Made:
    """A page as it is served, and what it says: texts that belong, and texts that do not.

    Lines that name the author and the date are in neither: a reader may keep or leave them.
    """

    layout: str
    data: bytes
    title: str
    date: datetime.date | None
    belongs: tuple[str, ...]
    foreign: tuple[str, ...]


def tokens(texts: Iterable[str]) -> Counter[str]:
    """Count words; of Chinese, characters."""
    return Counter(
        re.findall(r"[\u3400-\u9fff\u3040-\u30ff]|[^\W_\u3400-\u9fff\u3040-\u30ff]+", " ".join(texts))
    )


def shares(made: Made, told: Iterable[str]) -> tuple[float, float]:
    """Return which share of the words that belong, and of those that do not, *told* has.

    Words of both say nothing and are left out.
    """
    ours, others, got = tokens([made.title, *made.belongs]), tokens(made.foreign), tokens(told)
    return _share({w: n for w, n in ours.items() if w not in others}, got), _share(
        {w: n for w, n in others.items() if w not in ours}, got
    )


def _share(wanted: dict[str, int], got: Counter[str]) -> float:
    return sum(min(n, got[w]) for w, n in wanted.items()) / max(1, sum(wanted.values()))


Layout = Callable[[Pen, str, datetime.date], str]
e = escape

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def english(day: datetime.date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def british(day: datetime.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def later(day: datetime.date) -> datetime.date:
    return day + datetime.timedelta(days=47)


def paragraphs(pen: Pen, count: int, *, tag: str = "p", sentences: int = 3) -> str:
    return "\n".join(f"<{tag}>{e(pen.said(sentences))}</{tag}>" for _ in range(count))


def links(pen: Pen, count: int, *, tag: str = "li", prefix: str = "/x/") -> str:
    return "".join(
        f'<{tag}><a href="{prefix}{pen.number()}">{e(pen.teaser())}</a></{tag}>' for _ in range(count)
    )


def ld(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **values})}</script>'


def _news(pen: Pen, title: str, day: datetime.date) -> str:
    cards = "".join(
        f'<div class="card"><a href="/s/{pen.number()}"><img src="a.jpg" alt="{e(pen.alien("Alt words"))}"><h3>{e(pen.teaser())}</h3>'
        f"<p>{e(pen.around())}</p></a></div>"
        for _ in range(6)
    )
    comments = "".join(
        f'<div class="comment" id="c{n}"><span class="user">{pen.alien("Sandra99")}</span> <time datetime="2031-01-0{n}">'
        f"{n} hours ago</time><p>{e(pen.around(3))}</p><a href='#'>{pen.alien('Reply')}</a></div>"
        for n in range(1, 7)
    )
    ad = f'<div class="ad-slot ad-slot--inline" data-ad="mpu"><span>{pen.alien("Advertisement")}</span><p>{e(pen.around())}</p></div>'
    when = pen.one_of(
        ld(
            **{
                "@type": "NewsArticle",
                "dateModified": f"{later(day)}T08:00:00Z",
                "datePublished": f"{day}T06:12:00Z",
                "headline": title,
                "author": [{"@type": "Person", "name": "Ada Virtanen"}],
                "publisher": {"@type": "NewsMediaOrganization", "name": "The Northern Courier"},
            }
        ),
        f'<meta property="article:modified_time" content="{later(day)}T01:00:00+01:00"><meta property="article:published_time" content="{day}T23:30:00+01:00">',
    )
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{e(title)} | The Northern Courier</title>
<meta property="og:title" content="{e(title)}"><meta property="og:site_name" content="The Northern Courier">
<link rel="canonical" href="https://courier.example/2019/x">{when}
<style>.a{{color:red}}</style><script>var words = "not words of the article";</script></head>
<body class="has-sidebar article-page"><a class="skip" href="#main">{pen.alien("Skip to main content")}</a>
<div id="onetrust-banner-sdk" role="dialog"><h2>{pen.alien("We value your privacy")}</h2>
<p>{pen.alien("We and our 823 partners store cookies on your device to personalise adverts. You may withdraw consent anytime in preferences.")}</p>
<button>{pen.alien("Accept all")}</button></div>
<header><div class="clock">{pen.alien("Saturday, November 28, 2026")}</div><a href="/"><img alt="logo"></a>
<nav><ul>{links(pen, 14)}</ul></nav></header>
<div class="ticker">{pen.alien("Breaking:")} <a href="/live">{e(pen.teaser())}</a></div>
<ol class="breadcrumb"><li><a href="/">{pen.alien("Homepage")}</a></li><li><a href="/w">{pen.alien("Worldwide")}</a></li></ol>
<main id="main"><article><header><h1>{e(title)}</h1><p class="standfirst">{e(pen.said(1))}</p>
<div class="byline">By <a href="/by/1">Ada Virtanen</a> <time datetime="{day}T06:12:00Z">{british(day)}</time></div>
<ul class="share-tools"><li><a href="#">{pen.alien("Facebook")}</a></li><li><a href="#">{pen.alien("WhatsApp")}</a></li></ul></header>
<figure><img src="b.jpg"><figcaption>{e(pen.said(1))}</figcaption></figure>
<div class="article-body">{paragraphs(pen, 2)}{ad}{paragraphs(pen, 1)}
<aside class="related-inline"><h4>{pen.alien("Read more")}</h4><ul>{links(pen, 3)}</ul></aside>
<h2>{e(pen.head())}</h2>{paragraphs(pen, 2)}<blockquote><p>{e(pen.said(1))}</p></blockquote>
<div class="newsletter-box"><h3>{pen.alien("Get the Morning Briefing")}</h3><p>{e(pen.around())}</p><form><input type="email"><button>{pen.alien("Sign up")}</button></form></div>
<ul><li>{e(pen.said(1))}</li><li>{e(pen.said(1))}</li></ul>{paragraphs(pen, 3)}
<p><strong>{pen.alien("Read also:")} <a href="/x">{e(pen.teaser())}</a></strong></p>{paragraphs(pen, 1)}</div>
<ul class="article-tags"><li><a href="/t/1">{pen.alien("Celebrity gossip")}</a></li><li><a href="/t/2">{pen.alien("Weddings")}</a></li></ul></article>
<section class="comments" id="comments"><h2>{pen.alien("Comments (6)")}</h2>{comments}</section></main>
<aside class="rail"><h3>{pen.alien("Most read")}</h3><ol>{links(pen, 8)}</ol></aside>
<section class="recirculation"><h2>{pen.alien("You may also like")}</h2>{cards}</section>
<footer><ul>{links(pen, 12)}</ul><p>{pen.alien("© 2026 Courier Holdings. All rights reserved. Registered office: 1 Quayside.")}</p></footer></body></html>"""


def _blog(pen: Pen, title: str, day: datetime.date) -> str:
    comments = "".join(
        f'<li class="comment depth-1"><div class="comment-body"><cite class="fn">{pen.alien("Gwendolyn")}</cite> says:'
        f'<div class="comment-meta"><a href="#c">{pen.alien("January 9, 2031 at 8:11 pm")}</a></div><p>{e(pen.around(2))}</p>'
        f"<p>{e(pen.around(2))}</p></div></li>"
        for _ in range(5)
    )
    date_meta = pen.one_of(
        f'<meta property="article:published_time" content="{day}T10:00:00+00:00" />',
        ld(
            **{
                "@graph": [
                    {"@type": "WebSite", "name": "Slow Tides"},
                    {
                        "@type": ["Article", "BlogPosting"],
                        "headline": title,
                        "dateModified": f"{later(day)}",
                        "datePublished": f"{day}T10:00:00+00:00",
                        "author": {"name": "Ida Brandt", "@id": "x"},
                    },
                ]
            }
        ),
        "",
    )
    table = (
        f'<figure class="wp-block-table"><table><thead><tr><th>{e(pen.head())}</th><th>{pen.own("Tonnes")}</th></tr></thead><tbody>'
        + "".join(f"<tr><td>{e(pen.head())}</td><td>{pen.own(str(pen.number()))}</td></tr>" for _ in range(4))
        + f"</tbody></table><figcaption>{e(pen.head())}</figcaption></figure>"
    )
    return f"""<!doctype html><html lang="en-US" prefix="og: https://ogp.me/ns#"><head><meta charset="UTF-8"/><title>{e(title)} &#8211; Slow Tides</title>
{date_meta}<meta name="generator" content="WordPress 6.4"/></head><body class="post-template-default single single-post postid-91 has-sidebar">
<div id="page" class="site"><header id="masthead" class="site-header"><p class="site-title"><a href="/">{pen.alien("Slow Tides")}</a></p>
<p class="site-description">{e(pen.around())}</p><div class="main-navigation"><ul>{links(pen, 6)}</ul></div></header>
<div id="content" class="site-content"><div id="primary" class="content-area"><div id="main" class="site-main">
<article id="post-91" class="post-91 post type-post status-publish hentry category-life tag-sidebar"><header class="entry-header">
<h1 class="entry-title">{e(title)}</h1><div class="entry-meta">Posted on <a href="/p"><time class="entry-date published" datetime="{day}T10:00:00+00:00">{english(day)}</time><time class="updated" datetime="{later(day)}T10:00:00+00:00">{english(later(day))}</time></a> by <a class="url fn n" href="/author/ida">Ida Brandt</a></div></header>
<div class="entry-content"><p><span class="dropcap"></span>{e(pen.said(3))}</p>{paragraphs(pen, 2)}
<h2 class="wp-block-heading">{e(pen.head())}</h2>{paragraphs(pen, 1)}<div class="wp-caption"><img src="x.png"/><p class="wp-caption-text">{e(pen.head())}</p></div>
<ol><li>{e(pen.said(1))}<ul><li>{e(pen.head())}</li><li>{e(pen.head())}</li></ul></li><li>{e(pen.said(1))}</li></ol>
{paragraphs(pen, 1)}{table if pen.chance(0.7) else ""}<h3>{e(pen.head())}</h3><p>{e(pen.said(1))} <em>{e(pen.head())}</em> <a href="/y">{e(pen.head())}</a> {e(pen.said(1))}</p>
<blockquote class="wp-block-quote"><p>{e(pen.said(2))}</p><cite>{e(pen.head())}</cite></blockquote>{paragraphs(pen, 2)}
<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">{pen.alien("Share this:")}</h3><ul><li><a href="?share=x">{pen.alien("Click to tweet (Opens in new window)")}</a></li></ul></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3><em>{pen.alien("Related")}</em></h3>{"".join(f'<div><h4><a href="/r">{e(pen.teaser())}</a></h4><p>{e(pen.around())}</p></div>' for _ in range(3))}</div></div>
<footer class="entry-footer">{pen.alien("Posted in")} <a href="/c">{pen.alien("Lifestyle")}</a> {pen.alien("Tagged")} <a href="/t">{pen.alien("cuddles")}</a></footer></article>
<nav class="navigation post-navigation"><a href="/prev">{pen.alien("Previous Post")} {e(pen.teaser())}</a><a href="/n">{pen.alien("Next Post")} {e(pen.teaser())}</a></nav>
<div id="comments" class="comments-area"><h2 class="comments-title">{pen.alien("5 thoughts on this")}</h2><ol class="comment-list">{comments}</ol>
<div id="respond" class="comment-respond"><h3>{pen.alien("Leave a Reply")}</h3><form><p>{pen.alien("Your email address will not be published. Required fields are marked")}</p><textarea></textarea></form></div></div>
</div></div><aside id="secondary" class="widget-area"><section class="widget"><h2>{pen.alien("About me")}</h2><p>{e(pen.around(3))}</p></section>
<section class="widget widget_recent_comments"><ul>{links(pen, 5)}</ul></section><section class="widget widget_archive"><select><option>{pen.alien("Archives")}</option></select><ul>{links(pen, 12)}</ul></section>
<section class="widget widget_tag_cloud">{links(pen, 9, tag="span")}</section></aside></div>
<footer id="colophon" class="site-footer"><p>{pen.alien("Proudly powered by WordPress. Theme: Seagull.")}</p></footer></div></body></html>"""


def _ministry(pen: Pen, title: str, day: datetime.date) -> str:
    stated = pen.one_of(
        english(day), british(day), f"Date: {day}", f"FOR IMMEDIATE RELEASE: {english(day).upper()}"
    )
    unclosed = "\n".join(f"<P>{e(pen.said(3))}" for _ in range(4))
    rows = "".join(
        f"<tr><td>{e(pen.head())}<td align=right>{pen.own(str(pen.number()))}<td align=right>{pen.own(str(pen.number()))}"
        for _ in range(5)
    )
    menu = "".join(
        f'<tr><td bgcolor="#003366"><a href="{n}.htm"><font color=white>{e(pen.teaser())}</font></a></td></tr>'
        for n in range(12)
    )
    return f"""<HTML><HEAD><META http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><TITLE>{e(title)}</TITLE></HEAD>
<BODY bgcolor=white><TABLE width="100%" border=0 cellpadding=0><TR><TD colspan=3><IMG src="seal.gif" alt="seal">
<TABLE width="100%"><TR><TD><A href="/">{pen.alien("Homepage")}</A> | <A href="/faq">{pen.alien("Frequently asked")}</A> | <A href="/c">{pen.alien("Contact webmaster")}</A></TD>
<TD align=right>{pen.alien("Saturday, November 28, 2026")}</TD></TR></TABLE></TD></TR>
<TR><TD width=160 valign=top><TABLE>{menu}</TABLE></TD>
<TD valign=top><TABLE width="100%"><TR><TD><CENTER><H2>{e(title)}</H2></CENTER><P align=center><B>{stated}</B></TD></TR>
<TR><TD class=bodytext>{unclosed}
<P><B>{e(pen.head())}</B>
<P>{e(pen.said(2))}<UL><LI>{e(pen.said(1))}<LI>{e(pen.said(1))}<LI>{e(pen.head())}</UL>
<TABLE border=1><CAPTION>{e(pen.head())}</CAPTION><TR><TH>{e(pen.head())}<TH>{pen.own("Quantity")}<TH>{pen.own("Budget")}</TR>{rows}</TABLE>
<P>{e(pen.said(3))}<P>{e(pen.said(4))}</TD></TR></TABLE></TD>
<TD width=140 valign=top bgcolor="#eeeeee"><B>{pen.alien("Spotlight")}</B><BR>{"<BR>".join(f"<A href=s{n}.htm>{e(pen.teaser())}</A>" for n in range(5))}
<P><FONT size=1>{e(pen.around())}</FONT></TD></TR>
<TR><TD colspan=3 align=center><HR><FONT size=1><A href="/p">{pen.alien("Privacy")}</A> | <A href="/f">{pen.alien("FOIA")}</A> | <A href="/a">{pen.alien("Accessibility")}</A><BR>{pen.alien("Webmaster, 12 Ministry Row. Best viewed at 800x600.")}</FONT></TD></TR></TABLE></BODY></HTML>"""


def _portal(pen: Pen, title: str, day: datetime.date) -> str:
    stated = pen.one_of(
        f"{day.year}年{day.month:02}月{day.day:02}日 10:22",
        f"{day} 10:22:31",
        f"{day.year}/{day.month:02}/{day.day:02} 08:15",
    )

    def linked() -> str:
        return f"<p>　　{pen.said(1)}<a href='http://k.example/{pen.number()}' target=_blank>{pen.head()}</a>，{pen.said(1)}<a href='/s'>{pen.head()}</a>{pen.said(1)}</p>"

    hot = "".join(f'<li><em>{n}</em><a href="/h{n}">{pen.teaser()}</a></li>' for n in range(1, 11))
    boxes = "".join(
        f'<div class="pic-txt"><a href="/p{n}"><img><span>{pen.teaser()}</span></a><p>{pen.around(1)}</p></div>'
        for n in range(4)
    )
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312" /><meta http-equiv="Content-Language" content="zh-CN" />
<title>{title}_财经频道_东岸网</title></head><body>
<div id="top"><span>{pen.alien("欢迎您，请登录")}</span><a href="/reg">{pen.alien("免费注册")}</a>{links(pen, 10, tag="span")}</div>
<div class="path">{pen.alien("您的位置：")}<a href="/">{pen.alien("首页")}</a> &gt; <a href="/c">{pen.alien("娱乐频道")}</a> &gt; {pen.alien("正文")}</div>
<div class="wrap"><div class="left"><h1 id="artibodyTitle">{title}</h1><div class="info"><span id="pub_date">{stated}</span>　来源：<a href="/s">东岸网</a>　作者：李明</div>
<div class="fontsize">{pen.alien("字号：大 中 小")}</div><div id="artibody" class="{pen.one_of("content", "blkContainerSblkCon", "text_c", "box")}">
{linked()}{linked()}<p align="center"><img src="a.jpg"/></p><p align="center">{pen.head()}</p>{linked()}<p>　　<strong>{pen.head()}</strong></p>{linked()}{linked()}
<table border="1"><tr><td>{pen.head()}</td><td>{pen.head()}</td></tr><tr><td>{pen.head()}</td><td>{pen.own(str(pen.number()))}</td></tr></table>{linked()}
<div class="hzh">{pen.alien("点击进入")}<a href="/gg">{pen.teaser()}</a></div>{linked()}</div>
<p class="editor">（责任编辑：王小二）</p><div class="bdshare">{pen.alien("分享到：")}<a>{pen.alien("微博")}</a><a>{pen.alien("微信")}</a></div>
<div class="xg"><h3>{pen.alien("相关阅读")}</h3><ul>{links(pen, 6)}</ul></div>
<div class="guess"><h3>{pen.alien("猜你喜欢")}</h3>{boxes}</div>
<div class="pl"><h3>{pen.alien("网友评论")}</h3>{"".join(f"<dl><dt>{pen.alien('匿名网友')}</dt><dd>{pen.around(2)}</dd></dl>" for _ in range(4))}</div></div>
<div class="right"><h3>{pen.alien("热门推荐")}</h3><ol>{hot}</ol><div class="ad">{pen.alien("广告")}{pen.around(1)}</div></div></div>
<div class="foot"><a href="/a">{pen.alien("关于我们")}</a> | <a href="/b">{pen.alien("诚聘英才")}</a><br/>{pen.alien("版权所有 东岸网 沪备证030173号 违法和不良信息举报电话")}</div></body></html>"""


def _abstract(pen: Pen, title: str, day: datetime.date) -> str:
    metas = "".join(
        f'<meta name="citation_author" content="{name}">' for name in ("Okafor, Ngozi", "Lind, Per")
    )
    when = pen.one_of(
        f'<meta name="citation_publication_date" content="{day.year}/{day.month:02}/{day.day:02}">',
        f'<meta name="DC.Date.issued" content="{day}"><meta name="citation_online_date" content="{day}">',
        f'<meta name="dc.date" content="{day}">',
    )
    table = "".join(
        f"<tr><th scope=row>{e(pen.head())}</th><td>{pen.own(str(pen.number()))}</td><td>{pen.own(str(pen.number()))}</td></tr>"
        for _ in range(4)
    )
    others = "".join(
        f'<li class="reco"><h3><a href="/doi/{n}">{e(pen.teaser())}</a></h3><p>{pen.alien("Kimmy Starlet")}</p><p>{e(pen.around())}</p></li>'
        for n in range(5)
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{e(title)} | Journal of Ports</title>
<meta name="citation_title" content="{e(title)}"><meta name="citation_journal_title" content="Journal of Ports">{metas}{when}
<link rel="canonical" href="https://journal.example/doi/10.1/{pen.number()}"></head><body>
<div class="cookie-consent">{pen.alien("By clicking accept you allow storing cookies to enhance browsing.")} <button>{pen.alien("Reject")}</button></div>
<div class="header" role="banner"><a href="/">{pen.alien("Publisher platform")}</a><form role="search"><label>{pen.alien("Find articles")}</label><input></form><a href="/login">{pen.alien("Institutional login")}</a></div>
<div role="main" class="row"><div class="col-8 article"><span class="kind">{pen.alien("Open Access")}</span><h1 class="article-title">{e(title)}</h1>
<div class="authors"><a href="/a1">Ngozi Okafor</a>, <a href="/a2">Per Lind</a></div><p class="article-dates">Received: 3 January 1999 / Published: {british(day)}</p>
<ul class="tools"><li><a href="/pdf">{pen.alien("Download PDF")}</a></li><li><a href="/cite">{pen.alien("Export citation")}</a></li><li><a href="/alert">{pen.alien("Set alert")}</a></li></ul>
<section id="abs"><h2>{pen.own("Abstract")}</h2><p><b>{pen.own("Background:")}</b> {e(pen.said(2))}</p><p><b>{pen.own("Methods:")}</b> {e(pen.said(2))} <i>p</i>&lt;0.05 {e(pen.said(1))}</p><p><b>{pen.own("Results:")}</b> {e(pen.said(3))}</p></section>
<section><h2>{pen.own("Highlights")}</h2><ul><li>{e(pen.said(1))}</li><li>{e(pen.said(1))}</li><li>{e(pen.said(1))}</li></ul></section>
<section><h2>{pen.own("1. Introduction")}</h2><p>{e(pen.said(2))} [<a href="#r1">1</a>,<a href="#r2">2</a>]. {e(pen.said(2))}</p>{paragraphs(pen, 2)}</section>
<div class="table-wrap"><p><b>Table 1.</b> {e(pen.head())}</p><table><thead><tr><th></th><th>{pen.own("Mean")}</th><th>{pen.own("Deviation")}</th></tr></thead><tbody>{table}</tbody></table></div>
<figure><img src="f1.png"><figcaption><b>Figure 1.</b> {e(pen.said(1))}</figcaption></figure>{paragraphs(pen, 1, sentences=5)}
<section id="refs"><h2>{pen.own("References")}</h2><ol><li id="r1">{e(pen.said(1))} <a href="https://doi.example/1">doi</a></li><li id="r2">{e(pen.said(1))}</li></ol></section></div>
<div class="col-4 side"><h3>{pen.alien("Metrics")}</h3><p>{pen.alien("4811 downloads, 37 mentions, altmetric 12")}</p><h3>{pen.alien("Recommended articles")}</h3><ul>{others}</ul>
<div class="promo"><p>{e(pen.around(2))}</p></div></div></div>
<div class="footer" role="contentinfo"><p>{pen.alien("Copyright Publisher platform. Terms apply.")}</p>{links(pen, 6, tag="span")}</div></body></html>"""


def _wiki(pen: Pen, title: str, day: datetime.date) -> str:
    def p() -> str:
        return f'<p>{e(pen.said(1))} <a href="/wiki/{pen.number()}" title="x">{e(pen.head())}</a>, {e(pen.said(1))}<sup class="reference"><a href="#cite_note-1">[1]</a></sup> <a href="/wiki/u">{e(pen.head())}</a> {e(pen.said(1))}</p>'

    def h() -> str:
        return f'<h2><span class="mw-headline">{e(pen.head())}</span><span class="mw-editsection"><span>[</span><a href="/edit">{pen.alien("edit source")}</a><span>]</span></span></h2>'

    toc = "".join(
        f'<li class="toclevel-1"><a href="#S{n}"><span class="tocnumber">{n}</span> <span>{e(pen.teaser())}</span></a></li>'
        for n in range(5)
    )
    info = "".join(
        f"<tr><th>{e(pen.head())}</th><td><a href='/w'>{e(pen.head())}</a></td></tr>" for _ in range(4)
    )
    rows = "".join(
        f"<tr><td><a href='/wiki/{n}'>{e(pen.head())}</a></td><td>{pen.own(str(pen.number()))}</td><td></td></tr>"
        for n in range(6)
    )
    return f"""<!DOCTYPE html><html class="client-nojs" lang="en" dir="ltr"><head><meta charset="UTF-8"><title>{e(title)} - Openpedia</title>
{ld(**{"@type": "Article", "name": title, "datePublished": f"{day}T07:07:07Z", "dateModified": f"{later(day)}T07:00:00Z", "headline": "A short description in other words"[:0] or title})}</head>
<body class="mediawiki skin-vector"><div id="mw-page-base" class="noprint"></div><div id="siteNotice"><p>{e(pen.around(2))}</p></div>
<div id="content" class="mw-body" role="main"><h1 id="firstHeading" class="firstHeading">{e(title)}</h1><div id="bodyContent">
<div id="siteSub" class="noprint">{pen.alien("From Openpedia, gratis encyclopedia")}</div><a class="mw-jump-link" href="#mw-head">{pen.alien("Jump navigation")}</a>
<div id="mw-content-text"><div class="mw-parser-output"><table class="infobox vcard"><caption>{e(pen.head())}</caption><tbody>{info}</tbody></table>{p()}{p()}
<div id="toc" class="toc" role="navigation"><h2>{pen.alien("Contents menu")}</h2><ul>{toc}</ul></div>{h()}{p()}{p()}
<div class="thumb tright"><div class="thumbinner"><img><div class="thumbcaption">{e(pen.head())}</div></div></div>{h()}{p()}
<table class="wikitable sortable"><caption>{e(pen.head())}</caption><tbody><tr><th>{e(pen.head())}</th><th>{pen.own("Output")}</th><th>{pen.own("Remarks")}</th></tr>{rows}</tbody></table>
{h()}<ul><li>{e(pen.said(1))}</li><li><a href="/wiki/z">{e(pen.head())}</a>: {e(pen.said(1))}</li></ul>{p()}<dl><dt>{e(pen.head())}</dt><dd>{e(pen.said(1))}</dd></dl>
{h()}<ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink"><a href="#r">^</a></span> <span class="reference-text">{e(pen.said(1))} <a href="https://x.example">{e(pen.head())}</a></span></li></ol>
<div class="navbox" role="navigation"><table><tr><th>{e(pen.teaser())}</th></tr><tr><td>{links(pen, 20, tag="span")}</td></tr></table></div></div>
<div class="printfooter">{pen.alien("Retrieved from")} <a href="https://w.example">{pen.alien("openpedia index oldid")}</a></div></div>
<div id="catlinks" class="catlinks"><a href="/c">{pen.alien("Categories")}</a>: <ul>{links(pen, 5)}</ul></div></div></div>
<div id="mw-navigation"><h2>{pen.alien("Navigation menu")}</h2><div id="mw-panel">{links(pen, 25, tag="p")}</div></div>
<div id="footer" role="contentinfo"><ul><li>{pen.alien("This page was last edited on 3 November 2026, at 08:01 (UTC).")}</li><li>{pen.alien("Text is available under a sharealike license; additional terms may apply.")}</li></ul></div></body></html>"""


def _report(pen: Pen, title: str, day: datetime.date) -> str:
    when = pen.one_of(
        f'<time datetime="{day}">{british(day)}</time>',
        f'<span class="pub-date">{english(day)}</span>',
        f'<p class="kicker">Report · {british(day)}</p>',
    )
    quote = pen.said(1)
    notes = "".join(
        f'<li id="fn{n}"><p>{e(pen.said(1))} <a href="#fnref{n}" class="reversefootnote">↩</a></p></li>'
        for n in range(1, 4)
    )
    rows = "".join(
        f"<tr><td>{e(pen.head())}</td><td>{e(pen.head())}</td><td>{pen.own(str(pen.number()))}</td></tr>"
        for _ in range(5)
    )

    def section(n: int) -> str:
        return f"""<section class="chapter" id="s{n}"><h2>{n}. {e(pen.head())}</h2><p>{e(pen.said(2))}<sup><a href="#fn{n}" id="fnref{n}">{n}</a></sup> {e(pen.said(2))}</p>
<h3>{e(pen.head())}</h3>{paragraphs(pen, 2, sentences=4)}</section>"""

    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta property="og:title" content="{e(title)} | Institute for Harbours"><meta property="og:site_name" content="Institute for Harbours">
<meta property="og:url" content="https://institute.example/reports/x"><title>{e(title)} | Institute for Harbours</title></head><body class="page-report">
<div class="site-top"><a href="/">{pen.alien("Institute homepage")}</a><div class="mega-menu"><div><h4>{pen.alien("Programmes")}</h4><ul>{links(pen, 8)}</ul></div><div><h4>{pen.alien("Experts directory")}</h4><ul>{links(pen, 8)}</ul></div></div></div>
<div class="hero"><h1>{e(title)}</h1><p class="dek">{e(pen.said(1))}</p>{when}<div class="authors">Ada Virtanen and Tom Brandt</div></div>
<div class="layout"><div class="toc-rail"><h5>{pen.alien("On this report")}</h5><ul><li><a href="#s1">{pen.alien("Hop one")}</a></li><li><a href="#s2">{pen.alien("Hop two")}</a></li></ul><a class="btn" href="/pdf">{pen.alien("Download the brochure")}</a></div>
<div class="longform"><div class="summary-box"><h2>{pen.own("Executive Summary")}</h2><ul><li>{e(pen.said(1))}</li><li>{e(pen.said(1))}</li></ul></div>
{section(1)}<aside class="pullquote"><p>{e(quote)}</p></aside><p>{e(quote)} {e(pen.said(2))}</p>
<figure class="chart"><img><figcaption>{e(pen.said(1))}</figcaption></figure>{section(2)}
<div class="event-promo"><h4>{pen.alien("Upcoming event")}</h4><p>{e(pen.around(2))}</p><a href="/e">{pen.alien("Register now")}</a></div>
<table class="data"><caption>{e(pen.head())}</caption><tr><th>{e(pen.head())}</th><th>{e(pen.head())}</th><th>{pen.own("Index")}</th></tr>{rows}</table>{section(3)}
<blockquote>{e(pen.said(2))}</blockquote><h2>{pen.own("Conclusion")}</h2>{paragraphs(pen, 2)}
<footer class="footnotes"><h3>{pen.own("Endnotes")}</h3><ol>{notes}</ol></footer></div></div>
<section class="more"><h2>{pen.alien("Related publications")}</h2>{"".join(f'<div class="teaser"><span>{pen.alien("Podcasts")}</span><h3><a href="/{n}">{e(pen.teaser())}</a></h3><p>{e(pen.around())}</p><time datetime="2032-02-02">{pen.alien("2 February 2032")}</time></div>' for n in range(4))}</section>
<div class="signup"><h3>{pen.alien("Stay informed")}</h3><p>{e(pen.around())}</p><form><input type="email" placeholder="you@example.org"><button>{pen.alien("Subscribe")}</button></form></div>
<footer><div>{links(pen, 9, tag="p")}</div><p>{pen.alien("The Institute is a registered charity and takes no position.")}</p></footer></body></html>"""


def _manual(pen: Pen, title: str, day: datetime.date) -> str:
    tree = "".join(
        f'<li class="toctree-l1"><a class="reference internal" href="{n}.html">{e(pen.teaser())}</a><ul><li><a href="{n}a.html">{e(pen.teaser())}</a></li></ul></li>'
        for n in range(18)
    )
    code = pen.own("harbour --tariff 12 \\\n    --export quota.csv\nfor wafer in reactor: print(wafer)")
    rows = "".join(
        f"<tr><td><code>{pen.own(f'port.option{n}')}</code></td><td>{e(pen.said(1))}</td></tr>"
        for n in range(4)
    )

    def h(level: int) -> str:
        return f'<h{level} id="x">{e(pen.head())}<a class="headerlink" href="#x" title="Link to this heading">¶</a></h{level}>'

    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{e(title)} — Harbourmaster 4.2 documentation</title></head><body>
<a class="visually-hidden-focusable" href="#m">{pen.alien("Skip to contents")}</a><div class="topbar"><input type="search"><select><option>{pen.alien("Version stable")}</option></select></div>
<div class="grid"><div class="sphinxsidebar left" role="navigation"><p class="caption">{pen.alien("User guidebook")}</p><ul>{tree}</ul></div>
<div class="document" role="main"><div class="breadcrumbs"><a href="/">{pen.alien("Docs home")}</a> » <a href="..">{pen.alien("Guidebook")}</a></div><div itemprop="articleBody"><section>
<h1>{e(title)}<a class="headerlink" href="#t">¶</a></h1>{paragraphs(pen, 2)}<div class="admonition note"><p class="admonition-title">{pen.own("Note")}</p><p>{e(pen.said(1))}</p></div>
{h(2)}<p>{e(pen.said(1))} <code>{pen.own("harbour.yml")}</code> {e(pen.said(1))}</p><div class="highlight"><pre>{e(code)}</pre></div><div class="copy"><button>{pen.alien("Copy")}</button></div>
<ol><li><p>{e(pen.said(1))}</p></li><li><p>{e(pen.said(1))}</p><p>{e(pen.said(1))}</p></li></ol>{h(2)}{paragraphs(pen, 1)}
<table class="docutils"><thead><tr><th>{pen.own("Option")}</th><th>{pen.own("Meaning")}</th></tr></thead><tbody>{rows}</tbody></table>{h(3)}{paragraphs(pen, 2)}
<dl class="py function"><dt><code>{pen.own("open_port")}({pen.own("berth")})</code></dt><dd><p>{e(pen.said(1))}</p></dd></dl>
<details><summary>{e(pen.head())}</summary><p>{e(pen.said(2))}</p></details></section></div>
<div class="feedback"><p>{pen.alien("Was this page helpful?")}</p><button>{pen.alien("Yes")}</button></div><p class="lastmod">Last updated on <time datetime="{day}T00:00:00Z">{english(day)}</time></p>
<div class="prev-next"><a href="p.html">{pen.alien("previous")} {e(pen.teaser())}</a><a href="n.html">{pen.alien("next")} {e(pen.teaser())}</a></div></div>
<div class="right toc"><h6>{pen.alien("On this page")}</h6><ul><li><a href="#x">{pen.alien("Jumping")}</a></li><li><a href="#y">{pen.alien("Hopping")}</a></li></ul><a href="/edit">{pen.alien("Edit on GitLab")}</a></div></div>
<footer><p>{pen.alien("Built with Sphinx using a furo skin.")}</p></footer></body></html>"""


def _old(pen: Pen, title: str, day: datetime.date) -> str:
    brs = "<br><br>\n".join(e(pen.said(4)) for _ in range(4))
    more = "<br>\n<br>&nbsp;&nbsp;".join(e(pen.said(3)) for _ in range(4))
    return f"""<html><head><title>{e(title)}</title></head><body bgcolor="#FFFFCC" text="#000000" link="blue">
<center><font size="2">[ <a href="index.html">{pen.alien("Homepage")}</a> | <a href="guest.html">{pen.alien("Guestbook")}</a> | <a href="pics.html">{pen.alien("Puppy pictures")}</a> | <a href="links.html">{pen.alien("Cool links")}</a> ]</font></center><hr>
<font face="Times" size="5"><b><center>{e(title)}</center></b></font><br><font size=2><i>{pen.one_of("by Tom Brandt, ", "")}{pen.one_of(english(day), british(day))}</i></font><br><br>
<font face="Times">{brs}<br><br>
<b>{e(pen.head())}</b><br><br>{more}<br><br>
<table border=1 cellpadding=3><tr><td><b>{e(pen.head())}</b></td><td><b>{pen.own("Crates")}</b></td></tr><tr><td>{e(pen.head())}</td><td>{pen.own(str(pen.number()))}</td></tr><tr><td>{e(pen.head())}</td><td>{pen.own(str(pen.number()))}</td></tr></table><br>
<ul><li>{e(pen.said(1))}<li>{e(pen.said(1))}</ul><img src=l.gif><br>{e(pen.said(5))}</font><br><br><hr>
<center><font size=1>{pen.alien("You are visitor number 48112 since Christmas.")}<br>{pen.alien("Sign my guestbook!")}<br><a href="index.html">{pen.alien("Back home")}</a><br><a href="mailto:x@example.org">{pen.alien("Mail me")}</a><br>{pen.alien("Webring: Seagull Fanatics")} <a href="r1">{pen.alien("prev")}</a> <a href="r2">{pen.alien("random")}</a></font></center></body></html>"""


def _app(pen: Pen, title: str, day: datetime.date) -> str:
    def css() -> str:
        return f'class="{pen.one_of("css", "sc", "_")}-{pen.random.randrange(16**6):06x} {pen.random.randrange(16**5):05x}"'

    def d(inner: str) -> str:
        return f"<div {css()}><div {css()}>{inner}</div></div>"

    zh = pen.language == "zh"

    def text(n: int = 3) -> str:
        return (
            f'<div {css()} data-block="true"><div><span data-text="true">{e(pen.said(n))}</span></div></div>'
        )

    modified = f"{later(day)}T00:00:00.000Z"
    article = {
        "@type": "Article",
        "headline": title,
        "dateModified": modified,
        "datePublished": f"{day}T04:05:06.000Z",
        "author": {"@type": "Person", "name": "Ada Virtanen"},
        "publisher": {"@type": "Organization", "name": "Tidewire"},
    }
    label = lambda en, cn: pen.alien(cn if zh else en)  # noqa: E731 - short for what stands forty times below
    cards = "".join(
        d(
            f'<a href="/s/{n}"><div {css()}>{e(pen.teaser())}</div><div {css()}>{e(pen.around())}</div><div>{label("4 min read", "四分钟")}</div></a>'
        )
        for n in range(5)
    )
    comments = "".join(
        d(
            f"<div>{label('Braxton Fan', '匿名')}</div><div {css()}>{e(pen.around(2))}</div><div><span>{label('Like', '点赞')}</span> <span>{label('Reply', '回复')}</span></div>"
        )
        for _ in range(4)
    )
    items = "".join(f"<li {css()}>{e(pen.said(1))}</li>" for _ in range(3))
    head = (
        f"<h2 {css()}>{e(pen.head())}</h2>"
        if pen.chance()
        else f"<div role='heading' aria-level='2' {css()}>{e(pen.head())}</div>"
    )
    return f"""<!doctype html><html lang="{"zh-Hans" if zh else "en"}" amp><head><meta charset="utf-8"><title>{e(title)}</title>{ld(**{"@graph": [{"@type": "BreadcrumbList"}, article]})}
<link rel="canonical" href="https://tidewire.example/{pen.number()}"></head><body><div id="__next"><amp-consent id="c" layout="nodisplay"><div>{label("We use cookies. Accept or manage.", "允许弹窗")}</div></amp-consent>
{d(f'<div {css()}><a href="/">{label("Tidewire homepage", "回主页")}</a></div><div {css()}>{links(pen, 7, tag="span")}</div><div role="button">{label("Log in", "登入")}</div>')}
<amp-sidebar id="sb"><ul>{links(pen, 9)}</ul></amp-sidebar>
<div {css()}><div {css()}>{d(f"<h1 {css()}>{e(title)}</h1><div {css()}>{e(pen.said(1))}</div>")}{d(f"<span>Ada Virtanen</span><span>{label('Follow', '关注')}</span>")}
{d(text() + text())}{d(f'<figure><amp-img src="x"></amp-img><figcaption>{e(pen.said(1))}</figcaption></figure>')}{d(head + text() + text(2))}
<amp-ad type="x"><div fallback>{label("Sponsored shopping", "赞助商")}</div></amp-ad>{d(f'<div {css()}>{label("Sign up for the Tidewire letter", "订阅小报")}</div><div>{e(pen.around())}</div><input type="email"><button>{label("Subscribe", "订阅")}</button>')}
{d(text(4) + f"<ul {css()}>{items}</ul>" + text())}{d(text(2) + text(3))}</div>
{d(f"<div {css()}>{label('Comments', '评论区')}</div>" + comments)}{d(f"<h3 {css()}>{label('More from Tidewire', '更多推荐')}</h3>" + cards)}</div>
{d(links(pen, 8, tag="div") + f"<div {css()}>{label('© 2026 Tidewire Media Incorporated', '京网安备')}</div>")}</div></body></html>"""


LAYOUTS: dict[str, tuple[Layout, str, tuple[str, ...]]] = {
    "news": (_news, "utf-8", ("en",)),
    "blog": (_blog, "utf-8", ("en",)),
    "ministry": (_ministry, "cp1252", ("en",)),
    "portal": (_portal, "gb18030", ("zh",)),
    "abstract": (_abstract, "utf-8", ("en",)),
    "wiki": (_wiki, "utf-8", ("en",)),
    "report": (_report, "utf-8", ("en",)),
    "manual": (_manual, "utf-8", ("en",)),
    "old": (_old, "latin-1", ("en",)),
    "app": (_app, "utf-8", ("en", "zh")),
}
"""Each layout with the encoding it is served in, and the languages it is made in, in turn."""


def page(name: str, seed: int, layouts: dict[str, tuple[Layout, str, tuple[str, ...]]] | None = None) -> Made:
    """Return the page of the layout *name* that *seed* makes."""
    layout, encoding, languages = (layouts or LAYOUTS)[name]
    pen = Pen(seed * 1000 + sum(map(ord, name)), languages[seed % len(languages)])
    title = pen._short(is_own=True)
    day = datetime.date(2001, 1, 1) + datetime.timedelta(days=pen.random.randrange(9000))
    html = layout(pen, title, day)
    return Made(
        name, html.encode(encoding, "xmlcharrefreplace"), title, day, tuple(pen.belongs), tuple(pen.foreign)
    )


def fifty() -> list[Made]:
    """Return five pages of each of the ten layouts."""
    return [page(name, seed) for name in LAYOUTS for seed in range(5)]
