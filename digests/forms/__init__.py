"""The forms that subscribe and schedule digests."""
