//! Which edits of an up script change its checksum.

use std::path::Path;

use migrate_files::{Checksum, Directory, File, Migration, Script, read_files};

/// The one migration of a directory with this up script, which is irreversible or has a down script.
fn read(up: &str) -> Migration {
    let mut files = vec![File::new("1_a.up.surql", up)];
    if !up.contains("irreversible") {
        files.push(File::new("1_a.down.surql", "REMOVE TABLE IF EXISTS a;"));
    }
    let directory = Directory::new(Path::new("/nowhere"), ".");
    let set = read_files(&directory, &files).unwrap_or_else(|it| panic!("{it}"));
    let mut migrations = set.migrations;
    migrations.remove(0)
}

#[test]
fn a_checksum_is_what_sha256sum_prints() {
    let migration = read("DEFINE TABLE a;\n");
    assert_eq!(
        migration.checksum.to_string(),
        "5fa20f617d94a39247bf55a48130f4cbdd510c77c6c0729123bc507c528113b4"
    );
    assert_eq!(
        format!("{:?}", migration.checksum),
        format!("Checksum({})", migration.checksum)
    );
}

#[test]
fn a_checksum_survives_as_bytes() {
    let checksum = Checksum::of("DEFINE TABLE a;\n");
    assert_eq!(Checksum::from_bytes(*checksum.as_bytes()), checksum);
}

/// The text that is sent holds the directives all the same.
#[test]
fn a_directive_can_be_added_to_an_applied_migration() {
    for (before, after) in [
        // At the very top.
        (
            "DEFINE TABLE a;\n",
            "-- migrate: irreversible\nDEFINE TABLE a;\n",
        ),
        (
            "\nDEFINE TABLE a;",
            "-- migrate: irreversible\n\nDEFINE TABLE a;",
        ),
        // Below and between other comments.
        (
            "-- People.\n\n-- And more.\nDEFINE TABLE a;\n",
            "-- People.\n\n-- And more.\n-- migrate: irreversible\nDEFINE TABLE a;\n",
        ),
        (
            "-- People.\n\n-- And more.\nDEFINE TABLE a;\n",
            "-- People.\n\n-- migrate: per-statement\n-- And more.\nDEFINE TABLE a;\n",
        ),
        // Several.
        (
            "-- People.\nDEFINE TABLE a;\n",
            "-- migrate: per-statement\n-- People.\n-- migrate: irreversible\nDEFINE TABLE a;\n",
        ),
        (
            "DEFINE TABLE a;\n",
            "-- migrate: per-statement\n-- migrate: irreversible\nDEFINE TABLE a;\n",
        ),
        // With CRLF and a byte-order mark.
        (
            "-- People.\r\nDEFINE TABLE a;\r\n",
            "\u{feff}-- People.\r\n-- migrate: irreversible\r\nDEFINE TABLE a;\r\n",
        ),
        (
            "-- People.\nDEFINE TABLE a;\n",
            "-- People.\r\n-- migrate: irreversible\r\nDEFINE TABLE a;\r\n",
        ),
        // With odd spacing.
        (
            "DEFINE TABLE a;\n",
            " \t--migrate:irreversible\t \nDEFINE TABLE a;\n",
        ),
        (
            "DEFINE TABLE a;\n",
            "--   migrate:    irreversible   \nDEFINE TABLE a;\n",
        ),
        // As the last line, which has no line break.
        ("-- Nothing.\n", "-- Nothing.\n-- migrate: irreversible"),
    ] {
        let (old, new) = (read(before), read(after));
        assert_eq!(old.checksum, new.checksum, "{after:?}");
        let sent = after.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        assert_eq!(new.up.text, sent);
        for text in [before, after] {
            assert_eq!(Checksum::of(text), old.checksum, "{text:?}");
        }
    }
}

#[test]
fn every_other_edit_changes_the_checksum() {
    let original = "-- People.\n\nDEFINE TABLE a;\n";
    for edited in [
        "-- people.\n\nDEFINE TABLE a;\n",
        "-- People.\nDEFINE TABLE a;\n",
        "-- People.\n\n\nDEFINE TABLE a;\n",
        "-- People.\n\nDEFINE TABLE a;",
        "-- People.\n\nDEFINE TABLE a; \n",
        "-- People.\n\nDEFINE TABLE a;\n-- migrate: irreversible\n",
        "-- People.\n\nDEFINE TABLE a;\n-- migrate: per-statement\n",
        "-- People.\n-- migrates: it\n\nDEFINE TABLE a;\n",
        "-- People.\n\n/*\n-- migrate: per-statement\n*/\nDEFINE TABLE a;\n",
    ] {
        assert_ne!(Checksum::of(original), Checksum::of(edited), "{edited:?}");
    }
}

/// A migration that is built in code is the one that is read from files.
#[test]
fn a_migration_from_code_is_the_one_from_files() {
    for up in [
        "DEFINE TABLE a;\n",
        "\u{feff}-- migrate: per-statement\r\nCREATE a; CREATE b;\r\n",
    ] {
        let read = read(up);
        let down = Script::new("1_a.down.surql", "REMOVE TABLE IF EXISTS a;");
        let built = Migration::new(1, "a", Script::new("1_a.up.surql", up), Some(down));
        assert_eq!(built, read);
    }
}
