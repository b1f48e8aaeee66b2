//! What becomes of what a rule finds.

use std::path::Path;

use expect_test::expect_file;
use migrate_files::{Directory, Lint, Lints, read_directory};

use crate::pages::Example;
use crate::sets::{broken, read};

/// All rules as errors.
fn strict() -> Lints {
    Lints::default().deny(Lint::ALL.iter().copied())
}

/// The rules that fire on what the examples of others are made of, without the one that is asked about.
fn general(lint: Lint) -> impl Iterator<Item = Lint> {
    let general = [Lint::IndexInForeground, Lint::WholeTableWrite];
    general.into_iter().filter(move |it| *it != lint)
}

/// All rules as errors, for the example of one.
fn strict_about(lint: Lint) -> Lints {
    strict().allow(general(lint))
}

#[test]
fn each_example_breaks_its_rule_alone_and_what_is_to_be_written_instead_none() {
    for &lint in Lint::ALL {
        let example = Example::of(lint);
        let problems = read(&example.harmful, strict_about(lint)).unwrap_err();
        assert!(problems.contains(&format!(" [{lint}]\n")), "{problems}");
        assert_eq!(problems.matches("]\n").count(), 1, "{problems}");
        let harmless = read(&example.harmless, strict_about(lint));
        assert!(harmless.is_ok(), "{lint}: {}", harmless.unwrap_err());
    }
}

#[test]
fn what_each_rule_says() {
    let texts = Lint::ALL
        .iter()
        .map(|&lint| read(&Example::of(lint).harmful, strict_about(lint)).unwrap_err());
    let texts = texts.collect::<Vec<_>>().join("\n\n") + "\n";
    expect_file!["texts.txt"].assert_eq(&texts);
}

#[test]
fn this_repositorys_migrations_break_no_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = Directory::new(root, "../migrations").with_lints(strict());
    let set = read_directory(&directory);
    assert!(set.is_ok(), "{}", set.unwrap_err());
}

#[test]
fn the_readme_lists_each_rule() {
    let readme = include_str!("../../../README.md");
    for lint in Lint::ALL {
        assert!(readme.contains(&format!("`{lint}`")), "{lint}");
    }
}

#[test]
fn a_rule_is_a_warning_unless_it_is_off() {
    for &lint in Lint::ALL {
        let lints = Lints::default().allow(general(lint));
        let set = read(&Example::of(lint).harmful, lints).unwrap();
        let expected = lint.is_on().then_some(lint);
        assert_eq!(broken(&set), Vec::from_iter(expected), "{:?}", set.warnings);
    }
}

#[test]
fn a_rule_that_is_allowed_says_nothing() {
    for &lint in Lint::ALL {
        let set = read(&Example::of(lint).harmful, strict_about(lint).allow([lint]));
        assert_eq!(broken(&set.unwrap()), [], "{lint}");
    }
}

#[test]
fn what_a_file_allows_is_allowed_whatever_is_denied() {
    for &lint in Lint::ALL {
        let mut files = Example::of(lint).harmful;
        for text in files.values_mut() {
            *text = format!("-- migrate: allow {lint}: it is meant\n{text}");
        }
        let set = read(&files, strict_about(lint));
        assert_eq!(broken(&set.unwrap()), [], "{lint}");
    }
}

#[test]
fn migrations_before_the_first_that_is_looked_at_are_left_alone() {
    for &lint in Lint::ALL {
        let files = Example::of(lint).harmful;
        let versions = files.keys().filter(|name| name.contains(".up."));
        let last = u32::try_from(versions.count()).unwrap();
        assert!(read(&files, strict().from(last)).is_err(), "{lint}");
        assert!(read(&files, strict().from(last + 1)).is_ok(), "{lint}");
    }
}
