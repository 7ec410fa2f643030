"""The chart of a digest: what it says in words, and its picture."""

import os
import struct
import subprocess
import sys

import pytest

from bot.config import ROOT
from bot.errors import BotError
from digests.chart import MOST, Chart, chart_block, draw, without_charts
from digests.themes.trend import Trend, sparkline

WEEKS = ("29 Dec", "5 Jan", "12 Jan", "19 Jan", "26 Jan", "2 Feb", "9 Feb", "16 Feb")

HOSTILE = (
    r"$\frac{$", r"a $\x^{$ b", "two\nlines\r\n\tand\x00 more\x1b[31m", "W" * 5000, "人工智能芯片出口管制" * 20,
    "🔥👨‍👩‍👧‍👦\ufe0f", "\ud800 half a character", "", "قيود التصدير", "%s {0} ${HOME} `id`", "a\u0301" * 300,
)  # fmt: skip


def chart(*names: str, title: str = "Themes") -> Chart:
    return Chart(title, WEEKS, tuple(Trend(name, (0, 1, 2, 3, 4, 3, 2, 9)) for name in names or ("chips",)))


def size(png: bytes) -> tuple[int, int]:
    """Return a PNG's width and height, which stand in its first chunk."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    ("counts", "bars"),
    [
        ((0, 0, 0), "▁▁▁"),
        ((0, 1, 2, 3, 4, 5, 6, 7), "▁▂▃▄▅▆▇█"),
        ((0, 1, 100), "▁▂█"),
        ((5,), "█"),
        ((), ""),
    ],
)
def test_bars_are_scaled_to_the_highest_and_only_zero_is_lowest(counts: tuple[int, ...], bars: str):
    assert sparkline(counts) == bars


@pytest.mark.parametrize(
    ("counts", "course"),
    [
        ((2, 1, 3, 9), "up from a usual 2"),
        ((12, 10, 14, 3), "down from a usual 12"),
        ((4, 4, 4, 5), "about the usual 4"),
        ((100, 100, 110), "about the usual 100"),
        ((0, 0, 0, 4), "new"),
        ((0, 0, 0), "none in this time"),
        ((7,), "new"),
    ],
)
def test_a_course_is_told_in_words(counts: tuple[int, ...], course: str):
    assert Trend("chips", counts).course == course


def test_the_words_of_a_picture_tell_each_theme():
    shown = Chart(
        "Themes", ("5 Jan", "12 Jan", "19 Jan"), (Trend("chips", (1, 2, 9)), Trend("energy", (3, 3, 0)))
    )

    assert shown.alt_text == (
        "Themes, 5 Jan to 19 Jan. chips: 9, up from a usual 1.5. "
        "energy: 0, down from a usual 3, at most 3 (5 Jan)."
    )


def test_the_words_of_a_picture_keep_slacks_limit():
    long = Chart("t" * 9000, ("p" * 9000,) * 2, (Trend("😀" * 9000, (10**30, 1)),) * 20)

    assert len(long.alt_text.encode("utf-16-le")) // 2 <= 2000


def test_a_chart_is_kept_as_json_with_what_is_drawn():
    many = chart(*(f"theme {number}" for number in range(9)))

    kept = Chart.of_json(many.as_json())

    assert kept == chart(*(f"theme {number}" for number in range(MOST)))
    assert Chart.of_json(kept.as_json()) == kept


@pytest.mark.parametrize(
    "told",
    [
        {}, {"title": "t", "periods": [], "trends": []}, {"title": "t", "periods": 3, "trends": 4},
        {"title": "t", "periods": ["a"], "trends": [{"name": "n", "counts": [1, 2]}]},
        {"title": "t", "periods": ["a"], "trends": [{"name": "n", "counts": ["many"]}]},
    ],
)  # fmt: skip
def test_what_is_no_chart_says_so(told: dict[str, object]):
    with pytest.raises(BotError, match="the stored chart is none"):
        Chart.of_json(told)


def test_a_preview_has_no_picture():
    text = {"type": "context", "elements": []}

    assert without_charts([text, chart_block(chart())]) == [text]


def test_a_picture_is_drawn_twice_as_wide_as_a_phone_shows_it_and_a_row_a_theme():
    width, height = size(draw(chart("chips")))
    same_width, higher = size(draw(chart(*"abcdef")))

    assert width == same_width >= 750
    assert higher - height == 5 * 116
    assert higher < width


def test_the_same_chart_is_the_same_picture_byte_by_byte():
    first, second = draw(chart("chips", "models")), draw(chart("chips", "models"))

    assert first == second
    assert b"matplotlib" not in first.lower()
    assert draw(chart("chips", "model")) != first


def test_any_name_is_drawn_and_nothing_is_said_about_it(capfd: pytest.CaptureFixture[str]):
    for at in range(0, len(HOSTILE), MOST):
        size(draw(chart(*HOSTILE[at : at + MOST], title=HOSTILE[at])))

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("two\nlines\tof  it\x07", "two lines of it"),
        ("hot \U000f0000 chips\ufe0f", "hot chips"),  # For private use: no font has it.
        ("a \u200d b", "a b"),
        ("W" * 5000, "W" * 100),
    ],
)
def test_a_name_is_drawn_as_what_fits_of_what_can_be_seen(name: str, seen: str):
    assert draw(chart(name)) == draw(chart(seen))


@pytest.mark.parametrize("counts", [(0,) * 8, (10**12,) * 8, (-1,) * 8, (0,) * 7 + (1,)])
def test_any_counts_are_drawn(counts: tuple[int, ...]):
    size(draw(Chart("Themes", WEEKS, (Trend("chips", counts),))))


@pytest.mark.parametrize("periods", [1, 2, 52])
def test_any_number_of_periods_is_drawn(periods: int):
    size(draw(Chart("Themes", ("a period with a long name",) * periods, (Trend("chips", (1,) * periods),))))


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("import os; os.kill(os.getpid(), 9)", "ended with -9"),
        ("raise MemoryError", "ended with 1 (MemoryError)"),
        ("import matplotlib_is_not_there", "run pip install -r requirements.txt"),
        ("print('no picture')", "no reason told"),
        ("import sys; sys.exit('secret words')", "no reason told"),
    ],
)
def test_a_drawing_that_dies_says_what_to_do(script: str, told: str):
    with pytest.raises(BotError) as caught:
        draw(chart(), command=(sys.executable, "-c", script))

    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_drawing_that_hangs_is_ended():
    with pytest.raises(BotError, match="was not drawn within"):
        draw(
            chart(), seconds=0.2, command=(sys.executable, "-c", "import threading; threading.Event().wait()")
        )


def test_a_drawing_that_cannot_begin_says_so():
    with pytest.raises(BotError, match="FileNotFoundError"):
        draw(chart(), command=("/nonexistent/python",))


def test_who_draws_gets_no_secret(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    told = "import os, sys; sys.exit('SLACK_BOT_TOKEN' in os.environ or os.getcwd() != os.environ['MPLCONFIGDIR'])"

    with pytest.raises(BotError, match="ended with 0"):
        draw(chart(), command=(sys.executable, "-c", told))


def test_matplotlib_is_loaded_where_it_draws_and_nowhere_else():
    seen = (
        "import sys; import bot.serve, digests.sending, digests.chart; sys.exit('matplotlib' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", seen], cwd=ROOT, env={**os.environ}, check=False)

    assert done.returncode == 0
