"""The benchmark of speed tells all that it promises, of a small library."""

import json
import subprocess
import sys
from pathlib import Path

from bot.config import ROOT


def speed(*arguments: str) -> dict[str, object]:
    command = [sys.executable, "tests/benchmarks/speed.py", "--excerpts", "600", "--queries", "3", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_speed_tells_of_building_serving_and_each_class_of_question(tmp_path: Path):
    report = speed("--keep", str(tmp_path))

    classes = report.pop("classes")
    assert isinstance(classes, dict)
    assert list(classes) == ["one", "few", "many", "common"]
    for times in classes.values():
        assert list(times) == ["p50", "p95", "p99", "bare_p50", "bare_p99"]
        assert all(milliseconds > 0 for milliseconds in times.values())
    assert list(report) == [
        "excerpts", "build_per_s", "disk_mb", "serving_mb", "building_mb", "cold_start_ms", "add_ms",
    ]  # fmt: skip
    assert all(isinstance(value, int | float) and value > 0 for value in report.values())
    assert {path.name for path in (tmp_path / "600-1").iterdir()} >= {"briefbot.db", "index", "bare"}
