"""Readers of electronic medical records and files exported from them."""
