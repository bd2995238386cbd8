//! Time expressions, and the dates they mean.
