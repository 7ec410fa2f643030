"""Where a process may die in the ledger's protocol, and what guards it: both are tried by name."""

from collections.abc import Callable, Mapping

At = Callable[[str], None]
"""Called with the name of each point at which a process may die."""


def go_on(_point: str) -> None:
    """Do not die."""


POINTS: Mapping[str, str] = {
    "due": "a slot was found to be due, nothing is written",
    "planning": "within the transaction that owes it",
    "planned": "it is owed",
    "claimed": "someone holds its lease, nothing is chosen",
    "filling": "within the transaction that stores what it says",
    "filled": "what it says is stored",
    "doubted": "a part in doubt is about to be looked up",
    "looked": "a part in doubt was looked up, nothing is written",
    "intending": "there is time left to post, the intent is not written",
    "intended": "the intent to post is written, the call is not made",
    "accepted": "Slack has answered, nothing is written",
    "recording": "within the transaction that records the answer",
    "recorded": "one part is recorded, the next is to come",
    "finishing": "all parts are recorded, the delivery is not",
    "sweeping": "a second message was found, it still stands",
    "swept": "the second message is deleted, nothing is written",
}
"""Where a process may die; each is tried."""

GUARDS: Mapping[str, str] = {
    "fence": "what an older attempt intends is refused",
    "intent": "the intent to post is committed before the call",
    "settle": "a doubt is looked up only when Slack has had time to settle it",
    "unique": "one delivery a slot, by a unique key",
    "retries": "the client that posts repeats nothing by itself",
}
"""What each guard prevents is shown by taking it away."""
