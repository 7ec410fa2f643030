"""From files to documents and excerpts: readers, cleaning, splitting, topics, ingest."""
