//! Any bytes as an up half, with a down half that is sound.
//!
//! `cargo +nightly fuzz run script -- -dict=surrealql.dict`
#![no_main]

#[path = "../../migrate-core/tests/support/mod.rs"]
mod support;

use libfuzzer_sys::fuzz_target;
use migrate_core::File;

fuzz_target!(|bytes: &[u8]| {
    let file = |name: &str, bytes: &[u8]| File {
        name: name.to_owned(),
        bytes: Ok(bytes.to_vec()),
    };
    support::check(&[
        file("1.surql", bytes),
        file("1_down.surql", b"-- There is nothing to take back."),
    ]);
});
