//! A phrase alone, with a context: `chancery actors resolve`.
