//! The static that it is about has its own name, and the first migrations may be left alone.

#![deny(deprecated)]

mod billing {
    compile_tests::embed_migrations!(pub static BILLING = "fixtures/lints", lint_from = 3);
}

fn main() {}
