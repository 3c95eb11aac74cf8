"""Typed settings, secrets and logs: read once at start, passed down by constructor."""
