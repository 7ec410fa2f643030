"""Briefbot answers: documents become excerpts, and a question gets the passages word for word."""
