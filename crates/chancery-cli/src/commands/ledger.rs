//! `chancery read`, `serve`, `events`, `search`, `export`: the ledger.
