//! The web page and the HTTP interface over a ledger.
