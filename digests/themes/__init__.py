"""The themes of a week: what is told of more than usual, and the passages that say it best."""
