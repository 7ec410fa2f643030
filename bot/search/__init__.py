"""From a question to passages: query, spelling, index, ranking."""
