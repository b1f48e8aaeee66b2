//! Rebuilds the example when a migration is added.

fn main() {
    // A macro cannot watch a directory: this makes a new migration rebuild the crate.
    println!("cargo::rerun-if-changed=../../migrations");
}
