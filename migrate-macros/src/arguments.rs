//! What is between the parentheses of `embed_migrations!(…)`.

use std::mem::take;

use migrate_files::{Lint, Lints, Version, table_name};
use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitInt, LitStr, Result, Token, Visibility, bracketed, token};

/// The directory that is read if none is given.
const DEFAULT_PATH: &str = "migrations";

/// The static's name if none is given.
const DEFAULT_NAME: &str = "MIGRATIONS";

const FORMS: &str = "the forms are:
    embed_migrations!()
    embed_migrations!(\"path/from/Cargo.toml\")
    embed_migrations!(pub static NAME = \"path/from/Cargo.toml\")
and all but the first may end with any of
    , table = \"history_table\"
    , assumes = \"definitions.surql\"
    , deny = \"all\"    or    , deny = [\"rule\", …]
    , allow = [\"rule\", …]
    , lint_from = 24";

/// The macro's arguments, checked.
pub struct Arguments {
    /// The path of `migrate_runtime` from where the macro is called.
    pub runtime: TokenStream,
    pub visibility: Visibility,
    pub name: Ident,
    /// Relative to the folder of the crate's `Cargo.toml`.
    pub path: String,
    /// What messages about the directory point at.
    pub path_span: Span,
    pub table: String,
    /// A file of definitions that are there before the first migration, relative to the same folder.
    pub assumes: Option<String>,
    /// The rules about what is likely to hurt.
    pub lints: Lints,
}

impl Parse for Arguments {
    fn parse(input: ParseStream) -> Result<Self> {
        let runtime;
        bracketed!(runtime in input);
        let mut arguments = Self {
            runtime: runtime.parse()?,
            visibility: syn::parse_quote!(pub(crate)),
            name: Ident::new(DEFAULT_NAME, Span::call_site()),
            path: DEFAULT_PATH.to_owned(),
            path_span: Span::call_site(),
            table: table_name::DEFAULT.to_owned(),
            assumes: None,
            lints: Lints::default(),
        };
        if !input.is_empty() {
            arguments.parse_item(input)?;
            arguments.parse_options(input)?;
        }
        Ok(arguments)
    }
}

impl Arguments {
    /// `"path"`, or `VIS static NAME = "path"`.
    fn parse_item(&mut self, input: ParseStream) -> Result<()> {
        if !input.peek(LitStr) {
            self.visibility = input.parse()?;
            expect(
                input.parse::<Token![static]>(),
                "expected a path in double quotes, or `static`",
            )?;
            self.name = expect(
                input.parse(),
                "expected the static's name, such as `MIGRATIONS`",
            )?;
            expect(
                input.parse::<Token![=]>(),
                "expected `= \"path\"` after the name",
            )?;
        }
        let path: LitStr = expect(
            input.parse(),
            "expected the directory's path in double quotes",
        )?;
        self.path_span = path.span();
        self.path = check_path(&path)?;
        Ok(())
    }

    /// Any of `, key = value`; a last comma either way.
    fn parse_options(&mut self, input: ParseStream) -> Result<()> {
        let mut given = Vec::new();
        while !input.is_empty() {
            expect(
                input.parse::<Token![,]>(),
                "expected `,` or the end of the arguments",
            )?;
            if input.is_empty() {
                break;
            }
            let key: Ident = expect(
                input.parse(),
                "expected an argument's name or the end of the arguments",
            )?;
            if given.contains(&key) {
                return Err(wrong(key.span(), &format!("`{key}` is given twice")));
            }
            match &*key.to_string() {
                "table" => self.table = check_table(&value(&key, "the table's name", input)?)?,
                "assumes" => {
                    self.assumes = Some(check_path(&value(&key, "the file's path", input)?)?);
                }
                "allow" => self.lints = take(&mut self.lints).allow(rules(&key, input)?),
                "deny" => self.lints = take(&mut self.lints).deny(all_or_rules(&key, input)?),
                "lint_from" => self.lints = take(&mut self.lints).from(version(&key, input)?),
                _ => return Err(wrong(key.span(), &format!("unknown argument `{key}`"))),
            }
            given.push(key);
        }
        Ok(())
    }
}

/// `= ["name", …]` after a key.
fn rules(key: &Ident, input: ParseStream) -> Result<Vec<Lint>> {
    expect_equals(key, input)?;
    let names;
    let message = format!("expected a list such as `{key} = [\"table_removed\"]`");
    if !input.peek(token::Bracket) {
        return Err(wrong(input.span(), &message));
    }
    bracketed!(names in input);
    let names = expect(
        Punctuated::<LitStr, Token![,]>::parse_terminated(&names),
        &message,
    )?;
    names.iter().map(rule).collect()
}

/// The same, or `= "all"`.
fn all_or_rules(key: &Ident, input: ParseStream) -> Result<Vec<Lint>> {
    let ahead = input.fork();
    let _: Result<Token![=]> = ahead.parse();
    if !ahead.peek(LitStr) {
        return rules(key, input);
    }
    let all = value(key, "`all`", input)?;
    match &*all.value() {
        "all" => Ok(Lint::ALL.to_vec()),
        _ => Err(wrong(
            all.span(),
            &format!("expected `{key} = \"all\"` or a list such as `{key} = [\"table_removed\"]`"),
        )),
    }
}

fn rule(name: &LitStr) -> Result<Lint> {
    let rule = name.value().parse();
    rule.map_err(|error| Error::new(name.span(), error))
}

/// `= 24` after a key.
fn version(key: &Ident, input: ParseStream) -> Result<Version> {
    expect_equals(key, input)?;
    let message = format!("expected a version such as `{key} = 24`");
    let version: LitInt = expect(input.parse(), &message)?;
    expect(version.base10_parse(), &message)
}

fn expect_equals(key: &Ident, input: ParseStream) -> Result<()> {
    let equals = input.parse::<Token![=]>();
    expect(equals, &format!("expected `=` after `{key}`"))?;
    Ok(())
}

/// `= "value"` after a key.
fn value(key: &Ident, what: &str, input: ParseStream) -> Result<LitStr> {
    expect(
        input.parse::<Token![=]>(),
        &format!("expected `= \"…\"` after `{key}`"),
    )?;
    expect(input.parse(), &format!("expected {what} in double quotes"))
}

fn check_path(path: &LitStr) -> Result<String> {
    let value = path.value();
    if value.is_empty() {
        return Err(wrong(path.span(), "the path is empty"));
    }
    if value.starts_with('/') || std::path::Path::new(&value).is_absolute() {
        return Err(wrong(
            path.span(),
            "the path is absolute: pass one relative to the folder of Cargo.toml, so that it is right on every machine",
        ));
    }
    Ok(value)
}

fn check_table(table: &LitStr) -> Result<String> {
    let name = table_name::parse(&table.value());
    name.map_err(|error| Error::new(table.span(), error))
}

fn expect<T>(parsed: Result<T>, message: &str) -> Result<T> {
    parsed.map_err(|error| wrong(error.span(), message))
}

fn wrong(span: Span, message: &str) -> Error {
    Error::new(span, format!("{message}\n{FORMS}"))
}
