"""Feeds, pages, sitemaps and folders that are looked at again and again, and what they held."""
