"""Tables as SQLAlchemy classes, one file per group of the schema."""
