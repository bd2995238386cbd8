//! The ledger: one SQLite file that keeps documents, reports, events, quotes and the run that made them.
