//! The macro's output means what it says whatever the crate calls its own items.

#![no_implicit_prelude]

extern crate compile_tests;

mod core {}
#[allow(dead_code)]
struct Migration;
#[allow(dead_code)]
struct Option;
#[allow(dead_code)]
enum Never {
    Some,
    None,
}
#[allow(unused_imports)]
use Never::{None, Some};
#[allow(non_camel_case_types, dead_code)]
type u8 = ();
#[allow(unused_macros)]
macro_rules! concat {
    () => {};
}

::compile_tests::embed_migrations!("fixtures/directives");

fn main() {
    ::std::assert_eq!(MIGRATIONS.table(), "_sbl_migrations");
}
