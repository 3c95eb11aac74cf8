"""Builds every service once for the window, the console and the jobs: the only place that wires."""
