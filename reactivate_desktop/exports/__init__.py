"""Rows to CSV, XLSX and PDF."""
