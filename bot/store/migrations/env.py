"""Alembic's entry: runs the steps on the connection that it is given.

In its transaction, if it is in one; else each step has its own.
"""

from alembic import context

attributes = context.config.attributes
context.configure(connection=attributes["connection"], transaction_per_migration=not attributes["is_alone"])
with context.begin_transaction():
    context.run_migrations()
