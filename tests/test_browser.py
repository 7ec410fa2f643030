"""What pages are looked at with notices what they may not do."""

import re

import pytest
from browser import Chromium, barriers, overflow
from playwright.sync_api import Page
from served import serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ('<img src="http://other.example/a.png" alt="">', "asks elsewhere: http://other.example/a.png"),
        ("<script>document.title = 1</script>", "Content Security Policy"),
        ('<p style="color: red">', "Content Security Policy"),
        ('<script src="/throws.js"></script>', "thrown by the page"),
        ('<script src="/logs.js"></script>', "logged by the page"),
    ],
)
def test_a_page_that_does_what_it_may_not_fails_its_test(chromium: Chromium, told: str, fault: str):
    async def faulty(_request: Request) -> Response:
        policy = {"content-security-policy": "default-src 'self'; img-src * data:"}
        return HTMLResponse(
            f'<!doctype html><html lang="en"><link rel="icon" href="data:,">{told}', 200, policy
        )

    async def script(request: Request) -> Response:
        told = {
            "/throws.js": "throw Error('thrown by the page')",
            "/logs.js": "console.error('logged by the page')",
        }
        return Response(told[request.url.path], media_type="text/javascript")

    routes = [Route("/", faulty), Route("/throws.js", script), Route("/logs.js", script)]
    with (
        serving(Starlette(routes=routes)) as address,
        pytest.raises(AssertionError, match=re.escape(fault)),
    ):
        chromium.visit(lambda page: page.goto(address, wait_until="networkidle"))


def test_barriers_and_what_is_too_wide_are_found(chromium: Chromium):
    async def faulty(_request: Request) -> Response:
        return HTMLResponse('<link rel="icon" href="data:,"><img src="data:,"><pre>' + "wide" * 500)

    def look(page: Page) -> None:
        page.goto(address)
        assert [one for one in barriers(page) if one.startswith("image-alt")]
        assert overflow(page) > 0

    with serving(Starlette(routes=[Route("/", faulty)])) as address:
        chromium.visit(look, width=360)
