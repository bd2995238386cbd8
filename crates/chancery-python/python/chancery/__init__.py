"""Reads political pages: who did what to whom, when, where, whether it happened, and who says so.

    >>> import chancery
    >>> coded = chancery.code("Putin visited Beijing on Tuesday.", date="2026-03-04")
    >>> coded.events["type"], coded.events["date"]
    (['CONSULT'], ['2026-03-03'])

Tables are Arrow's: ``polars.DataFrame(table)``, ``pyarrow.table(table)`` and ``pandas.DataFrame.from_arrow(table)`` take
them without copying. A report is one sentence's telling; an event is what is told.
``chancery.spark`` codes and joins on a cluster.
"""

from ._chancery import ChanceryError, Coded, CodedFiles, Ledger, Table, __version__, code, code_files, parse, tables

__all__ = [
    "ChanceryError",
    "Coded",
    "CodedFiles",
    "Ledger",
    "Table",
    "__version__",
    "code",
    "code_files",
    "parse",
    "tables",
]
