"""What the store keeps of clips, on SQLite and PostgreSQL alike."""

import threading
from dataclasses import replace

import pytest
from conftest import NOW

from bot.config import Config
from bot.library.clip import draft_of
from bot.store.audit import Actor, Audit
from bot.store.clips import OFFERED, Clip, Clips, Said
from bot.store.database import Database
from bot.store.library import Library

ANNA = Actor("U0ANNA", "anna")
SAID = Said("T1", "C0POLICY", "1772441999.000100", "The osprey nests again.", "U0BELA", "", "#policy", False)


@pytest.fixture
def clips(database: Database) -> Clips:
    return Clips(database)


def add(clips: Clips, config: Config, said: Said = SAID, *, offer_id: str = "") -> tuple[Clip, bool]:
    return clips.add(draft_of(said, config), said.place, ANNA, offer_id=offer_id, now=NOW)


def test_an_offer_is_kept_for_one_person_of_one_workspace_and_an_hour(clips: Clips):
    clips.offer(SAID, "U0ANNA", offer_id="a", now=NOW)

    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW) == SAID
    assert clips.offered("a", workspace="T1", user="U0BELA", now=NOW) is None
    assert clips.offered("a", workspace="T2", user="U0ANNA", now=NOW) is None
    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW + OFFERED) is None
    clips.withdraw("a", workspace="T2", user="U0ANNA")
    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW)
    clips.withdraw("a", workspace="T1", user="U0ANNA")
    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW) is None


def test_a_clip_that_is_added_takes_its_offer_with_it(clips: Clips, config: Config):
    clips.offer(SAID, "U0ANNA", offer_id="a", now=NOW)

    add(clips, config, offer_id="a")

    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW) is None


def test_many_who_add_the_same_at_once_add_it_once(clips: Clips, database: Database, config: Config):
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(add(clips, config)[1])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [False] * 5 + [True]
    assert [entry.what for entry in Audit(database).newest(limit=9)] == ["clip added"]


def test_the_same_message_in_two_workspaces_is_two_clips(clips: Clips, library: Library, config: Config):
    ours, _ = add(clips, config)
    theirs, is_new = add(clips, config, replace(SAID, workspace="T2"))

    assert is_new
    assert ours.document_id != theirs.document_id
    assert not clips.remove("T2", ours.document_id, ANNA, now=NOW)
    assert clips.remove("T2", theirs.document_id, ANNA, now=NOW)
    assert clips.of("T1", user=None, limit=9) == ([ours], 1)
    assert library.document(ours.document_id, workspace="T2") is None


def test_a_clip_that_is_removed_and_added_again_is_whole(clips: Clips, library: Library, config: Config):
    first, _ = add(clips, config)
    clips.remove("T1", first.document_id, ANNA, now=NOW)

    again, is_new = add(clips, config)

    assert is_new
    assert again == first
    texts = [one.text for change in library.changes(0) for one in change.excerpts]
    assert texts == ["The osprey nests again."]


def test_clips_are_listed_by_who_added_them_the_last_first(clips: Clips, config: Config):
    for number in range(3):
        add(clips, config, replace(SAID, ts=f"177244199{number}.000100", text=f"Note {number}"))

    found, total = clips.of("T1", user="U0ANNA", limit=2)

    assert [clip.title for clip in found] == ["Note 2", "Note 1"]
    assert total == 3
    assert clips.of("T1", user="U0BELA", limit=2) == ([], 0)
    assert clips.of("T2", user=None, limit=2) == ([], 0)
