"""Many workspaces by OAuth: installed, used, removed and installed again, each with a token of its own."""

import asyncio
import datetime
import logging
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from articles import MARKDOWN
from conftest import Run, Write
from hosting import KEY, NEWER, Browser, Host, hosted, open_to_all, utc_now
from limits import check
from once import READER
from test_serve import eventually, free_port, serving

from bot.app import Briefbot
from bot.library.ingest import Ingest
from bot.local_slack.people import Outcome, People, by_http
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.slack.installed import Installed, NotInstalledError
from bot.slack.keys import Keys, SealError
from bot.slack.sealing import seal_again
from bot.store.database import Database
from bot.store.install_states import MOST, InstallStates, Spent
from bot.store.installations import Installation, Installations
from digests.overview import Overview

NOW = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
BOTH_WAYS = [("app_uninstalled", "tokens_revoked"), ("tokens_revoked", "app_uninstalled")]


@pytest.fixture
def slack() -> Iterator[Server]:
    """One Slack with two workspaces that have the same people and channels; neither has the app."""
    first = Workspace(rates=False)
    second = first.beside("T0OTHER", token="xoxb-other-token")  # noqa: S106
    for workspace in (first, second):
        anna = workspace.add_user("anna")
        workspace.add_channel("policy", anna, workspace.bot)
        workspace.is_installed = False
    with Server(first, second).running() as server:
        yield server


@pytest.fixture
def host(briefbot: Briefbot, slack: Server, write: Write) -> Iterator[Host]:
    arrive(briefbot, write, "vault.md", MARKDOWN)
    with hosted(open_to_all(briefbot, slack), slack) as running:
        yield running


@pytest.fixture
def data(write: Write, run: Run, tmp_path: Path) -> Path:
    """A data folder with one article."""
    assert run("ingest", write("vault.md", MARKDOWN)).returncode == 0
    return tmp_path / "data"


def arrive(briefbot: Briefbot, write: Write, name: str, text: str) -> None:
    Ingest(briefbot.library, briefbot.config, apart=READER).run([write(name, text)], now=utc_now)
    # Who is told of it by PostgreSQL may be at the index already.
    eventually(lambda: briefbot.index.follow(briefbot.library))


def ask(slack: Server, host: Host, workspace: Workspace, text: str) -> Outcome:
    return slack.run(host.people(workspace).command(text, user="U0ANNA", channel="C0POLICY"))


def heard(workspace: Workspace) -> list[str]:
    """What the bot has sent to Anna directly, but for its greeting."""
    told = [message.text for message in workspace.visible(workspace.direct("U0ANNA").id)]
    return [text for text in told if not text.startswith("Briefbot is here")]


def stored(briefbot: Briefbot) -> dict[str, Installation]:
    return {one.owner: one for one in Installations(briefbot.database).all()}


def test_a_workspace_installs_it_and_asks_at_once(slack: Server, host: Host, briefbot: Briefbot):
    page = Browser().install(host, slack.workspace)

    assert page.status == 200
    assert "Briefbot is installed in Local" in page.text
    assert "/brief topics" in page.text
    answer = ask(slack, host, slack.workspace, "barley").answer
    check(answer)
    assert answer["text"].startswith("1 passage on barley")
    made = stored(briefbot)["T0LOCAL"]
    assert (made.installed_by, made.enterprise, made.scopes) == ("U0ANNA", None, "chat:write,commands")


def test_who_installed_it_is_written_to_and_nobody_else(slack: Server, host: Host):
    Browser().install(host, slack.workspace)

    (told,) = slack.workspace.messages
    assert told.channel == slack.workspace.direct("U0ANNA").id
    check({"text": told.text, "blocks": told.blocks, "mrkdwn": False})
    assert "Briefbot is here" in told.text
    assert "/brief topics" in str(told.blocks)


def test_a_greeting_that_does_not_arrive_is_no_hindrance(slack: Server, host: Host):
    slack.faults.append(Fault("drop", "chat.postMessage"))

    assert Browser().install(host, slack.workspace).status == 200
    assert ask(slack, host, slack.workspace, "barley").answer["text"].startswith("1 passage")


def test_the_page_asks_for_no_more_than_it_says_and_binds_the_browser(slack: Server, host: Host):
    browser = Browser()
    page = browser.get(f"{host.address}/slack/install")

    assert "scope=chat%3Awrite%2Ccommands&" in page.link
    assert "to post digests where someone has set them up" in page.text
    for attribute in ("HttpOnly", "SameSite=lax", "Max-Age=600", "Path=/slack"):
        assert attribute in page.cookies
    assert "Secure" not in page.cookies
    behind = browser.get(f"{host.address}/slack/install", **{"x-forwarded-proto": "https"})
    assert "Secure" in behind.cookies


def test_a_browser_may_have_the_page_open_twice(slack: Server, host: Host):
    browser = Browser()
    first, second = (browser.consent(host, workspace) for workspace in slack.workspaces)

    assert browser.get(first).status == 200
    assert browser.get(second).status == 200


def test_a_way_back_from_slack_is_good_once(slack: Server, host: Host):
    browser = Browser()
    back = browser.consent(host, slack.workspace)
    assert browser.get(back).status == 200

    again = browser.get(back)

    assert again.status == 400
    assert "used already" in again.text
    assert again.link == "/slack/install"


def test_a_way_back_is_no_good_in_another_browser_and_stays_good_in_its_own(
    slack: Server, host: Host, briefbot: Briefbot
):
    browser, other = Browser(), Browser()
    back = browser.consent(host, slack.workspace)
    other.get(f"{host.address}/slack/install")

    for stranger in (other, Browser()):
        stolen = stranger.get(back)
        assert stolen.status == 403
        assert "another browser" in stolen.text
    assert stored(briefbot) == {}
    assert browser.get(back).status == 200


def test_a_way_back_is_no_good_after_ten_minutes(slack: Server, briefbot: Briefbot):
    passed = datetime.timedelta()

    with hosted(open_to_all(briefbot, slack), slack, now=lambda: utc_now() + passed) as host:
        browser = Browser()
        back = browser.consent(host, slack.workspace)
        passed = datetime.timedelta(minutes=10)
        late = browser.get(back)

    assert late.status == 410
    assert "ten minutes" in late.text
    assert stored(briefbot) == {}


def test_who_says_no_is_told_that_nothing_was_installed(slack: Server, host: Host, briefbot: Briefbot):
    slack.workspace.consents = False

    page = Browser().install(host, slack.workspace)

    assert page.status == 403
    assert "Nothing was installed" in page.text
    assert page.link == "/slack/install"
    assert stored(briefbot) == {}


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        (Fault("drop", "oauth.v2.access"), 502, "Slack does not answer"),
        (Fault("500", "oauth.v2.access"), 502, "Slack"),
        (Fault("429", "oauth.v2.access"), 503, "asks to wait"),
    ],
)
def test_a_slack_that_is_away_leaves_nothing_behind(
    slack: Server, host: Host, briefbot: Briefbot, fault: Fault, status: int, told: str
):
    browser = Browser()
    slack.faults.append(fault)

    page = browser.install(host, slack.workspace)

    assert page.status == status
    assert told in page.text
    assert stored(briefbot) == {}
    assert browser.install(host, slack.workspace).status == 200


def test_what_is_no_use_without_a_scope_is_not_installed(slack: Server, host: Host, briefbot: Briefbot):
    browser = Browser()
    link = browser.get(f"{host.address}/slack/install").link.replace("chat%3Awrite%2C", "")

    page = browser.get(f"{link}&team=T0LOCAL")

    assert page.status == 400
    assert "did not grant chat:write" in page.text
    assert stored(briefbot) == {}


def test_a_code_that_slack_does_not_know_is_told(slack: Server, host: Host, briefbot: Briefbot):
    browser = Browser()

    page = browser.get(f"{browser.consent(host, slack.workspace)}9")

    assert page.status == 400
    assert "came too late" in page.text
    assert stored(briefbot) == {}


def test_tokens_that_rotate_are_not_taken(slack: Server, host: Host, briefbot: Briefbot):
    slack.workspace.rotates_tokens = True

    page = Browser().install(host, slack.workspace)

    assert page.status == 500
    assert "token rotation" in page.text
    assert stored(briefbot) == {}


def test_a_wrong_secret_is_for_who_runs_it(slack: Server, host: Host):
    slack.workspace.client_secret = "changed"  # noqa: S105

    page = Browser().install(host, slack.workspace)

    assert page.status == 500
    assert "check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET" in page.text


def test_a_store_that_fails_is_told_plainly(slack: Server, host: Host, briefbot: Briefbot):
    browser = Browser()
    back = browser.consent(host, slack.workspace)
    with briefbot.database.writing() as connection:
        connection.execute(sa.text("DROP TABLE install_state"))

    for page in (browser.get(f"{host.address}/slack/install"), browser.get(back)):
        assert page.status == 503
        assert "cannot reach its store" in page.text
        assert page.link == "/slack/install"


@pytest.mark.parametrize(
    "told", ["", "?", "?state=", "?code=x", "?state=%00&code=%ff", "?error=<script>&state=é"]
)
def test_what_slack_never_sends_is_refused(host: Host, told: str):
    page = Browser().get(f"{host.address}/slack/oauth_redirect{told}")

    assert page.status == 400
    assert "<script>" not in page.text


def test_two_workspaces_each_hear_by_their_own_token(
    slack: Server, host: Host, briefbot: Briefbot, write: Write
):
    for workspace in slack.workspaces:
        assert Browser().install(host, workspace).status == 200
        assert ask(slack, host, workspace, 'subscribe "turbines"').status == 200
    first, second = slack.workspaces

    arrive(briefbot, write, "tides.md", "# Tides\n\nThe turbines of Saltmouth feed two thousand homes.\n")
    host.tick()

    eventually(lambda: [len(heard(workspace)) for workspace in (first, second)] == [1, 1])
    second.is_installed = False  # Its token alone is refused now.
    arrive(briefbot, write, "more.md", "# More\n\nMore turbines stand in the harbour of Saltmouth now.\n")
    host.tick()
    eventually(lambda: [len(heard(workspace)) for workspace in (first, second)] == [2, 1])


@pytest.mark.parametrize("events", BOTH_WAYS)
def test_who_removes_it_hears_nothing_more_and_finds_all_again_after_installing_it_anew(
    slack: Server, host: Host, briefbot: Briefbot, write: Write, events: tuple[str, str]
):
    first, second = slack.workspaces
    for workspace in slack.workspaces:
        Browser().install(host, workspace)
        ask(slack, host, workspace, 'subscribe "turbines"')

    slack.run(host.people(first).uninstall(events=events * 2))
    arrive(briefbot, write, "tides.md", "# Tides\n\nThe turbines of Saltmouth feed two thousand homes.\n")
    host.tick()

    assert list(stored(briefbot)) == ["T0OTHER"]
    eventually(lambda: len(heard(second)) == 1)
    assert heard(first) == []
    assert "not installed" in ask(slack, host, first, "barley").answer["text"]
    before = first.bot_token
    assert Browser().install(host, first).status == 200
    assert first.bot_token != before
    eventually(lambda: (len(heard(first)), len(heard(second))) == (1, 1))
    assert "turbines" in ask(slack, host, first, "subscriptions").answer["text"]


def test_who_installs_it_anew_before_word_of_an_uninstall_came_is_sent_to_by_the_new_token(
    slack: Server, host: Host, briefbot: Briefbot, write: Write
):
    workspace = slack.workspace
    Browser().install(host, workspace)
    ask(slack, host, workspace, 'subscribe "turbines"')
    host.tick()
    before = workspace.bot_token
    workspace.uninstall()
    arrive(briefbot, write, "tides.md", "# Tides\n\nThe turbines of Saltmouth feed two thousand homes.\n")
    host.tick()
    eventually(lambda: "the app was uninstalled" in str(Overview(briefbot.database).listed(limit=9)))

    Browser().install(host, workspace)

    assert workspace.bot_token != before
    host.tick()
    eventually(lambda: len(heard(workspace)) == 1)


def test_word_of_an_uninstall_that_comes_after_a_reinstall_changes_nothing(
    slack: Server, host: Host, briefbot: Briefbot
):
    Browser().install(host, slack.workspace)
    told = {"type": "app_uninstalled"}

    slack.run(host.people(slack.workspace).event(told, at=slack.workspace.now() - 2))
    assert list(stored(briefbot)) == ["T0LOCAL"]

    slack.run(host.people(slack.workspace).event(told))
    assert stored(briefbot) == {}


def test_tokens_of_people_are_none_of_ours(slack: Server, host: Host, briefbot: Briefbot):
    Browser().install(host, slack.workspace)

    for tokens in ({"oauth": ["U0ANNA"]}, {"oauth": ["U0ANNA"], "bot": []}, {}, None, "U0BOT"):
        told = {"type": "tokens_revoked", "tokens": tokens}
        assert slack.run(host.people(slack.workspace).event(told)).status == 200

    assert list(stored(briefbot)) == ["T0LOCAL"]


def test_an_organization_installs_it_for_all_its_workspaces(
    slack: Server, host: Host, briefbot: Briefbot, write: Write
):
    first, second = slack.workspaces
    second.bot_token = first.bot_token
    for workspace in slack.workspaces:
        workspace.enterprise, workspace.is_org_wide, workspace.is_installed = "E0ORG", True, True

    bela = second.add_user("bela")  # Ids are unique in an organization.
    direct = second.direct(bela).id

    assert "Local Organization" in Browser().install(host, first).text
    ask(slack, host, first, 'subscribe "turbines"')
    told = slack.run(host.people(second).command('subscribe "turbines"', user=bela.id, channel=direct))
    assert "turbines" in told.answer["text"]
    assert list(stored(briefbot)) == ["E0ORG"]
    arrive(briefbot, write, "tides.md", "# Tides\n\nThe turbines of Saltmouth feed two thousand homes.\n")
    host.tick()
    eventually(lambda: len(heard(first)) == len(second.visible(direct)) == 1)

    left = {"type": "team_access_revoked", "team_ids": ["T0OTHER"]}
    assert slack.run(host.people(first).event(left)).status == 200
    arrive(briefbot, write, "more.md", "# More\n\nMore turbines stand in the harbour of Saltmouth now.\n")
    host.tick()
    eventually(lambda: len(heard(first)) == 2)
    assert len(second.visible(direct)) == 1

    slack.run(host.people(first).uninstall())
    assert stored(briefbot) == {}
    assert "not installed" in ask(slack, host, second, "barley").answer["text"]


def test_who_has_not_installed_it_is_told_kindly(slack: Server, host: Host):
    workspace = slack.workspace

    answer = ask(slack, host, workspace, "barley").answer
    click = {"type": "button", "action_id": "digest_post", "value": "x"}
    clicked = slack.run(host.people(workspace).click(click, user="U0ANNA", channel="C0POLICY", ts="1.1"))

    check(answer)
    assert answer["response_type"] == "ephemeral"
    assert "/slack/install" in answer["text"]
    assert clicked.status == 200
    assert "/slack/install" in workspace.visible("C0POLICY", user="U0ANNA")[-1].text


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", count)
    yield statements
    sa.event.remove(database.engine, "before_cursor_execute", count)


def test_an_authorization_is_read_once_a_minute_and_costs_slack_nothing(
    slack: Server, host: Host, briefbot: Briefbot
):
    Browser().install(host, slack.workspace)
    ask(slack, host, slack.workspace, "barley")
    slack.is_away = True  # Whatever calls it fails.

    with counted(briefbot.database) as statements:
        for _ in range(20):
            assert ask(slack, host, slack.workspace, "barley").answer["text"].startswith("1 passage")

    assert not [one for one in statements if "installation" in one]


def test_what_is_uninstalled_while_it_is_read_is_not_remembered(database: Database):
    keys, forgets = Keys([KEY]), list[Installed]()

    class Reading(Installations):
        def find(
            self, workspace: str, enterprise: str = "", *, is_org_wide: bool = False
        ) -> Installation | None:
            found = super().find(workspace, enterprise, is_org_wide=is_org_wide)
            for installed in forgets:
                self.remove(workspace, until=NOW)
                installed.forget(workspace)
            return found

    installations = Reading(database)
    installations.put(
        Installation("T1", None, "One", "U1", "commands", "U2", NOW, keys.seal("xoxb-1", owner="T1"))
    )
    installed = Installed(installations, keys)
    forgets.append(installed)

    assert asyncio.run(installed.find("T1")).bot_token == "xoxb-1"  # noqa: S105
    with pytest.raises(NotInstalledError):
        asyncio.run(installed.find("T1"))


def test_what_is_remembered_lasts_a_minute_and_has_an_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.slack.installed.MOST", 2)
    seconds, keys, installations = 0.0, Keys([KEY]), Installations(database)
    for owner in ("T1", "T2", "T3"):
        sealed = keys.seal(f"xoxb-{owner}", owner=owner)
        installations.put(Installation(owner, None, owner, "U1", "commands", "U2", NOW, sealed))
    installed = Installed(installations, keys, now=lambda: seconds)

    def reads(owner: str) -> bool:
        with counted(database) as statements:
            asyncio.run(installed.find(owner))
        return any("installation" in statement for statement in statements)

    assert [reads(owner) for owner in ("T1", "T1", "T2", "T3", "T3", "T1")] == [
        True, False, True, True, False, True,
    ]  # fmt: skip
    seconds = 59.0
    assert not reads("T1")
    seconds = 61.0
    assert reads("T1")


def test_a_new_key_takes_over_while_it_runs(slack: Server, briefbot: Briefbot, run: Run, tmp_path: Path):
    with hosted(open_to_all(briefbot, slack), slack) as host:
        Browser().install(host, slack.workspace)
    token = slack.workspace.bot_token
    [before] = stored(briefbot).values()
    # Another process reads it: closing SQLite's file here would let go of the locks on it.
    assert subprocess.run(["grep", "-rqa", token, tmp_path / "data"], check=False).returncode == 1

    new = {**OAUTH, "BRIEFBOT_KEY": f"{NEWER},{KEY}"}
    assert "run python -m bot keys before an old key goes" in run("doctor", environment=new).stdout

    done = run("keys", environment=new)

    assert done.returncode == 0
    assert "ok  installations: 1, 1 sealed with the newest key" in run("doctor", environment=new).stdout
    assert done.stderr == "1 of 1 tokens are sealed with the newest key\n"
    [after] = stored(briefbot).values()
    assert after.sealed_token != before.sealed_token
    assert Keys([NEWER]).open(after.sealed_token, owner="T0LOCAL") == token
    with pytest.raises(SealError):
        Keys([KEY]).open(after.sealed_token, owner="T0LOCAL")
    with hosted(open_to_all(briefbot, slack, NEWER), slack) as host:
        assert "barley" in ask(slack, host, slack.workspace, "barley").answer["text"]


def test_a_wrong_key_is_told_to_who_asks_and_to_who_runs_it(
    slack: Server, briefbot: Briefbot, run: Run, caplog: pytest.LogCaptureFixture
):
    with hosted(open_to_all(briefbot, slack), slack) as host:
        Browser().install(host, slack.workspace)

    with hosted(open_to_all(briefbot, slack, NEWER), slack) as host, caplog.at_level(logging.WARNING):
        answer = ask(slack, host, slack.workspace, "barley").answer
        host.tick()

    assert "BRIEFBOT_KEY lacks the key" in answer["text"]
    assert "nothing is sent to T0LOCAL" in caplog.text
    assert slack.workspace.bot_token not in caplog.text
    done = run("keys", environment={"BRIEFBOT_KEY": NEWER})
    assert done.returncode == 1
    assert "T0LOCAL: no key of BRIEFBOT_KEY opens its token" in done.stderr


def test_a_token_is_sealed_for_its_owner_alone():
    keys = Keys([KEY])
    sealed = keys.seal("xoxb-1", owner="T1")

    assert keys.open(sealed, owner="T1") == "xoxb-1"
    with pytest.raises(SealError):
        keys.open(sealed, owner="T2")


def test_a_seal_from_before_a_reinstall_does_not_come_back(database: Database):
    installations, old, new = Installations(database), Keys([KEY]), Keys([NEWER, KEY])
    known = Installation("T1", None, "One", "U1", "commands", "U2", NOW, old.seal("xoxb-1", owner="T1"))
    installations.put(known)
    installations.put(
        Installation("T1", None, "One", "U1", "commands", "U2", NOW, old.seal("xoxb-2", owner="T1"))
    )

    installations.reseal(known, new.seal("xoxb-1", owner="T1"))
    assert seal_again(installations, new).sealed == 1

    [kept] = installations.all()
    assert new.open(kept.sealed_token, owner="T1") == "xoxb-2"
    assert new.is_newest(kept.sealed_token)


def test_a_workspaces_own_installation_goes_before_its_organizations(database: Database):
    installations = Installations(database)
    for owner in ("T1", "E1"):
        installations.put(Installation(owner, "E1", owner, "U1", "commands", "U2", NOW, f"sealed {owner}"))

    def owner(*asked: str, **how: bool) -> str | None:
        found = installations.find(*asked, **how)
        return found.owner if found else None

    assert owner("T1", "E1") == "T1"
    assert owner("T1", "E1", is_org_wide=True) == "E1"
    assert owner("T2") is None
    assert owner("T2", "E1") == "E1"
    assert owner("T2") == "E1", "it is known by now"
    assert {at: one.owner for at, one in installations.by_workspace().items()} == {"T1": "T1", "T2": "E1"}


def test_of_many_who_bring_a_state_at_once_one_gets_in(database: Database):
    states = InstallStates(database)
    state = states.issue("browser", now=NOW)

    async def all_at_once() -> list[Spent]:
        return await asyncio.gather(
            *(asyncio.to_thread(states.spend, state, "browser", now=NOW) for _ in range(8))
        )

    assert sorted(spent.value for spent in asyncio.run(all_at_once())) == ["good"] + ["unknown"] * 7


def test_states_are_kept_hashed_and_not_without_end(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.store.install_states.MOST", 5)
    states = InstallStates(database)
    issued = [states.issue("browser", now=NOW + datetime.timedelta(seconds=n)) for n in range(8)]

    with database.reading() as connection:
        rows = connection.execute(sa.text("SELECT state, browser FROM install_state")).all()

    assert MOST == 10_000
    assert len(rows) == 5
    assert not {value for row in rows for value in row} & {*issued, "browser"}
    later = NOW + datetime.timedelta(seconds=9)
    assert states.spend(issued[0], "browser", now=later) is Spent.UNKNOWN
    assert states.spend(issued[7], "browser", now=later) is Spent.GOOD


def test_a_process_of_its_own_lets_workspaces_install_it_and_keeps_no_token_in_plain(
    slack: Server, data: Path, tmp_path: Path
):
    first, home = slack.workspace, tmp_path / "home"
    home.mkdir()
    secrets = {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": first.client_id,
        "SLACK_CLIENT_SECRET": first.client_secret,
        "SLACK_SIGNING_SECRET": first.signing_secret,
        "BRIEFBOT_KEY": KEY,
    }
    with serving(slack, data, HOME=str(home), **secrets) as (address, process):
        first.redirect_urls = [f"{address}/slack/oauth_redirect"]
        browser = Browser()
        link = browser.get(f"{address}/slack/install").link

        assert "Briefbot is installed in Local" in browser.get(f"{link}&team={first.team}").text
        people = People(first, by_http(first, f"{address}/slack/events"), address=slack.address)
        asked = people.command("barley", user="U0ANNA", channel="C0POLICY")
        assert slack.run(asked).answer["text"].startswith("1 passage on barley")
        slack.run(people.uninstall())
        asked = people.command("barley", user="U0ANNA", channel="C0POLICY")
        assert "not installed" in slack.run(asked).answer["text"]
        process.terminate()
        _, logged = process.communicate(timeout=20)

    assert list(home.iterdir()) == []
    assert "installed in T0LOCAL" in logged
    assert "uninstalled from T0LOCAL" in logged
    for secret in (first.client_secret, first.bot_token, KEY, link.partition("state=")[2]):
        assert secret not in logged
    assert "Traceback" not in logged


OAUTH = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "hidden-secret",
    "SLACK_SIGNING_SECRET": "hidden-signing",
    "BRIEFBOT_KEY": KEY,
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set"),
        ({"BRIEFBOT_KEY": ""}, "BRIEFBOT_KEY: not set"),
        (
            {"SLACK_CLIENT_SECRET": "", "SLACK_SIGNING_SECRET": ""},
            "SLACK_CLIENT_SECRET, SLACK_SIGNING_SECRET: not set",
        ),
        ({"BRIEFBOT_KEY": f"{KEY},hidden-key"}, "BRIEFBOT_KEY: key number 2 is none"),
    ],
)
def test_what_is_unclear_is_told_before_anything_is_served(run: Run, changed: dict[str, str], told: str):
    done = run("serve", environment={**OAUTH, "PORT": str(free_port()), **changed})

    assert done.returncode == 1
    assert told in done.stderr
    assert "hidden" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("features: [telepathy]", "features: 'telepathy' is none"),
        (
            "digests: {weekly: {channels: [C024BE91L]}}",
            "digests.weekly.channels names channels of one workspace",
        ),
    ],
)
def test_settings_that_do_not_fit_many_workspaces_are_told(run: Run, write: Write, settings: str, told: str):
    own = {"PORT": str(free_port()), "BRIEFBOT_CONFIG": str(write("config.yml", settings))}
    done = run("serve", environment={**OAUTH, **own})

    assert done.returncode == 1
    assert told in done.stderr


def test_a_new_key_is_printed_and_is_one(run: Run):
    Keys([run("keys", "--new").stdout.strip()])
    assert "python -m bot keys --new" in run("keys").stderr
