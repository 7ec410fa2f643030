"""The log as programs read it: a JSON object a line, whatever is told."""

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from conftest import Run

from bot.config import ROOT
from bot.errors import StoreError
from bot.logs import JsonLines

LOGGER = logging.getLogger("bot.of_a_test")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the logger `bot.of_a_test` writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    LOGGER.addHandler(handler)
    yield stream
    LOGGER.removeHandler(handler)


def test_a_record_is_one_line_that_says_when_how_grave_whose_and_what(written: io.StringIO):
    LOGGER.warning("the disk is %s:\nfree \u2028 some 芯片", "full")

    [line] = written.getvalue().splitlines()
    told = json.loads(line)
    assert list(told) == ["time", "level", "logger", "message"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["time"])
    assert (told["level"], told["logger"]) == ("WARNING", "bot.of_a_test")
    assert told["message"] == "the disk is full:\nfree \u2028 some 芯片"


def test_the_time_is_in_utc_with_its_milliseconds():
    record = logging.LogRecord("bot", logging.INFO, "", 0, "half a character: \ud800", None, None)
    record.created, record.msecs = 1_772_442_000.007, 7.0

    assert json.loads(JsonLines().format(record))["time"] == "2026-03-02T09:00:00.007Z"


def test_an_exception_is_one_string_in_the_line_of_its_record(written: io.StringIO):
    try:
        raise StoreError("the disk is full")
    except StoreError:
        LOGGER.exception("nothing was sent")

    [line] = written.getvalue().splitlines()
    told = json.loads(line)
    assert told["message"] == "nothing was sent"
    assert told["exception"].startswith("Traceback")
    assert told["exception"].endswith("StoreError: the disk is full")


def test_why_a_process_does_not_start_is_a_line_of_json_too(run: Run):
    done = run("serve", environment={"BRIEFBOT_LOG": "json", "PORT": "eighty"})

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert json.loads(line)["message"] == "PORT: 'eighty' is no port; set a number from 1 to 65535"


def test_people_are_told_in_lines_as_ever_where_nothing_is_set(run: Run):
    done = run("serve", environment={"PORT": "eighty"})

    assert done.stderr == "briefbot: PORT: 'eighty' is no port; set a number from 1 to 65535\n"


def test_an_unknown_form_of_the_log_is_told(run: Run):
    done = run("search", "chips", environment={"BRIEFBOT_LOG": "xml"})

    assert done.returncode == 1
    assert done.stderr == "briefbot: BRIEFBOT_LOG: 'xml' is unknown; set text or json\n"


def test_what_slacks_libraries_tell_below_errors_is_left_out_of_json_too():
    tells = """
import logging
from bot.logs import set_up
set_up({"BRIEFBOT_LOG": "json"})
logging.getLogger("slack_bolt.App").warning("somebody typed a tender")
logging.getLogger("slack_sdk.web").error("no answer")
"""
    done = subprocess.run([sys.executable, "-c", tells], cwd=ROOT, capture_output=True, text=True, check=True)

    [line] = done.stderr.splitlines()
    assert json.loads(line)["message"] == "no answer"
