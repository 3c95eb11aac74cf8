"""A believable synthetic clinic: pure generation, no database."""
