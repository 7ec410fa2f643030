"""A plain page for who installs the app: what happened, what to do next, one link."""

from html import escape

from starlette.responses import HTMLResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # The address holds what is good once.
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

STYLE = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 36rem; padding: 3rem 1rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; }
a { font-weight: bold; }
"""


def notice(
    title: str, *paragraphs: str, link: tuple[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    """Return a page that runs nothing and loads nothing; *link* is an address and what it does."""
    told = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in paragraphs)
    led = f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>\n' if link else ""
    return HTMLResponse(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{told}{led}</main>\n</body>\n</html>\n",
        status_code=status,
        headers=HEADERS,
    )
