//! From a directory to a set of migrations, or to everything that is wrong with it: [`source`] reads
//! and checks each file by itself, [`numbering`] looks at the versions, [`roles`] and
//! [`pairing`] put the up and down scripts together. None of them stops at the first problem.

mod numbering;
mod pairing;
mod read;
mod roles;
mod source;

pub use read::{read_directory, read_files};
