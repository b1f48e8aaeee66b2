//! What the macro writes is held to the lints of the crate around it.

#![deny(
    warnings,
    missing_docs,
    unused,
    dead_code,
    nonstandard_style,
    unsafe_code
)]
#![deny(
    unused_qualifications,
    unused_import_braces,
    unreachable_pub,
    missing_debug_implementations
)]
#![deny(clippy::all, clippy::pedantic)]

/// A set that everybody may see.
pub mod billing {
    compile_tests::embed_migrations!(pub static BILLING = "fixtures/both_styles");
}

compile_tests::embed_migrations!("fixtures/dangerous");

/// With something that is likely to hurt.
pub mod warned {
    #![allow(deprecated)]

    compile_tests::embed_migrations!(pub static LIKELY = "fixtures/lints");
}

fn main() {
    assert_eq!(MIGRATIONS.iter().chain(billing::BILLING.iter()).count(), 8);
}
