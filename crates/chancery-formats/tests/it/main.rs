//! Archives made here, read through the public interface.

mod addresses;
mod archives;
mod bad_input;
mod make;
mod notes;
mod properties;
mod records;
mod tables;
mod warc;
