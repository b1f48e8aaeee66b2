//! Any bytes as a directory: file names and contents in turn, each ended by a zero byte.
//!
//! `cargo +nightly fuzz run listing`
#![no_main]

#[path = "../../migrate-files/tests/support/mod.rs"]
mod support;

use libfuzzer_sys::fuzz_target;
use migrate_files::File;

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.split(|byte| *byte == 0);
    let mut files: Vec<File> = Vec::new();
    while let (Some(name), Some(contents)) = (parts.next(), parts.next()) {
        let name = String::from_utf8_lossy(name).into_owned();
        // A directory has each name once.
        if files.iter().all(|file| file.name != name) {
            files.push(File::new(name, contents));
        }
    }
    support::check(&files);
});
