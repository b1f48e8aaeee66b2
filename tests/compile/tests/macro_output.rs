//! What the macro refuses, in its own words, and what it must not refuse.
//!
//! Each file below `cases` is a crate that calls the macro. One that must not compile has its
//! `.stderr` beside it; `TRYBUILD=overwrite cargo test -p compile-tests` writes them anew.

mod support;

use std::fs;
use std::path::Path;
use std::sync::Once;

use trybuild::TestCases;

#[test]
fn every_mistake_is_a_compile_error() {
    cases().compile_fail("cases/errors/*/*.rs");
}

/// Apart from the others: these are run, each by itself, while those are checked all in one go.
#[test]
fn what_only_looks_dangerous_compiles() {
    cases().pass("cases/pass/*.rs");
}

/// Puts a fresh copy of `fixtures` beside the `Cargo.toml` of the crate that `trybuild` generates:
/// the macro reads paths from there, and `trybuild` copies nothing.
fn cases() -> TestCases {
    static COPIED: Once = Once::new();
    COPIED.call_once(|| {
        let project = support::trybuild_directory().join(env!("CARGO_PKG_NAME"));
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        copy_directory(&fixtures, &project.join("fixtures"));
    });
    TestCases::new()
}

/// Makes `to` a copy of `from`, with nothing left of what was there before.
fn copy_directory(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).expect("an old copy can be removed");
    }
    fs::create_dir_all(to).expect("a directory can be made");
    for entry in fs::read_dir(from).expect("the directory is there") {
        let from = entry.expect("it can be listed").path();
        let to = to.join(from.file_name().expect("an entry has a name"));
        if from.is_dir() {
            copy_directory(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file can be copied");
        }
    }
}
