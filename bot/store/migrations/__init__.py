"""The schema's history, one file a step. A step imports no table modules: they change, it does not."""
