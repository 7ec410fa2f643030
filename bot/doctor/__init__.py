"""What stands in the way: each part is looked at, and each finding is ok or says what to do next."""
