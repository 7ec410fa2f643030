"""Briefbot answers: documents become excerpts, and a question gets the passages word for word."""

import os

# NumPy multiplies small matrices here, between waits: threads of its own would cost more than they save,
# and stand in the way of those that answer. It reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
