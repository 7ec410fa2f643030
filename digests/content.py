"""What deliveries say, and what audiences were told, in the store: the SQL within a step's transaction."""

from collections.abc import Sequence

import sqlalchemy as sa

from digests.delivery import OPEN, Content, Delivery
from digests.tables import delivery, part, theme, told


def has_begun() -> sa.ColumnElement[bool]:
    """Match deliveries of which a part was posted, or may have been."""
    touched = part.c.doubt_since.is_not(None) | part.c.ts.is_not(None)
    return sa.select(sa.literal(1)).where(part.c.delivery_id == delivery.c.id, touched).exists()


def has_words() -> sa.ColumnElement[bool]:
    """Match deliveries of which it is kept what they say."""
    return sa.select(sa.literal(1)).where(part.c.delivery_id == delivery.c.id).exists()


def forget_content(connection: sa.Connection, delivery_ids: Sequence[str]) -> None:
    """Take back what deliveries were to say, of which nothing was posted: others may tell it."""
    connection.execute(told.delete().where(told.c.delivery_id.in_(delivery_ids)))
    connection.execute(theme.delete().where(theme.c.delivery_id.in_(delivery_ids)))
    connection.execute(part.delete().where(part.c.delivery_id.in_(delivery_ids)))


def choose_anew(connection: sa.Connection, schedule_ids: Sequence[str]) -> None:
    """Let what was chosen for schedules, and of which nothing was posted, be chosen again."""
    chosen = delivery.c.schedule_id.in_(schedule_ids) & delivery.c.is_chosen & ~has_begun()
    waiting = sa.select(delivery.c.id).where(chosen, delivery.c.state.in_(OPEN)).with_for_update()
    if ids := list(connection.scalars(waiting)):
        forget_content(connection, ids)
        # Who holds one of them has its claim no more.
        anew = {"is_chosen": False, "attempt": delivery.c.attempt + 1, "state": "due", "lease_until": None}
        connection.execute(delivery.update().where(delivery.c.id.in_(ids)).values(**anew))


def lock_audience(connection: sa.Connection, workspace: str, audience: str) -> None:
    """Let one at a time change what an audience has and is told. (SQLite's writers wait anyway.)"""
    if connection.dialect.name == "postgresql":
        key = sa.func.hashtext(f"{workspace} {audience}")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def told_among(connection: sa.Connection, workspace: str, audience: str, hashes: Sequence[str]) -> set[str]:
    """Return those of *hashes* whose text an audience was told."""
    known: set[str] = set()
    for start in range(0, len(hashes), 500):
        some = list(hashes[start : start + 500])
        wanted = sa.select(told.c.text_hash).where(
            told.c.workspace == workspace, told.c.audience == audience, told.c.text_hash.in_(some)
        )
        known |= set(connection.scalars(wanted))
    return known


def write_content(connection: sa.Connection, claim: Delivery, content: Content) -> None:
    """Store the parts of what a delivery says, and that its audience is told it."""
    plan = claim.schedule.plan
    if content.messages:
        parts = [
            {"delivery_id": claim.id, "number": number, "message": message, "sweeps": 0}
            for number, message in enumerate(content.messages, start=1)
        ]
        connection.execute(part.insert(), parts)
    if content.shows:
        whose = {"workspace": plan.workspace, "audience": plan.audience, "delivery_id": claim.id}
        connection.execute(
            told.insert(),
            [{**whose, "text_hash": text, "excerpt_id": excerpt} for text, excerpt in content.shows],
        )
    if content.themes:
        connection.execute(
            theme.insert(),
            [
                {"delivery_id": claim.id, "name": name, "evidence": evidence}
                for name, evidence in content.themes.items()
            ],
        )
