//! The set in `migrations/`.

use migrate_runtime::embed_migrations;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;

embed_migrations!("../migrations");

on_every_engine!(each_down_script_undoes_its_up_script, nothing_drifts);

async fn each_down_script_undoes_its_up_script(db: &Database) {
    let verification = MIGRATIONS.verify(db).await.unwrap();
    assert_eq!(verification.migrations.len(), MIGRATIONS.len());
    for migration in &verification.migrations {
        assert!(
            migration.lossy.is_some() || migration.schema.is_empty(),
            "{verification}"
        );
    }
}

async fn nothing_drifts(db: &Database) {
    for migration in &MIGRATIONS {
        MIGRATIONS.run_to(db, migration.version).await.unwrap();
        let drift = MIGRATIONS.drift(db).await.unwrap();
        assert!(drift.is_empty(), "{drift}");
    }
    execute(db, "DEFINE TABLE by_hand").await;
    assert_eq!(MIGRATIONS.drift(db).await.unwrap().schema.len(), 1);
}
