//! The procedural macro behind `migrate_runtime::embed_migrations!`: it reads its arguments, asks
//! `migrate-files` for the directory's migrations and prints them as a `static`, or prints what is
//! wrong. Use it through `migrate-runtime`, which documents it.

mod arguments;
mod expand;

use proc_macro::TokenStream;

/// Expands `[path of migrate_runtime] arguments…`. The path comes first so that the generated code
/// finds the crate whatever the application calls it.
#[doc(hidden)]
#[proc_macro]
pub fn expand(input: TokenStream) -> TokenStream {
    syn::parse(input)
        .and_then(|arguments| expand::migrations(&arguments))
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
