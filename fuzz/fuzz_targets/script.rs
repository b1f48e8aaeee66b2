//! Any bytes as an up script, with a down script that is sound.
//!
//! `cargo +nightly fuzz run script -- -dict=surrealql.dict`
#![no_main]

#[path = "../../migrate-files/tests/support/mod.rs"]
mod support;

use libfuzzer_sys::fuzz_target;
use migrate_files::File;

fuzz_target!(|bytes: &[u8]| {
    support::check(&[
        File::new("1.surql", bytes),
        File::new("1_down.surql", b"-- There is nothing to take back."),
    ]);
});
