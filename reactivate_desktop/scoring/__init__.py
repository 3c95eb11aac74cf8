"""Pure functions from visit history to scores, factors and figures."""
