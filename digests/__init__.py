"""Briefbot sends: subscriptions, scheduled digests and the ledger of their deliveries.

`digests` may import `bot`; within `bot`, only the wiring imports `digests`.
"""
