//! The set in `migrations/`.

use migrate_runtime::embed_migrations;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;

embed_migrations!("../migrations");

on_every_engine!(each_down_script_undoes_its_up_script, nothing_drifts);

/// A notebook with a little of everything, by the version from which on there may be such records.
const RECORDS: &[(u32, &str)] = &[
    (
        1,
        "CREATE source:ada SET kind = 'article', title = 'Notes', authors = 'Ada Lovelace; Luigi Menabrea', \
         url = 'https://example.org/notes#g', text = 'First.\n\nSecond.'; \
         CREATE source:bare SET kind = 'book', title = 'Bare'",
    ),
    (
        2,
        "CREATE note:one SET title = 'One', content = 'What she said.'",
    ),
    (3, "CREATE notebook:engine SET name = 'Engine'"),
    (
        4,
        "RELATE notebook:engine->holds->source:ada; RELATE notebook:engine->holds->note:one",
    ),
    (5, "RELATE note:one->cites->source:ada SET place = 'p. 1'"),
    (
        12,
        "CREATE chat:first SET notebook = notebook:engine, topic = 'Looms'; \
         CREATE message:first SET chat = chat:first, role = 'reader', text = 'Why cards?'",
    ),
    (15, "UPDATE note:one SET content = 'What he said.'"),
    (
        19,
        "CREATE person:ada SET name = 'Ada', email = 'Ada@example.org', password = 'x'",
    ),
    (20, "UPDATE notebook:engine SET owner = person:ada"),
];

async fn each_down_script_undoes_its_up_script(db: &Database) {
    let verifier = RECORDS
        .iter()
        .fold(MIGRATIONS.verifier(db), |verifier, (version, records)| {
            verifier.records(*version, *records)
        });
    let verification = verifier.verify().await.unwrap();
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
