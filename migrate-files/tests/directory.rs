//! Reading a real directory: what is found in it, and what is reported where it cannot be read.

use std::fs;
use std::path::Path;

use migrate_files::{Directory, list_directory, read_directory};
use tempfile::TempDir;

/// A directory that holds these files, each with its own name as a comment.
fn directory_of(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a directory can be made");
    for file in files {
        let path = folder.path().join(file);
        let parent = path.parent().expect("a file is in a directory");
        fs::create_dir_all(parent).expect("a directory can be made");
        fs::write(path, format!("-- {file}\n")).expect("a file can be written");
    }
    folder
}

/// The problem of a directory that cannot be read.
fn problem(directory: &Directory) -> String {
    let Err(problems) = read_directory(directory) else {
        panic!("this is a set: {}", directory.shown())
    };
    let problems: Vec<String> = (&problems).into_iter().map(ToString::to_string).collect();
    problems.join("\n\n")
}

#[test]
fn a_directory_is_found_by_its_path_from_the_crate() {
    let folder = directory_of(&["sql/steps/1_a.up.surql", "sql/steps/1_a.down.surql"]);
    for relative in ["sql/steps", "./sql//steps/"] {
        let directory = Directory::new(folder.path(), relative);
        let migrations = read_directory(&directory).expect("it is a set").migrations;
        assert_eq!(migrations[0].up.file, "sql/steps/1_a.up.surql");
        assert_eq!(migrations[0].up.text, "-- sql/steps/1_a.up.surql\n");
    }
    let directory = Directory::new(&folder.path().join("sql/steps"), ".");
    let migrations = read_directory(&directory).expect("it is a set").migrations;
    assert_eq!(migrations[0].up.file, "1_a.up.surql");
}

#[test]
fn a_directory_is_found_by_its_path_on_the_machine() {
    let folder = directory_of(&["1_a.up.surql", "1_a.down.surql"]);
    let shown = folder.path().to_string_lossy();
    for path in [folder.path(), &folder.path().join("")] {
        let migrations = read_directory(&Directory::at(path))
            .expect("it is a set")
            .migrations;
        assert_eq!(migrations[0].up.file, format!("{shown}/1_a.up.surql"));
    }
}

#[test]
fn other_files_and_folders_are_ignored() {
    let folder = directory_of(&[
        "1_a.up.surql",
        "1_a.down.surql",
        "README.md",
        "seeds/people.surql",
        "seeds/more/books.surql",
        ".trash/9_b.up.surql",
        "a/.b/9_b.up.surql",
    ]);
    let migrations = read_directory(&Directory::at(folder.path()))
        .expect("it is a set")
        .migrations;
    assert_eq!(migrations.len(), 1);
}

#[test]
fn a_migration_in_a_subdirectory_is_reported() {
    let folder = directory_of(&["1_a.up.surql", "1_a.down.surql", "old/more/2_b.up.surql"]);
    let problem = problem(&Directory::new(folder.path(), "."));
    assert!(
        problem
            .starts_with("old/more/2_b.up.surql: this looks like a migration, but subdirectories"),
        "{problem}"
    );
}

#[test]
fn subdirectories_are_searched_to_a_limit() {
    let found = |depth: usize| {
        let file = format!("{}2_b.up.surql", "d/".repeat(depth));
        let folder = directory_of(&["1_a.up.surql", "1_a.down.surql", &file]);
        let files = list_directory(&Directory::at(folder.path())).expect("it can be listed");
        files.iter().any(|listed| listed.name == file)
    };
    assert_eq!((found(1), found(8), found(9)), (true, true, false));
}

#[test]
fn a_missing_directory_is_reported_with_what_to_do() {
    let folder = directory_of(&[]);
    assert_eq!(
        problem(&Directory::new(folder.path(), "db//migrations")),
        "db/migrations: this directory does not exist\n  \
         = help: create it, or pass the path of the directory that holds the migrations, relative to the folder of Cargo.toml"
    );
    assert_eq!(
        problem(&Directory::at(Path::new("/nowhere/migrations/"))),
        "/nowhere/migrations: this directory does not exist\n  \
         = help: create it, or pass the path of the directory that holds the migrations"
    );
}

#[test]
fn a_file_is_no_directory() {
    let folder = directory_of(&["migrations"]);
    assert_eq!(
        problem(&Directory::new(folder.path(), "migrations")),
        "migrations: this is a file, not a directory\n  \
         = help: pass the path of the directory that holds the migrations, relative to the folder of Cargo.toml"
    );
}

#[test]
fn a_directory_with_the_name_of_a_migration_is_reported() {
    let folder = directory_of(&["1_a.up.surql/README.md", "1_a.down.surql"]);
    let problem = problem(&Directory::new(folder.path(), "."));
    assert!(
        problem.starts_with("1_a.up.surql: the file cannot be read: "),
        "{problem}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_reported() {
    let folder = directory_of(&["1_a.down.surql"]);
    let link = folder.path().join("1_a.up.surql");
    std::os::unix::fs::symlink("/nowhere/else", link).expect("a link can be made");
    let problem = problem(&Directory::new(folder.path(), "."));
    assert!(
        problem.starts_with("1_a.up.surql: the file cannot be read: "),
        "{problem}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_in_a_circle_does_no_harm() {
    let folder = directory_of(&["1_a.up.surql", "1_a.down.surql", "a/README.md"]);
    let link = folder.path().join("a/again");
    std::os::unix::fs::symlink(folder.path().join("a"), link).expect("a link can be made");
    let migrations = read_directory(&Directory::at(folder.path()))
        .expect("it is a set")
        .migrations;
    assert_eq!(migrations.len(), 1);
}
