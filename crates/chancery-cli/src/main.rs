//! The command line: flags in, the pipeline's rows out.
fn main() {}
