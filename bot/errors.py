"""What can go wrong and is no bug.

BotError               a text that is safe to show and says what to do
├── ConfigError        config.yml or the environment
├── StoreError         the database: damaged, full, read-only, out of reach
├── ReadError          a document that cannot be read
└── QueryError         a question that cannot be asked

Everything else is a bug: it rises to the one handler of the face it came through, is logged with its
traceback and answered with an apology.
"""


class BotError(Exception):
    """Something a person can put right; its text says how and never holds a secret."""


class ConfigError(BotError):
    """A setting is wrong: names the key, shows the value, says the fix."""


class StoreError(BotError):
    """The store cannot be read or written; nothing was half-written."""


class ReadError(BotError):
    """A document cannot be read; the others are not concerned."""


class QueryError(BotError):
    """A question cannot be asked as it stands."""
