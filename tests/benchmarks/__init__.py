"""Benchmarks of the program: each side measured in the same run as the limit it is compared with."""
