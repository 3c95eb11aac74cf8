"""Delimited files (CSV and its relatives): opened, their columns mapped, their rows read."""

from __future__ import annotations

from reactivate_desktop.emr.csv_files.checking import CheckedCells, CheckingReader
from reactivate_desktop.emr.csv_files.fields import FIELDS, NEEDED
from reactivate_desktop.emr.csv_files.files import CsvFile, open_csv
from reactivate_desktop.emr.csv_files.mapping import (
    ORDERS,
    ColumnMapping,
    check_mapping,
    guess_mapping,
    with_choices,
)
from reactivate_desktop.emr.csv_files.orders import DatesUndecided, OrderDoubt, settle_dates, settle_or_guess
from reactivate_desktop.emr.csv_files.reader import read_csv
from reactivate_desktop.emr.csv_files.records import Ragged

__all__ = [
    "FIELDS",
    "NEEDED",
    "ORDERS",
    "CheckedCells",
    "CheckingReader",
    "ColumnMapping",
    "CsvFile",
    "DatesUndecided",
    "OrderDoubt",
    "Ragged",
    "check_mapping",
    "guess_mapping",
    "open_csv",
    "read_csv",
    "settle_dates",
    "settle_or_guess",
    "with_choices",
]
