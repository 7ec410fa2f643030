"""Which workspaces are sent to, by which token: that of SLACK_BOT_TOKEN, or all that installed the app."""

import logging
from collections.abc import Mapping

from slack_sdk.errors import SlackApiError
from slack_sdk.web.client import WebClient

from bot.slack.failures import SLACK_FAILS, cause
from bot.slack.keys import Keys, SealError
from bot.store.installations import Installations

log = logging.getLogger(__name__)


class OneWorkspace:
    """The workspace that a client's token is of."""

    def __init__(self, client: WebClient, token: str) -> None:
        self._client = client
        self._token = token
        self._workspace = ""

    def tokens(self) -> Mapping[str, str]:
        """Ask Slack which workspace it is; it is asked again with the next tick where it does not tell."""
        try:
            self._workspace = self._workspace or str(self._client.auth_test(token=self._token)["team_id"])
        except (SlackApiError, *SLACK_FAILS) as error:
            log.warning("nothing is sent yet: Slack does not tell whose the token is (%s)", cause(error))
            return {}
        return {self._workspace: self._token}


class InstalledWorkspaces:
    """Every workspace whose installation is in the store."""

    def __init__(self, installations: Installations, keys: Keys) -> None:
        self._installations = installations
        self._keys = keys

    def tokens(self) -> Mapping[str, str]:
        """Read them; one whose token cannot be opened is told, and left out."""
        tokens = {}
        for workspace, installation in self._installations.by_workspace().items():
            try:
                tokens[workspace] = self._keys.open(installation.sealed_token, owner=installation.owner)
            except SealError as error:
                log.warning("nothing is sent to %s: %s", workspace, error)
        return tokens
