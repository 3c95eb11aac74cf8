"""The patients: search, record, import, duplicates."""
