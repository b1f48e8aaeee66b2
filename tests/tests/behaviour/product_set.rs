//! The set in `migrations/`, as the macro embeds it.

use migrate_files::{Directory, read_directory};
use migrate_runtime::embed_migrations;
use std::path::Path;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::schema;

embed_migrations!("../migrations");

on_every_engine!(up_down_and_up_again_gives_the_same_schema);

async fn up_down_and_up_again_gives_the_same_schema(db: &Database) {
    let empty = schema(db).await;
    let latest = MIGRATIONS.latest_version();
    assert!(latest >= 10);
    assert_eq!(
        MIGRATIONS.run(db).await.unwrap().steps.len(),
        MIGRATIONS.len()
    );
    let full = schema(db).await;
    MIGRATIONS.revert_to(db, 0).await.unwrap();
    assert_eq!(schema(db).await, empty);
    MIGRATIONS.run(db).await.unwrap();
    assert_eq!(schema(db).await, full);
}

#[test]
fn the_static_set_and_the_directory_read_now_are_equal() {
    let directory = Directory::new(Path::new(env!("CARGO_MANIFEST_DIR")), "../migrations");
    let read = read_directory(&directory).unwrap();
    assert_eq!(MIGRATIONS.iter().as_slice(), read.migrations);
}
