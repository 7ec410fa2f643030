"""Rules that the whole project keeps."""

import re
import subprocess
import sys
from pathlib import Path

from conftest import Run

from bot.config import ROOT
from bot.loading import load


def files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_imports_only_go_down_the_floors():
    # In a process of its own: it silences the loggers of the one in which it runs.
    checker = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    lint = subprocess.run(
        [sys.executable, "-c", checker], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert lint.returncode == 0, lint.stdout


def test_pins_have_hashes_and_no_addresses():
    pins = (ROOT / "requirements.txt").read_text()

    assert "://" not in pins
    for pin in re.split(r"\n(?=[a-z])", pins):
        assert "--hash=sha256:" in pin


def test_the_settings_that_are_shipped_hold():
    config = load({})

    assert list(config.topics) == [
        "chips", "export controls", "policy", "models", "data",
        "energy", "talent", "companies", "open source", "applications",
    ]  # fmt: skip
    assert all(re.search("[\u4e00-\u9fff]", " ".join(topic.aliases)) for topic in config.topics.values())


def test_every_module_says_what_it_is_for():
    for path in files():
        if path.suffix == ".py" and path.parts[-2] != "versions":
            assert path.read_text().startswith('"""'), path


def test_seeds_name_what_they_restate():
    seeds = list((ROOT / "seeds").glob("*.md"))

    assert len(seeds) == 4
    for path in seeds:
        assert re.search(r"^publisher: Briefbot$", path.read_text(), re.MULTILINE)
        assert re.search(r"^based_on: '?.{10}", path.read_text(), re.MULTILINE)


def test_the_readme_shows_what_one_gets(run: Run):
    shown = (ROOT / "README.md").read_text().split("```\n")[1]
    typed = [line.removeprefix("/brief ") for line in shown.splitlines() if line.startswith("/brief ")]

    got = run("console", typed="\n".join(typed), environment={"COLUMNS": "100"}).stdout.splitlines()

    assert typed
    for line in shown.splitlines():
        assert line in [*got, "", "[four more]"], line
