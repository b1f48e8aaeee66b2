//! Prints a set of migrations as a `static` with a constant initialiser.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::iter;
use std::path::Path;

use migrate_files::{
    Directory, Execution, File, Lint, Migration, Problem, Replaced, Script, Set, Table,
    read_directory,
};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, Ident, Result};

use crate::arguments::Arguments;

/// Appends to a string, which does not fail.
macro_rules! add {
    ($string:expr, $($format:tt)*) => {
        let _ = write!($string, $($format)*);
    };
}

/// The static for a directory, or one error that shows everything that is wrong with it.
pub fn migrations(arguments: &Arguments) -> Result<TokenStream> {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| {
        Error::new(
            arguments.path_span,
            "CARGO_MANIFEST_DIR is not set: only Cargo can build this",
        )
    })?;
    let root = Path::new(&root);
    let mut directory = Directory::new(root, &arguments.path)
        .with_table(&arguments.table)
        .with_lints(arguments.lints.clone());
    if let Some(path) = &arguments.assumes {
        directory = directory.with_assumed(File::read(&root.join(path)).named(path));
    }
    let set = read_directory(&directory).map_err(|problems| {
        Error::new(
            arguments.path_span,
            problems.report(directory.shown()) + "\n",
        )
    })?;
    Ok(print(arguments, &directory, &set))
}

fn print(arguments: &Arguments, directory: &Directory, set: &Set) -> TokenStream {
    let migrations = &*set.migrations;
    let assumed = tokens(|source| match &set.assumed {
        Some(assumed) => {
            source.push_str("Some(");
            print_script(source, assumed);
            source.push(')');
        }
        None => source.push_str("None"),
    });
    let Arguments {
        runtime,
        visibility,
        name,
        path,
        table,
        assumes,
        ..
    } = arguments;
    let doc = doc(directory, set);
    let files = tokens(|source| {
        print_files(source, path, migrations);
        for name in &set.replaced_files {
            print_file(source, &format!("{}/{name}", path.trim_end_matches('/')));
        }
        if let Some(path) = assumes {
            print_file(source, path);
        }
    });
    let warnings = warnings(arguments, &set.warnings);
    let set = tokens(|source| migrations.iter().for_each(|it| print_migration(source, it)));
    let directory = format!("/{path}");
    quote! {
        #[doc = #doc]
        #visibility static #name: #runtime::Migrations = {
            use #runtime::__private::{
                Migration, None, Replaced, Some, baseline, migration, per_statement, replaced,
                script, script_with, span,
            };
            // Makes the compiler watch each file: an edited, renamed or removed one is noticed.
            const _: &[&[::core::primitive::u8]] = &[#files];
            static SET: &[Migration] = &[#set];
            #warnings
            #runtime::__private::embedded(
                #table,
                SET,
                #assumed,
                if ::core::cfg!(debug_assertions) {
                    Some(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #directory))
                } else {
                    None
                },
            )
        };
    }
}

/// What makes the compiler warn. On stable Rust, a macro has no other way than to use something that
/// it calls deprecated: the compiler prints that item's name and its note. So there is one item for
/// each rule, by the rule's name, with all that the rule found.
fn warnings(arguments: &Arguments, warnings: &[Problem]) -> TokenStream {
    let mut by_lint: BTreeMap<Lint, Vec<&Problem>> = BTreeMap::new();
    for warning in warnings {
        if let Some(lint) = warning.lint {
            by_lint.entry(lint).or_default().push(warning);
        }
    }
    let items = by_lint.into_iter().map(|(lint, warnings)| {
        let name = Ident::new(lint.name(), arguments.path_span);
        let mut note = String::new();
        for warning in warnings {
            add!(note, "\n{warning}\n");
        }
        quote_spanned! {arguments.path_span=>
            {
                #[deprecated(note = #note)]
                #[allow(non_camel_case_types)]
                struct #name;
                let _ = #name;
            }
        }
    });
    items.collect()
}

/// What grows with the set is written as source text, and read by the compiler's own lexer: token
/// by token, an unoptimised macro takes longer for the same.
fn tokens(print: impl FnOnce(&mut String)) -> TokenStream {
    let mut source = String::new();
    print(&mut source);
    let tokens: proc_macro::TokenStream = source.parse().expect("what is printed here are tokens");
    tokens.into()
}

/// Each file's path from the folder of `Cargo.toml`. It is written with the path as it was given,
/// which the compiler resolves as the reader did.
fn print_files(source: &mut String, path: &str, migrations: &[Migration]) {
    let path = path.trim_end_matches('/');
    for script in migrations
        .iter()
        .flat_map(|it| iter::once(&it.up).chain(&it.down))
    {
        let name = script.file.rsplit('/').next().unwrap_or(&script.file);
        print_file(source, &format!("{path}/{name}"));
    }
}

fn print_file(source: &mut String, path: &str) {
    let path = format!("/{path}");
    add!(
        source,
        "::core::include_bytes!(::core::concat!(::core::env!(\"CARGO_MANIFEST_DIR\"), {path:?})),"
    );
}

/// Calls of functions rather than struct literals: a third of the tokens, which are what an
/// expansion costs.
fn print_migration(source: &mut String, migration: &Migration) {
    let constructor = match migration.execution {
        _ if migration.is_baseline() => "baseline",
        Execution::PerStatement => "per_statement",
        _ => "migration",
    };
    let Migration { version, name, .. } = migration;
    add!(
        source,
        "{constructor}({version}, {name:?}, b\"{}\", ",
        migration.checksum.as_bytes().escape_ascii()
    );
    print_script(source, &migration.up);
    match &migration.down {
        Some(down) => {
            source.push_str(", Some(");
            print_script(source, down);
            source.push(')');
        }
        None => source.push_str(", None"),
    }
    if migration.is_baseline() {
        print_replaced(source, &migration.replaces);
    }
    source.push_str("),");
}

/// What a baseline stands for.
fn print_replaced(source: &mut String, replaces: &[Replaced]) {
    // What has a destructor can be referred to in a constant alone.
    source.push_str(", { const REPLACED: &[Replaced] = &[");
    for Replaced {
        version,
        name,
        checksum,
        ..
    } in replaces
    {
        add!(source, "replaced({version}, {name:?}, ");
        match checksum {
            Some(checksum) => {
                add!(source, "Some(b\"{}\")", checksum.as_bytes().escape_ascii());
            }
            None => source.push_str("None"),
        }
        source.push_str("),");
    }
    source.push_str("]; REPLACED }");
}

fn print_script(source: &mut String, script: &Script) {
    let effects = script.encoded_effects();
    let constructor = match effects {
        "" => "script",
        _ => "script_with",
    };
    add!(
        source,
        "{constructor}({:?}, {:?}, &[",
        script.file,
        script.text
    );
    for statement in &*script.statements {
        add!(source, "span({},{}),", statement.start, statement.end);
    }
    source.push(']');
    if !effects.is_empty() {
        add!(source, ",{effects:?}");
    }
    source.push(')');
}

/// What an editor shows on hover: the migrations in order, and the tables that they make.
fn doc(directory: &Directory, set: &Set) -> String {
    let mut doc = format!("The migrations in `{}`:\n", directory.shown());
    for migration in &set.migrations {
        let name = &migration.name;
        let remark = match migration.down {
            _ if migration.is_baseline() => " (baseline)",
            Some(_) => "",
            None => " (irreversible)",
        };
        add!(doc, "\n{}. {name}{remark}", migration.version);
    }
    if !set.tables.is_empty() {
        doc.push_str("\n\nThe tables after the last of them:\n");
    }
    for Table {
        name, kind, fields, ..
    } in &set.tables
    {
        let kind = kind.map_or_else(String::new, |kind| format!(" ({kind})"));
        let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        let colon = if fields.is_empty() { "" } else { ": " };
        add!(doc, "\n- `{name}`{kind}{colon}{}", fields.join(", "));
    }
    doc
}

#[cfg(all(test, feature = "surrealql"))]
mod tests {
    use migrate_files::{File, read_files};

    use super::*;

    #[test]
    fn the_documentation_lists_the_migrations_and_the_tables_that_they_make() {
        let directory = Directory::new(Path::new("/nowhere"), "migrations");
        let files = [
            File::new(
                "1_notes.up.surql",
                "DEFINE TABLE note SCHEMAFULL; DEFINE FIELD tags ON note TYPE array<string>;\n\
                 DEFINE TABLE cites TYPE RELATION; DEFINE FIELD at ON log; DEFINE TABLE gone;\n",
            ),
            File::new(
                "1_notes.down.surql",
                "REMOVE TABLE note; REMOVE TABLE cites; REMOVE TABLE log; REMOVE TABLE gone;\n",
            ),
            File::new(
                "2_latest.up.surql",
                "-- migrate: irreversible\nREMOVE TABLE gone;\nDEFINE TABLE latest AS SELECT * FROM note;\n",
            ),
        ];
        let set = read_files(&directory, &files).unwrap_or_else(|it| panic!("{it}"));
        assert_eq!(
            doc(&directory, &set),
            "The migrations in `migrations`:\n\
             \n\
             1. notes\n\
             2. latest (irreversible)\n\
             \n\
             The tables after the last of them:\n\
             \n\
             - `cites` (relation): `in`, `out`\n\
             - `latest` (view)\n\
             - `log` (schemaless): `at`\n\
             - `note` (schemafull): `tags`"
        );
    }
}
