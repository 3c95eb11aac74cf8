"""Pieces that every screen is made of: they know tokens and words, and nothing of patients or services."""
