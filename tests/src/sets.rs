//! Sets of migrations that a test writes itself.

use std::path::PathBuf;

use migrate_runtime::{Migration, Migrations, Script};
use tempfile::TempDir;

/// Writes files into a folder, and reads them as the macro would.
pub fn set(files: &[(&str, &str)]) -> Migrations {
    let folder = Folder::of(files);
    Migrations::read(folder.path()).unwrap_or_else(|error| panic!("{error}"))
}

/// A set of `(name, up script, down script)`, numbered from 1, that nothing looks at before it runs:
/// for scripts that fail, or do not undo each other.
pub fn unchecked_set(migrations: &[(&str, &str, &str)]) -> Migrations {
    let migrations = (1..).zip(migrations).map(|(version, (name, up, down))| {
        let script = |role: &str, text: &str| {
            let file = format!("migrations/{version:03}_{name}.{role}.surql");
            Script::new(file, text.to_owned())
        };
        let [up, down] = [script("up", up), script("down", down)];
        Migration::new(version, (*name).to_owned(), up, Some(down))
    });
    Migrations::new(migrations.collect()).unwrap_or_else(|error| panic!("{error}"))
}

/// A folder of migrations, for a process that reads it itself.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    /// Writes files into it.
    pub fn of<N: AsRef<str>, T: AsRef<str>>(files: &[(N, T)]) -> Self {
        let folder = Self {
            folder: tempfile::tempdir().expect("there is room for a folder"),
        };
        std::fs::create_dir(folder.path()).expect("the folder is writable");
        for (name, text) in files {
            let file = folder.path().join(name.as_ref());
            let parent = file.parent().expect("it is in the folder");
            std::fs::create_dir_all(parent).expect("the folder is writable");
            std::fs::write(file, text.as_ref()).expect("the folder is writable");
        }
        folder
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("migrations")
    }
}

/// A set of so many migrations: each defines a table, counts how often it was run, and makes a
/// record.
pub fn counted(count: u32) -> Migrations {
    let folder = counted_folder(count);
    Migrations::read(folder.path()).unwrap_or_else(|error| panic!("{error}"))
}

/// The same as files.
pub fn counted_folder(count: u32) -> Folder {
    let files = (1..=count).flat_map(|version| [counted_up(version), counted_down(version)]);
    Folder::of(&files.collect::<Vec<_>>())
}

/// The same with every migration applied statement by statement.
pub fn counted_by_statement(count: u32) -> Folder {
    let files = (1..=count).flat_map(|version| {
        let (name, text) = counted_up(version);
        let up = (name, format!("-- migrate: per-statement\n{text}"));
        [up, counted_down(version)]
    });
    Folder::of(&files.collect::<Vec<_>>())
}

fn counted_up(version: u32) -> (String, String) {
    let text = format!(
        "DEFINE TABLE thing_{version} SCHEMALESS;\n\
         UPSERT counter:{version} SET up = (up ?? 0) + 1;\n\
         CREATE thing_{version} SET made = time::now();\n"
    );
    (format!("{version:03}_thing_{version}.up.surql"), text)
}

fn counted_down(version: u32) -> (String, String) {
    let text = format!(
        "REMOVE TABLE thing_{version};\n\
         UPSERT counter:{version} SET down = (down ?? 0) + 1;\n"
    );
    (format!("{version:03}_thing_{version}.down.surql"), text)
}
