"""The settings of a clinic, page by page."""
