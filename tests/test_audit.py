"""Who did what others notice, as operators read it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import NOW, Run, Write
from world import World, opened

from bot.app import Briefbot
from bot.errors import BotError, ConfigError
from bot.loading import load
from bot.store.audit import Actor, Audit, Entry, record
from digests.digests import Digests
from digests.schedule import Kind, Setter


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        yield made


def acts(world: World) -> list[tuple[str, str, str]]:
    return [
        (entry.who.name, entry.what, entry.on) for entry in Audit(world.briefbot.database).newest(limit=9)
    ]


def test_a_channels_digest_is_written_down_from_its_beginning_to_its_end(world: World):
    world.say("digest here chips monday 09:00 Europe/Berlin", channel="C0CHIPS")
    world.say("digest here chips monday 09:00 Europe/Berlin", channel="C0CHIPS")
    world.say("digest stop here", channel="C0CHIPS", user="U0BELA")
    world.say("digest stop here", channel="C0CHIPS", user="U0BELA")

    assert acts(world) == [
        ("bela", "digest stopped", "C0CHIPS, weekly monday 09:00 on chips"),
        ("anna", "digest begun", "C0CHIPS, weekly monday 09:00 on chips"),
    ]


def test_a_digest_that_is_moved_and_stopped_by_its_buttons_is_written_down(world: World):
    world.say("digest here monday 09:00", channel="C0CHIPS")
    digests: Digests = world.sending.digests
    [schedule] = world.sending.subscriptions.schedules(Kind.DIGEST, workspace=world.slack.team)
    when = schedule.plan.when
    assert when

    moved = digests.move(schedule, replace(when, at="10:00"), Setter("U0BELA", "bela"), now=world.now)
    digests.stop(moved, Setter("U0CLEO", "cleo"), now=world.now)
    with pytest.raises(BotError, match="changed or stopped"):
        digests.stop(moved, Setter("U0CLEO", "cleo"), now=world.now)

    assert [(who, what) for who, what, _ in acts(world)] == [
        ("cleo", "digest stopped"), ("bela", "digest moved"), ("anna", "digest begun"),
    ]  # fmt: skip


def test_what_a_person_sets_up_for_themselves_is_nobodys_business(world: World):
    world.say("digest here monday 09:00")
    world.say("subscribe chips")

    assert acts(world) == []


def test_what_config_yml_sets_up_is_written_down_as_its_own(world: World):
    config = world.briefbot.config
    weekly = replace(config.digests.weekly, channels=("C0CHIPS",))
    world.sending.digests._config = replace(config, digests=replace(config.digests, weekly=weekly))
    world.tick()
    world.tick()
    world.sending.digests._config = config
    world.tick()

    assert [(who, what) for who, what, _ in acts(world)] == [
        ("config.yml", "digest stopped"), ("config.yml", "digest begun"),
    ]  # fmt: skip


def test_the_audit_is_printed_newest_first(world: World, run: Run):
    assert run("audit").stdout == "audit: nothing yet\n"
    world.say("digest here monday 09:00", channel="C0CHIPS")
    world.say("digest here friday 09:00", channel="C0POLICY", user="U0BELA")

    first, second = run("audit").stdout.splitlines()

    assert (
        first
        == "2026-03-02 09:00Z  T0LOCAL      digest begun    bela (U0BELA)  C0POLICY, weekly friday 09:00"
    )
    assert "anna (U0ANNA)" in second
    assert len(run("audit", "--limit", "1").stdout.splitlines()) == 1
    assert run("audit", "--workspace", "T0OTHER").stdout == "audit: nothing yet\n"
    assert len(run("audit", "--workspace", "T0LOCAL").stdout.splitlines()) == 2


def test_no_name_gives_the_terminal_orders(world: World, run: Run):
    with world.briefbot.database.writing() as connection:
        record(connection, Entry("T0LOCAL", NOW, Actor("U0EVE", "eve\x1b[2J\nroot"), "clip added", "x"))

    told = run("audit").stdout

    assert "\x1b" not in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("person", ["anna", "@U024BE7LH", "u024be7lh", "C024BE91L", "U1"])
def test_an_operator_who_is_no_ones_id_is_told(write: Write, person: str):
    path = write("config.yml", f"roles:\n  operators: ['{person}']\n")

    with pytest.raises(ConfigError, match=r"roles\.operators: .* is not a person's id, as U024BE7LH"):
        load({"BRIEFBOT_CONFIG": str(path)})


def test_a_misspelt_role_gets_its_nearest_name(write: Write):
    path = write("config.yml", "roles:\n  operator: [U024BE7LH]\n")

    with pytest.raises(ConfigError, match="did you mean 'operators'"):
        load({"BRIEFBOT_CONFIG": str(path)})
