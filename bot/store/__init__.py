"""The store: the database, its tables, and the library in it. The only truth; all else derives."""
