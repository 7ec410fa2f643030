"""What was confirmed is there after a SIGKILL, and nothing is there in part."""

import random
from pathlib import Path

from benchmarks.killed import killed


def test_an_ingest_killed_at_any_moment_leaves_whole_documents_and_an_index_that_agrees(tmp_path: Path):
    report = killed(tmp_path, times=6, documents=2000, chance=random.Random(7))  # noqa: S311

    assert report["wrong"] == []
    assert len(set(report["stored"])) > 1, "the kills fell at one moment only"
