//! Reports of one thing that happened, joined.
