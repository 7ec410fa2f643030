"""The ledger as operators read it in a terminal."""

from collections.abc import Mapping, Sequence

from digests.overview import Listed

STATES = ("due", "sending", "sent", "merged", "empty", "blocked", "left")


def report(counts: Mapping[str, int], listed: Sequence[Listed]) -> str:
    """Return the number of deliveries in each state, and a line for each of *listed*."""
    lines = [f"deliveries: {summary(counts)}"]
    for one in listed:
        due = f"{one.due_at:%Y-%m-%d %H:%M}Z"
        reason = f"  {one.reason}" if one.reason else ""
        lines.append(f"{one.id}  {due}  {one.audience:<11}  {one.what:<20}  {one.state:<8}{reason}".rstrip())
    return "\n".join(lines)


def summary(counts: Mapping[str, int]) -> str:
    """Return the number of deliveries in each state, in a line."""
    return ", ".join(f"{counts[state]} {state}" for state in STATES if counts.get(state)) or "none yet"
