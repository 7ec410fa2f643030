"""Who is served: the one workspace of SLACK_BOT_TOKEN, or all that install the app by OAuth."""

from dataclasses import dataclass

from starlette.routing import Route

from bot.app import Briefbot
from bot.config import Config
from bot.errors import ConfigError
from bot.slack import answers
from bot.slack.blocks import Message
from bot.slack.installed import Installed
from bot.slack.installing import Installing
from bot.slack.keys import Keys
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH
from bot.store.install_states import InstallStates
from bot.store.installations import Installations
from digests.sending import Now, Sender, Sending
from digests.workspaces import InstalledWorkspaces, OneWorkspace


@dataclass(frozen=True, slots=True)
class Parts:
    """What differs between one workspace and many.

    `installed` is None for one, `sender` where no token is there to send with; `routes` are pages to install.
    """

    installed: Installed | None = None
    sender: Sender | None = None
    routes: tuple[Route, ...] = ()


def check(config: Config) -> None:
    """Raise ConfigError where it is not clear, or not possible, who is to be served."""
    slack = config.slack
    if not slack.is_by_oauth:
        return
    if slack.bot_token:
        raise ConfigError(
            "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: unset SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"
            " to serve the one workspace of the token, or SLACK_BOT_TOKEN for many that install the app"
        )
    wanted = {
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "BRIEFBOT_KEY": slack.keys,
    }
    if missing := [name for name, value in wanted.items() if not value]:
        raise ConfigError(
            f"{', '.join(missing)}: not set, and needed where workspaces install the app; Slack shows its own"
            " under Basic Information, and python -m bot keys --new prints a BRIEFBOT_KEY"
        )
    if config.digests.weekly.channels:
        raise ConfigError(
            "config.yml: digests.weekly.channels names channels of one workspace; where many install the app,"
            f" empty it and type {config.command} digest here in each channel"
        )


def parts_of(briefbot: Briefbot, sending: Sending, now: Now) -> Parts:
    """Return who is answered and sent to. Raises ConfigError where a key or a feature is none."""
    slack = briefbot.config.slack
    if slack.is_by_oauth:
        return _all_that_install(briefbot, sending, now)
    if not slack.bot_token:
        return Parts()
    own = OneWorkspace(sending.client(slack.bot_token), slack.bot_token)
    return Parts(sender=Sender(sending, own, now=now))


def _all_that_install(briefbot: Briefbot, sending: Sending, now: Now) -> Parts:
    keys, installations = Keys(briefbot.config.slack.keys), Installations(briefbot.database)
    installed = Installed(installations, keys)
    sender = Sender(sending, InstalledWorkspaces(installations, keys), now=now)
    states = InstallStates(briefbot.database)
    command = briefbot.config.command

    def greeting(workspace: str) -> Message:
        documents, passages = briefbot.searcher.size(workspace)
        examples = briefbot.searcher.examples(workspace)
        return answers.greeting(command, examples, documents=documents, passages=passages)

    pages = Installing(briefbot.config, states, installed, greeting=greeting, now=now, wake=sender.tick.wake)
    routes = (Route(INSTALL_PATH, pages.begin), Route(REDIRECT_PATH, pages.end))
    return Parts(installed, sender, routes)
