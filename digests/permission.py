"""Who may set up, change and stop what a channel gets."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.config import Roles
from bot.errors import BotError
from bot.slack.command import Ask
from bot.slack.members import Members
from digests.schedule import Setter, is_channel


@dataclass(frozen=True, slots=True)
class Permission:
    """Knows it, by `roles` of `config.yml` and who is an operator now."""

    roles: Roles
    members: Members
    command: str

    def allows(
        self, user: str, audience: str, set_up_by: Collection[Setter] = (), *, is_operator: bool
    ) -> bool:
        """Tell whether *user* may set up what *audience* is to get, or change what was *set_up_by* others."""
        if is_operator or self.roles.schedule == "everyone" or not is_channel(audience):
            return True
        return bool(set_up_by) and all(setter.id == user for setter in set_up_by)

    async def check(self, ask: Ask, audience: str, set_up_by: Collection[Setter] = ()) -> None:
        """Raise BotError, which says whom to ask, where *allows* says no to who asks."""
        if self.allows(ask.user, audience, set_up_by, is_operator=False):
            return
        if not await self.members.is_operator(ask.workspace, ask.user):
            raise BotError(
                "Here only operators set up what a channel gets, and change what others set up. Ask an admin"
                " of this workspace, or whoever runs Briefbot."
                f" {self.command} subscribe TOPIC, without here, sends it to you alone."
            )
