"""Columns and indexes of tables that others use meanwhile.

A step that builds an index may begin anew, as all before it in the step is committed by then: it comes after
columns that are added here, and before all else.
"""

import sqlalchemy as sa
from alembic import op

WAIT = "10min"
"""How long the building of an index waits for transactions that are older than it; nobody waits for it."""


def add_column(table: str, column: sa.Column[object]) -> None:
    """Add *column*, which is nullable or has a default of the server's."""
    op.add_column(table, column, if_not_exists=_is_shared() or None)


def add_index(name: str, table: str, columns: list[str]) -> None:
    """Build an index while others read and write."""
    if not _is_shared():
        op.create_index(name, table, columns)
        return
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        wait = connection.scalar(sa.text("SHOW lock_timeout"))
        op.execute(f"SET lock_timeout = '{WAIT}'")
        is_valid = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
        if connection.scalar(is_valid, {"name": name}) is False:  # Of one that was killed.
            op.drop_index(name, table, postgresql_concurrently=True)
        op.create_index(name, table, columns, if_not_exists=True, postgresql_concurrently=True)
        op.execute(f"SET lock_timeout = '{wait}'")


def _is_shared() -> bool:
    """Tell whether others use the store meanwhile, and steps are transactions of their own."""
    return bool(op.get_context().opts["transaction_per_migration"])
