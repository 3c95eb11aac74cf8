"""The import wizard of the patients tab: file, columns, duplicates, review, import."""
