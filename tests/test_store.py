"""The library's contract, kept by SQLite and PostgreSQL alike."""

import datetime
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import NOW

from bot.document import Document, Excerpt, Passage
from bot.errors import StoreError
from bot.store.database import Database, connected, open_database
from bot.store.library import Library
from bot.store.records import Draft, Outcome, Removed
from bot.store.tables import metadata
from digests.tables import metadata as metadata_of_digests

LATER = NOW + datetime.timedelta(days=1)


def draft(
    *texts: str, key: str = "file:///a.md", workspace: str = "", file: str = "a.md", made_by: str = "1"
) -> Draft:
    return Draft(
        document=Document(id="", workspace=workspace, title="Ferries", file=file),
        key=key,
        topics=(),
        passages=tuple(Passage(text, ("Routes",), at + 1) for at, text in enumerate(texts)),
        content_hash="|".join(texts),
        made_by=made_by,
    )


def excerpts(library: Library) -> dict[str, str]:
    """The living excerpts' texts, by id."""
    return {e.id: e.text for change in library.changes(0) for e in change.excerpts}


def test_what_is_put_is_found_again(library: Library):
    outcome, document_id = library.put(draft("North route.", "South route."), now=NOW)

    assert outcome is Outcome.NEW
    [change] = library.changes(0)
    first = change.excerpts[0]
    assert library.excerpt(first.id, workspace="T1") == first
    assert first == Excerpt(
        id=first.id,
        document=Document(id=document_id, title="Ferries", file="a.md"),
        text="North route.",
        section=("Routes",),
        paragraph=1,
        added=NOW,
    )


def test_the_same_again_changes_nothing(library: Library):
    library.put(draft("North."), now=NOW)
    before = library.state()

    assert library.put(draft("North."), now=LATER)[0] is Outcome.UNCHANGED
    assert library.state() == before


def test_an_edit_keeps_the_ids_of_the_other_passages(library: Library):
    _, document_id = library.put(draft("North.", "South.", "East."), now=NOW)
    before = excerpts(library)

    outcome, same_id = library.put(draft("North.", "South, twice a day.", "East."), now=LATER)

    after = excerpts(library)
    assert (outcome, same_id) == (Outcome.CHANGED, document_id)
    assert {before[i] for i in before.keys() & after.keys()} == {"North.", "East."}
    [gone] = before.keys() - after.keys()
    assert library.excerpt(gone, workspace="") == Removed(
        Document(id=document_id, title="Ferries", file="a.md"), LATER, document_remains=True
    )


def test_equal_passages_of_one_document_have_ids_of_their_own(library: Library):
    library.put(draft("North.", "North."), now=NOW)

    assert len(excerpts(library)) == 2


def test_a_moved_file_keeps_its_id(library: Library):
    _, document_id = library.put(draft("North."), now=NOW)

    outcome, same_id = library.put(draft("North.", key="file:///b.md", file="b.md"), now=LATER)
    library.detach("", "file:///a.md", now=LATER)

    assert (outcome, same_id) == (Outcome.COPY, document_id)
    found = library.document(document_id, workspace="")
    assert isinstance(found, Document)
    assert found.file == "b.md"


def test_a_copy_is_another_source_of_the_same_document(library: Library):
    library.put(draft("North."), now=NOW)
    library.put(draft("North.", key="file:///b.md"), now=NOW)

    assert library.put(draft("North.", key="file:///b.md"), now=LATER)[0] is Outcome.UNCHANGED
    assert len(excerpts(library)) == 1
    assert not library.detach("", "file:///b.md", now=LATER)
    assert len(excerpts(library)) == 1


def test_a_copy_that_is_edited_becomes_a_document_of_its_own(library: Library):
    _, document_id = library.put(draft("North."), now=NOW)
    library.put(draft("North.", key="file:///b.md"), now=NOW)

    outcome, other_id = library.put(draft("South.", key="file:///b.md"), now=LATER)

    assert outcome is Outcome.NEW
    assert other_id != document_id
    assert sorted(excerpts(library).values()) == ["North.", "South."]


def test_a_document_that_becomes_the_same_as_another_is_one_with_it(library: Library):
    _, first_id = library.put(draft("North."), now=NOW)
    _, second_id = library.put(draft("South.", key="file:///b.md"), now=NOW)

    assert library.put(draft("North.", key="file:///b.md"), now=LATER) == (Outcome.COPY, first_id)
    assert isinstance(library.document(second_id, workspace=""), Removed)
    assert list(excerpts(library).values()) == ["North."]


def test_removed_and_added_again_has_the_same_ids(library: Library):
    _, document_id = library.put(draft("North.", "South."), now=NOW)
    before = excerpts(library)
    library.remove(document_id, now=LATER)
    assert excerpts(library) == {}
    assert all(isinstance(library.excerpt(i, workspace=""), Removed) for i in before)

    outcome, same_id = library.put(draft("North.", "South."), now=LATER)

    assert (outcome, same_id) == (Outcome.NEW, document_id)
    assert excerpts(library) == before


def test_removed_and_added_again_elsewhere_has_the_same_ids(library: Library):
    _, document_id = library.put(draft("North."), now=NOW)
    library.remove(document_id, now=LATER)

    assert library.put(draft("North.", key="file:///b.md"), now=LATER) == (Outcome.NEW, document_id)


def test_the_id_of_an_edited_document_is_not_given_to_its_old_content(library: Library):
    _, document_id = library.put(draft("North."), now=NOW)
    library.put(draft("South."), now=NOW)

    _, other_id = library.put(draft("North.", key="file:///b.md"), now=LATER)

    assert other_id != document_id


def test_other_rules_make_the_passages_anew(library: Library):
    library.put(draft("North."), now=NOW)

    assert library.put(draft("North.", made_by="2"), now=LATER)[0] is Outcome.CHANGED


def test_a_workspace_sees_its_own_and_the_common(library: Library):
    library.put(draft("Common."), now=NOW)
    library.put(draft("Ours.", workspace="T1", key="clip:1"), now=NOW)
    [ours] = [i for i, text in excerpts(library).items() if text == "Ours."]

    assert library.excerpt(ours, workspace="T1") is not None
    assert library.excerpt(ours, workspace="T2") is None
    assert library.excerpt(ours, workspace="") is None


def test_the_same_in_two_workspaces_is_two_documents(library: Library):
    _, ours = library.put(draft("Same.", workspace="T1", key="clip:1"), now=NOW)
    _, theirs = library.put(draft("Same.", workspace="T2", key="clip:1"), now=NOW)

    assert ours != theirs


def test_every_change_takes_the_next_revision(library: Library):
    _, document_id = library.put(draft("North."), now=NOW)
    library.put(draft("South.", key="file:///b.md"), now=NOW)
    library.remove(document_id, now=LATER)

    assert library.state().revision == 3
    assert [(c.revision, len(c.excerpts)) for c in library.changes(0)] == [(2, 1), (3, 0)]
    assert [c.revision for c in library.changes(2)] == [3]


def test_changes_come_in_batches_in_order(library: Library):
    for n in range(5):
        library.put(draft(f"Route {n}.", key=f"file:///{n}.md"), now=NOW)

    first = library.changes(0, limit=2)
    assert [c.revision for c in first] == [1, 2]
    assert [c.revision for c in library.changes(2, limit=9)] == [3, 4, 5]


def test_many_writers_at_once_lose_nothing_and_share_no_revision(library: Library):
    def put_ten(who: int) -> None:
        for n in range(10):
            library.put(draft(f"{who} and {n}", key=f"file:///{who}/{n}"), now=NOW)

    threads = [threading.Thread(target=put_ten, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    changes = library.changes(0, limit=100)
    assert [c.revision for c in changes] == list(range(1, 41))


def test_two_writers_of_the_same_document_store_it_once(library: Library):
    threads = [
        threading.Thread(target=library.put, args=(draft("North."),), kwargs={"now": NOW}) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(excerpts(library).values()) == ["North."]


def test_a_failure_in_the_middle_leaves_nothing_behind(library: Library):
    broken = draft("North.", "South.")
    object.__setattr__(broken.passages[1], "text", None)

    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the engine says
        library.put(broken, now=NOW)

    assert library.changes(0) == []
    assert library.state().revision == 0


def test_any_text_can_be_stored(library: Library):
    strange = "% _ \\ ' \" 船 😀 \u202e \ufffd ‘’"
    library.put(draft(strange, key="file:///100%_done/a'b.md"), now=NOW)

    assert list(excerpts(library).values()) == [strange]
    assert library.keys("", "file:///100%_done/") == ["file:///100%_done/a'b.md"]
    assert library.keys("", "file:///100%25") == []


def test_migrations_make_the_tables_that_the_program_knows(database: Database):
    with database.engine.connect() as connection:
        inspector = sa.inspect(connection)
        for table in (*metadata.sorted_tables, *metadata_of_digests.sorted_tables):
            made = {c["name"]: (bool(c["nullable"])) for c in inspector.get_columns(table.name)}
            assert made == {c.name: bool(c.nullable) for c in table.columns}
            indexes = {i["name"] for i in inspector.get_indexes(table.name)}
            assert indexes == {i.name for i in table.indexes}


def test_documents_are_told_by_when_they_were_added_to_who_may_see_them(library: Library):
    for at, (key, workspace) in enumerate(
        [("file:///a.md", ""), ("file:///b.md", "T1"), ("file:///c.md", "T2")]
    ):
        library.put(
            draft(f"{key} route.", key=key, workspace=workspace), now=NOW + datetime.timedelta(hours=at)
        )
    library.put(draft("Another route.", key="file:///a.md"), now=NOW + datetime.timedelta(hours=9))

    added = library.added("T1", limit=5)

    assert [(document.workspace, moment.hour) for document, moment in added] == [("T1", 10), ("", 9)]


def test_migrating_again_changes_nothing(database: Database, library: Library):
    library.put(draft("North."), now=NOW)

    database.migrate()

    assert list(excerpts(library).values()) == ["North."]


def test_a_store_of_a_newer_version_is_left_alone(database: Database):
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(sa.text("UPDATE library SET oldest = '9998'"))

    with pytest.raises(StoreError, match="newer Briefbot"):
        database.migrate()


def test_a_store_that_a_newer_version_has_only_expanded_is_worked_with(database: Database, library: Library):
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(sa.text("ALTER TABLE document ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'"))

    database.migrate()

    library.put(draft("North."), now=NOW)
    assert list(excerpts(library).values()) == ["North."]
    assert database.schema().version == "9999"


def test_two_processes_may_migrate_at_once(database_url: str, tmp_path: Path):
    failures: list[Exception] = []

    def migrate() -> None:
        try:
            open_database(database_url, tmp_path / "data").close()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_a_store_of_the_first_version_is_migrated_with_what_it_holds(tmp_path: Path):
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "briefbot.db") as old:
        old.executescript((Path(__file__).parent / "store-0001.sql").read_text())
    old.close()

    database = open_database("", tmp_path / "data")

    assert list(excerpts(Library(database)).values()) == ["The north route runs daily."]
    database.close()


def test_sqlite_keeps_what_it_confirmed_through_a_power_cut(tmp_path: Path):
    database = open_database("", tmp_path)

    with database.reading() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(sa.text("PRAGMA synchronous")) == 2
    database.close()


def test_no_password_stands_in_an_error(tmp_path: Path):
    with pytest.raises(StoreError) as caught:
        open_database("postgres://bot:hush-hush@127.0.0.1:1/briefbot", tmp_path)

    assert "hush-hush" not in str(caught.value)
    assert "cannot be reached" in str(caught.value)


def test_another_kind_of_database_is_refused(tmp_path: Path):
    with pytest.raises(StoreError, match="postgresql://"):
        open_database("mysql://localhost/briefbot", tmp_path)


@pytest.mark.parametrize("option", ["prepare_threshold=0", "pgbouncer=true"])
def test_an_option_that_is_not_postgresqls_is_named(tmp_path: Path, option: str):
    with pytest.raises(StoreError, match=f"DATABASE_URL: {option.partition('=')[0]} is no option"):
        open_database(f"postgresql://localhost/briefbot?sslmode=require&{option}", tmp_path)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("default_transaction_read_only=on", "let DATABASE_URL name the primary"),
        ("role=stranger", "let it own the database"),
    ],
)
def test_who_may_not_write_to_postgresql_is_told_what_to_do(
    empty_postgresql: str, tmp_path: Path, setting: str, told: str
):
    make = "DO $$ BEGIN CREATE ROLE stranger; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    with closing(connected(empty_postgresql, tmp_path)) as database, database.writing() as connection:
        connection.execute(sa.text(make))

    with pytest.raises(StoreError, match=told):
        open_database(f"{empty_postgresql}&options=-c%20{setting.replace('=', '%3D')}", tmp_path)


def test_what_a_limit_of_postgresqls_ends_is_not_taken_for_a_server_that_is_away(
    empty_postgresql: str, tmp_path: Path
):
    limited = f"{empty_postgresql}&options=-c%20statement_timeout%3D20"

    with (
        pytest.raises(StoreError, match="took too long"),
        closing(connected(limited, tmp_path)) as database,
        database.reading() as connection,
    ):
        connection.execute(sa.text("SELECT pg_sleep(5)"))


def test_many_at_once_become_what_each_becomes_one_by_one(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO", logger="bot.store.library")  # Where it says that it went one by one after all.
    drafts = [
        draft("North.", "South."),
        draft("East.", key="file:///b.md"),
        draft("North.", "South.", key="file:///c.md"),  # A copy of what waits,
        draft("West.", key="file:///b.md"),  # an edit of it,
        draft("East.", key="file:///d.md"),  # what that was before, whose id is taken,
        draft("Isle.", "South.", "Isle.", key="file:///e.md"),  # and texts that are there.
        draft("North.", "South."),
        draft("Reef.", key="file:///g.md"),  # What f.md was before the batch.
    ]
    database = open_database("", tmp_path / "alone")
    alone = Library(database)
    for one in (library, alone):
        one.put(draft("Reef.", key="file:///f.md"), now=NOW)
        one.put(draft("Cape.", key="file:///f.md"), now=NOW)

    outcomes = library.put_all(drafts, now=NOW)

    assert outcomes == [alone.put(one, now=NOW) for one in drafts]
    assert library.changes(0) == alone.changes(0)
    assert library.keys("", "") == alone.keys("", "")
    assert library.state().revision == alone.state().revision
    assert not caplog.records
    database.close()


def test_a_document_that_cannot_be_stored_takes_none_before_it_down(library: Library):
    broken = draft("South.", key="file:///b.md")
    object.__setattr__(broken.passages[0], "text", None)

    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the engine says
        library.put_all([draft("North."), broken], now=NOW)

    assert list(excerpts(library).values()) == ["North."]
    assert library.state().revision == 1


def test_what_keys_hold_is_told_of_living_documents_alone(library: Library):
    many = [draft(f"Route {n}.", key=f"file:///{n}.md") for n in range(1200)]
    library.put_all(many, now=NOW)
    library.detach("", "file:///7.md", now=LATER)

    standing = library.standing("", [one.key for one in many] + ["file:///none.md"])

    assert standing == {one.key: (one.content_hash, one.made_by) for one in many if one.key != "file:///7.md"}
