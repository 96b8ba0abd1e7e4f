//! The roof: hands the arguments to the command line and returns its exit status.

fn main() {}
