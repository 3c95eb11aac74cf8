"""Use cases: role check, one transaction, audit row; the only door for window, jobs and console."""
