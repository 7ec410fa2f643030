"""Five more layouts, written after the rules of the reader and before it was measured on them; no rule was made for them."""

import datetime
from html import escape as e

from page_words import Pen
from pages import Layout, Made, british, english, later, links, page, paragraphs


def _letter(pen: Pen, title: str, day: datetime.date) -> str:
    """A writer's letter on a platform: hashed classes mixed with names, buttons in the text, a discussion."""
    talk = "".join(
        f'<div class="pencraft comment-rest"><div class="pc-{n}"><span>{pen.alien("Marmaduke")}</span> · <span>{pen.alien("3d")}</span></div><div class="comment-text"><p>{e(pen.around(2))}</p></div><div>{pen.alien("Liked by author")}</div></div>'
        for n in range(4)
    )
    cards = "".join(
        f'<div class="post-preview portable-archive-post"><div><a href="/p/{n}" class="pencraft">{e(pen.teaser())}</a></div><div class="sub">{e(pen.teaser())}</div><div>{pen.alien("Mar 3")} • <a href="/@z">{pen.alien("Zephyrine")}</a></div></div>'
        for n in range(4)
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{e(title)} - by Ada Virtanen - Low Water</title><meta property="og:title" content="{e(title)}"><meta property="og:site_name" content="lowwater.example">
<meta property="og:url" content="https://lowwater.example/p/x"><meta name="author" content="Ada Virtanen"></head><body><div id="entry"><div id="main" class="main typography"><div class="topBar"><a href="/">{pen.alien("Low Water Letters")}</a><button>{pen.alien("Subscribe")}</button><a href="/sign-in">{pen.alien("Sign in")}</a></div>
<div class="single-post-container"><div class="container"><div class="single-post"><article class="typography newsletter-post post"><div role="region" aria-label="Post header" class="post-header"><h1 dir="auto" class="post-title published">{e(title)}</h1><h3 dir="auto" class="subtitle">{e(pen.said(1))}</h3>
<div class="pencraft pc-display-flex byline-wrapper"><a href="/@ada">Ada Virtanen</a><div class="pencraft">{english(day)}</div></div><div class="post-ufi"><a class="post-ufi-button like-count"><div>{pen.alien("412")}</div></a><a class="share-button"><div>{pen.alien("Share")}</div></a></div></div>
<div class="visibility-check"></div><div><div class="available-content"><div dir="auto" class="body markup">{paragraphs(pen, 3)}<div class="subscription-widget-wrap"><div class="subscription-widget show-subscribe"><div class="preamble"><p>{e(pen.around())}</p></div><form class="subscription-widget-subscribe"><input type="email"><input type="submit" value="Subscribe"></form></div></div>
<h2 class="header-anchor-post">{e(pen.head())}</h2>{paragraphs(pen, 2)}<div class="captioned-image-container"><figure><a href="i.png"><img></a><figcaption class="image-caption">{e(pen.said(1))}</figcaption></figure></div>
<p class="button-wrapper"><a class="button primary" href="?share"><span>{pen.alien("Share Low Water")}</span></a></p><blockquote><p>{e(pen.said(2))}</p></blockquote><ul><li><p>{e(pen.said(1))}</p></li><li><p>{e(pen.said(1))}</p></li></ul><div><hr></div>{paragraphs(pen, 3)}
<div class="footnote"><a id="footnote-1" href="#footnote-anchor-1" class="footnote-number">1</a><div class="footnote-content"><p>{e(pen.said(1))}</p></div></div></div></div></div></article></div></div></div>
<div class="pencraft discussion"><h4>{pen.alien("Discussion about this post")}</h4>{talk}</div><div class="portable-archive"><div class="tabs"><a>{pen.alien("Top")}</a><a>{pen.alien("Latest")}</a></div>{cards}<a href="/archive">{pen.alien("See all")}</a></div>
<div class="pencraft subscribe-footer"><p>{pen.alien("Ready for more?")}</p><form><input type="email"></form></div></div><div class="footer-wrap"><div>{pen.alien("© 2026 Ada V")}</div><a>{pen.alien("Privacy")}</a> ∙ <a>{pen.alien("Collection notice")}</a></div></div></body></html>"""


def _notice(pen: Pen, title: str, day: datetime.date) -> str:
    """A notice of a Chinese office: a table of particulars above, the text in an editor's markup."""
    rows = "".join(
        f"<tr><td>{pen.head()}</td><td>{pen.own(str(pen.number()))}</td><td>{pen.head()}</td></tr>"
        for _ in range(4)
    )

    def text() -> str:
        return f'<p style="text-indent:2em"><span style="font-family:宋体"><span>{pen.said(1)}</span></span><span>{pen.said(2)}</span></p>'

    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_某省发展和改革委员会</title><meta name="SiteName" content="某省发展和改革委员会"/><meta name="ColumnName" content="通知"/>{pen.one_of(f'<meta name="PubDate" content="{day} 10:01"/>', "")}</head>
<body><div class="header"><div class="top-w"><a href="/">{pen.alien("繁体版")}</a><a href="/w">{pen.alien("无障碍浏览")}</a><a href="/y">{pen.alien("邮箱登陆")}</a></div><div class="menu-list"><ul>{links(pen, 8)}</ul></div></div>
<div class="w1200"><div class="dqwz">{pen.alien("当前位置：")}<a href="/">{pen.alien("首页")}</a>&gt;<a href="/z">{pen.alien("娱乐公开")}</a></div>
<div class="xxgk-table"><table><tr><td>索引号：</td><td>000014349/2019-00057</td><td>发文日期：</td><td>{day.year}年{day.month}月{day.day}日</td></tr></table></div>
<h1 class="xl-title">{title}</h1><div class="xl-sub"><span>发布时间：{day} 10:01</span><span>来源：本委</span><span class="zt">{pen.alien("字体：")}<a>{pen.alien("大")}</a><a>{pen.alien("小")}</a></span></div>
<div class="TRS_UEDITOR trs_paper_default"><p align="center"><strong>{pen.head()}</strong></p>{text()}{text()}<p><strong>一、{pen.head()}</strong></p>{text()}{text()}<table><tbody>{rows}</tbody></table><p>二、{pen.head()}</p>{text()}{text()}<p style="text-align:right">{pen.own("二〇一九年财政厅")}</p></div>
<div class="xl-fj"><h4>{pen.own("附件：")}</h4><ul><li><a href="P0.docx">{pen.own("附件一")}</a></li></ul></div>
<div class="xl-share"><span>{pen.alien("分享到：")}</span><a>{pen.alien("微博")}</a></div><div class="xl-btn"><a href="javascript:print()">{pen.alien("打印本页")}</a><a>{pen.alien("关闭窗口")}</a></div><div class="xgwd"><h3>{pen.alien("相关文件")}</h3><ul>{links(pen, 5)}</ul></div></div>
<div class="yqlj"><span>{pen.alien("友情链接")}</span><select><option>{pen.alien("委属单位")}</option></select></div><div class="bottom"><p>{pen.alien("主办单位：某省委员会 网站标识码")}</p><p>{pen.alien("沪备证030173号 京公网安备")}</p></div></body></html>"""


def _live(pen: Pen, title: str, day: datetime.date) -> str:
    """A live page: entries with times of their own, among adverts, beside a column of headlines."""
    entries = "".join(
        f'<li class="lx-stream__post-container" id="p{n}"><article class="lx-stream-post"><header class="lx-stream-post__header"><time class="lx-time" datetime="{later(day)}T1{n}:00:00Z">1{n}:00</time><h3 class="lx-stream-post__header-title">{e(pen.head())}</h3></header><div class="lx-stream-post-body">{paragraphs(pen, 2)}</div><div class="lx-share-tools"><button>{pen.alien("Share post")}</button><span>{pen.alien("Copy this link")}</span></div></article></li>'
        for n in range(6)
    )
    return f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{e(title)} - live updates - Harbour Broadcasting</title><meta property="og:title" content="{e(title)}"><script type="application/ld+json">[{{"@type":"LiveBlogPosting","headline":"{e(title)}","datePublished":"{day}T05:00:00+00:00","dateModified":"{later(day)}T05:00:00+00:00","publisher":{{"name":"Harbour Broadcasting"}},"liveBlogUpdate":[{{"@type":"BlogPosting","headline":"Other","datePublished":"{later(day)}"}}]}}]</script></head>
<body><div id="orb-banner" role="banner"><a href="/">{pen.alien("Harbour Home")}</a><a href="/id">{pen.alien("Your account")}</a></div><div class="ssrcss-1q0x1qg-Menu">{links(pen, 12)}</div>
<div class="gel-wrap"><div class="gel-layout"><div class="gel-2-3"><div class="live-header"><span class="live-flag">{pen.alien("LIVE")}</span><h1>{e(title)}</h1></div><section aria-label="Summary" class="lx-summary"><h2>{pen.own("Summary")}</h2><ol><li>{e(pen.said(1))}</li><li>{e(pen.said(1))}</li><li>{e(pen.said(1))}</li></ol></section>
<div class="tabs" role="tablist"><a role="tab">{pen.alien("Live Reporting")}</a><a role="tab">{pen.alien("Scoreboard")}</a></div><ol class="lx-stream__feed">{entries}</ol><div class="lx-pagination"><a href="?p=2">{pen.alien("Older posts")}</a></div></div>
<div class="gel-1-3"><h2>{pen.alien("Must see")}</h2><ul>{"".join(f'<li><a href="/v{n}"><span>{e(pen.teaser())}</span></a><span>{pen.alien("Video ninety seconds")}</span></li>' for n in range(6))}</ul><h2>{pen.alien("Full story")}</h2><div><a href="/f">{e(pen.teaser())}</a><p>{e(pen.around())}</p></div></div></div></div>
<div class="orb-footer"><ul>{links(pen, 10)}</ul><p>{pen.alien("Copyright © 2026 Harbour. The broadcaster is not responsible for external sites.")}</p></div></body></html>"""


def _rules(pen: Pen, title: str, day: datetime.date) -> str:
    """A law with its articles, definitions and questions that open."""
    articles = "".join(
        f'<div class="akn-article" id="art_{n}"><p class="oj-ti-art">Article {n}</p><p class="oj-sti-art">{e(pen.head())}</p><div class="oj-normal">{n}. {e(pen.said(2))}</div><table><tbody><tr><td><p>(a)</p></td><td><p>{e(pen.said(1))}</p></td></tr></tbody></table><table><tbody><tr><td><p>(b)</p></td><td><p>{e(pen.said(1))}</p></td></tr></tbody></table></div>'
        for n in range(1, 5)
    )
    terms = "".join(f"<dt>{e(pen.head())}</dt><dd>{e(pen.said(1))}</dd>" for _ in range(4))
    asked = "".join(
        f'<details class="accordion"><summary><h3>{e(pen.head())}</h3></summary><div>{e(pen.said(2))}</div></details>'
        for _ in range(3)
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{e(title)} | Register of Ordinances</title><meta name="dcterms.issued" content="{day}"><meta name="dcterms.modified" content="{later(day)}"></head><body>
<div class="usa-banner"><p>{pen.alien("An official website. Here's how you know")}</p></div><header class="usa-header"><div class="usa-logo"><a href="/">{pen.alien("Register homepage")}</a></div><form class="usa-search"><input type="search"><button>{pen.alien("Search")}</button></form><nav>{links(pen, 6)}</nav></header>
<div class="usa-layout"><div class="tablet:grid-col-3"><div class="usa-sidenav"><ul>{links(pen, 9)}</ul></div></div><main class="usa-layout-docs__main"><h1>{e(title)}</h1><p class="usa-intro">{e(pen.said(2))}</p><div class="doc-tools"><a href="/pdf">{pen.alien("PDF version")}</a> <a href="/xml">{pen.alien("XML feed")}</a> <a href="/print">{pen.alien("Print")}</a></div>
<h2 id="definitions">{pen.own("Definitions")}</h2><dl>{terms}</dl><h2>{pen.own("Provisions")}</h2>{articles}<h2>{pen.own("Questions and answers")}</h2>{asked}<h2>{pen.own("Comments received")}</h2>{paragraphs(pen, 2)}
<div class="usa-feedback"><h2>{pen.alien("Was this page helpful?")}</h2><a>{pen.alien("Yep")}</a><a>{pen.alien("Nope")}</a></div></main></div><footer class="usa-footer"><a href="#">{pen.alien("Return to top")}</a><address>{pen.alien("800 Registry Plaza, hotline 555-0100")}</address></footer></body></html>"""


def _wire(pen: Pen, title: str, day: datetime.date) -> str:
    """A company's release on a wire: everything in columns of a framework, a contact, a notice, other releases."""
    others = "".join(
        f'<div class="col-sm-4 card-list"><a class="newsreleaseconsolidatelink" href="/n{n}"><h3>{e(pen.teaser())}</h3></a><p>{e(pen.around())}</p></div>'
        for n in range(6)
    )
    rows = "".join(
        f'<tr><td class="prngen2"><p><span>{e(pen.head())}</span></p></td><td><p><span>$</span></p></td><td><p><span>{pen.own(str(pen.number()))}</span></p></td></tr>'
        for _ in range(6)
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{e(title)}</title><meta property="og:title" content="{e(title)}"/><meta property="og:site_name" content="Wireline"/><meta name="date" content="{day}T13:00:00-05:00"/><link rel="canonical" href="https://wireline.example/releases/x-301.html"/></head><body>
<section class="header-main"><div class="container"><div class="row"><div class="col-md-8">{links(pen, 9, tag="span")}</div><div class="col-md-4"><input type="text"><a>{pen.alien("Client Login")}</a></div></div></div></section>
<article class="news-release inline-gallery-template"><header class="container release-header"><div class="row detail-headline"><div class="col-sm-8"><h1>{e(title)}</h1></div></div><div class="row"><div class="col-lg-8"><a href="/org"><strong>News provided by</strong></a><p class="mb-no">{english(day)}, 08:00 ET</p></div><div class="col-lg-4"><p>{pen.alien("Share this article")}</p><ul><li><a>{pen.alien("LinkedIn")}</a></li></ul></div></div></header>
<section class="release-body container"><div class="row"><div class="col-lg-10 col-lg-offset-1"><p class="prntac"><i>{e(pen.said(1))}</i></p><p><span class="legendSpanClass">ROTTERDAM</span>, <span class="legendSpanClass">{british(day)}</span> -- {e(pen.said(3))}</p>{paragraphs(pen, 2)}<p><b>{e(pen.head())}</b></p><ul type="disc"><li>{e(pen.said(1))}</li><li>{e(pen.said(1))}</li></ul>
<div class="divOverflow"><table><tbody>{rows}</tbody></table></div>{paragraphs(pen, 2)}<p><b>About the Harbour Group</b><br/>{e(pen.said(2))}</p><p>{e(pen.said(1))}</p><p>{pen.own("SOURCE Harbour Group")}</p></div></div></section></article>
<section class="container related"><h2>{pen.alien("Modal title")}</h2><p>{pen.alien("21% more release views with a gallery")}</p><h4>{pen.alien("Also from this source")}</h4>{others}<h4>{pen.alien("Explore")}</h4><div class="explore">{links(pen, 4, tag="span")}</div></section>
<div class="footer-prefooter"><div class="row"><div><h4>{pen.alien("Contact Wireline")}</h4><p>{pen.alien("888-776-0942 from 8 AM")}</p></div><div>{links(pen, 7)}</div></div></div></body></html>"""


OTHERS: dict[str, tuple[Layout, str, tuple[str, ...]]] = {
    "letter": (_letter, "utf-8", ("en",)),
    "notice": (_notice, "utf-8", ("zh",)),
    "live": (_live, "utf-8", ("en",)),
    "rules": (_rules, "utf-8", ("en",)),
    "wire": (_wire, "utf-8", ("en",)),
}


def twenty_five() -> list[Made]:
    """Return five pages of each of the five layouts."""
    return [page(name, seed, OTHERS) for name in OTHERS for seed in range(5)]
