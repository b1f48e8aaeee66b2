//! Prints a set of migrations as a `static` with a constant initialiser.

use std::fmt::Write as _;
use std::path::Path;

use migrate_core::{
    Checksum, Directory, Execution, Migration, Problems, Script, Statement, read_directory,
};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Error, Result};

use crate::arguments::Arguments;

/// The static for a directory, or one error that shows everything that is wrong with it.
pub fn migrations(arguments: &Arguments) -> Result<TokenStream> {
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .ok_or_else(|| Error::new(arguments.path_span, "CARGO_MANIFEST_DIR is not set: only Cargo can build this"))?;
    let directory = Directory::new(Path::new(&root), &arguments.path);
    let migrations = read_directory(&directory)
        .map_err(|problems| Error::new(arguments.path_span, message(&directory, &problems)))?;
    Ok(print(arguments, &directory, &migrations))
}

/// All problems in one error: as errors of their own, each would be followed by the same line of
/// the crate's source.
fn message(directory: &Directory, problems: &Problems) -> String {
    match problems.iter().count() {
        1 => format!("{problems}\n"),
        count => format!("{count} problems in `{}`\n\n{problems}\n", directory.shown()),
    }
}

fn print(arguments: &Arguments, directory: &Directory, migrations: &[Migration]) -> TokenStream {
    let Arguments {
        runtime,
        visibility,
        name,
        path,
        table,
        ..
    } = arguments;
    let doc = doc(directory, migrations);
    let scripts = migrations
        .iter()
        .flat_map(|migration| [Some(&migration.up), migration.down.as_ref()])
        .flatten();
    let files = scripts.map(|script| tracked_path(path, script));
    let migrations = migrations.iter().map(print_migration);
    let directory = format!("/{path}");
    quote! {
        #[doc = #doc]
        #visibility static #name: #runtime::Migrations = {
            use #runtime::__private::{Migration, None, Some, Statement, migration, per_statement, script};
            // Makes the compiler watch each file: an edited, renamed or removed one is noticed.
            const _: &[&[::core::primitive::u8]] = &[
                #(::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #files))),*
            ];
            static SET: &[Migration] = &[#(#migrations),*];
            #runtime::__private::embedded(
                #table,
                SET,
                if ::core::cfg!(debug_assertions) {
                    Some(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #directory))
                } else {
                    None
                },
            )
        };
    }
}

/// The file's path behind the folder of `Cargo.toml`. It is written with the path as it was given,
/// which the compiler resolves as the reader did.
fn tracked_path(path: &str, script: &Script) -> String {
    let name = script.file.rsplit('/').next().unwrap_or(&script.file);
    format!("/{}/{name}", path.trim_end_matches('/'))
}

/// Calls of functions rather than struct literals: a third of the tokens, which are what an
/// expansion costs.
fn print_migration(migration: &Migration) -> TokenStream {
    let version = Literal::u32_unsuffixed(migration.version);
    let name = &*migration.name;
    let constructor = match migration.execution {
        Execution::Transaction => quote!(migration),
        Execution::PerStatement => quote!(per_statement),
    };
    let Checksum(checksum) = &migration.checksum;
    let checksum = Literal::byte_string(checksum);
    let up = print_script(&migration.up);
    let down = match &migration.down {
        Some(down) => {
            let down = print_script(down);
            quote!(Some(#down))
        }
        None => quote!(None),
    };
    quote!(#constructor(#version, #name, #checksum, #up, #down))
}

fn print_script(script: &Script) -> TokenStream {
    let (file, text) = (&*script.file, &*script.text);
    let statements = script.statements.iter().map(|Statement { start, end }| {
        let (start, end) = (Literal::u32_unsuffixed(*start), Literal::u32_unsuffixed(*end));
        quote!(Statement { start: #start, end: #end })
    });
    quote!(script(#file, #text, &[#(#statements),*]))
}

/// What an editor shows on hover: the migrations in order.
fn doc(directory: &Directory, migrations: &[Migration]) -> String {
    let mut doc = format!("The migrations in `{}`:\n", directory.shown());
    for migration in migrations {
        let name = &migration.name;
        let remark = match migration.down {
            Some(_) => "",
            None => " (irreversible)",
        };
        // Writing to a string does not fail.
        let _ = write!(doc, "\n{}. {name}{remark}", migration.version);
    }
    doc
}
