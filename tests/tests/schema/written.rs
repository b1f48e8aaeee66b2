//! Down scripts that were written down from their up scripts: the reader has nothing to say about them,
//! and `verify` finds that they undo their up scripts.

use migrate_files::authoring::down_script;
use migrate_files::{Directory, File, Set, list_directory, read_files};
use migrate_runtime::{Migration, Migrations, Script};
use tests::connection::Engine;
use tests::scripts::on_a_deep_stack;

#[test]
fn the_repositorys_down_scripts_can_be_written_by_the_model() {
    on_a_deep_stack(async {
        let directory = Directory::at("../migrations".as_ref());
        let files = list_directory(&directory).expect("the directory is there");
        let set = read_files(&directory, &files).expect("the set is sound");
        let written = with_written_downs(&directory, &set, files);
        let set = read_files(&directory, &written).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(set.warnings, [], "nothing is likely to hurt");
        verify(set).await;
    });
}

/// The files of a set with down scripts that were written from the up scripts.
fn with_written_downs(directory: &Directory, set: &Set, mut files: Vec<File>) -> Vec<File> {
    for migration in &set.migrations {
        let Some(down) = &migration.down else {
            continue;
        };
        let written = down_script(set, migration.version).expect("there is such a version");
        let name = down.file.rsplit('/').next().expect("it has a name");
        println!("-- {name}\n{}", written.text);
        let file = files.iter_mut().find(|file| file.name == name);
        *file.expect("it was read") = File::new(name, written.text);
    }
    let _ = directory;
    files
}

async fn verify(set: Set) {
    let migrations = set.migrations.into_iter().map(|migration| {
        let Migration {
            version,
            name,
            up,
            down,
            ..
        } = migration;
        let script = |script: Script| Script::new(script.file, script.text);
        Migration::new(version, name, script(up), down.map(script))
    });
    let set = Migrations::new(migrations.collect()).expect("it is sound");
    let db = Engine::Memory.open().await;
    let verification = set
        .verify(&db)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    println!("{verification}");
}
