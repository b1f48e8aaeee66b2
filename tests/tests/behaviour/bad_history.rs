//! A history that cannot be read, or is not there: only a missing table is version 0.

use std::time::Duration;

use migrate_runtime::{Error, ErrorKind, Migrations};
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;
use tests::server::Server;
use tests::sets::counted;

on_every_engine!(rows_that_make_no_sense_are_reported);

async fn rows_that_make_no_sense_are_reported(db: &Database) {
    for (row, problem) in [
        ("version = 'three'", "its `version` is not an integer"),
        ("name = 'x'", "it has no `version`"),
        ("version = 0", "its `version` is 0; versions start at 1"),
        ("version = -1", "its `version` is -1; versions start at 1"),
        (
            "version = 5000000000",
            "its `version` is 5000000000; versions start at 1",
        ),
        (
            "version = 1, applied_at = 'yesterday'",
            "its `applied_at` is not a datetime",
        ),
        (
            "version = 1, checksum = 7",
            "its `checksum` is not a string",
        ),
    ] {
        execute(
            db,
            &format!(
                "REMOVE TABLE IF EXISTS _sbl_migrations; CREATE _sbl_migrations:bad SET {row}"
            ),
        )
        .await;
        let error = counted(1).run(db).await.unwrap_err();
        let ErrorKind::History {
            row,
            problem: reported,
            ..
        } = error.kind()
        else {
            panic!("{error}")
        };
        assert_eq!((&**row, &**reported), ("_sbl_migrations:bad", problem));
    }
    execute(db, "REMOVE TABLE _sbl_migrations; CREATE _sbl_migrations:a SET version = 1; CREATE _sbl_migrations:b SET version = 1").await;
    let error = counted(1).run(db).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("another row has version 1 as well"),
        "{error}"
    );
}

#[tokio::test]
async fn nothing_selected_is_not_version_0() {
    let db = any::connect("mem://").await.unwrap();
    for missing in ["namespace", "database"] {
        for error in every_call(&counted(1), &db).await {
            assert!(
                matches!(error.kind(), ErrorKind::NoDatabase { missing: reported, .. } if *reported == missing),
                "{error}"
            );
            assert!(error.to_string().contains("db.use_ns("), "{error}");
        }
        db.use_ns("test").await.unwrap();
    }
}

#[tokio::test]
async fn a_lost_connection_is_not_version_0() {
    for protocol in ["http", "ws"] {
        let mut server = Server::in_memory();
        let db = server.connect(protocol).await;
        db.use_ns("test").use_db("test").await.unwrap();
        counted(1).run(&db).await.unwrap();
        server.kill();
        for error in every_call(&counted(2), &db).await {
            assert!(
                matches!(error.kind(), ErrorKind::Connection { .. }),
                "{protocol}: {error}"
            );
        }
    }
}

async fn every_call(set: &Migrations, db: &Surreal<Any>) -> Vec<Error> {
    let runner = || set.runner(db).request_timeout(Duration::from_millis(300));
    vec![
        runner().run().await.unwrap_err(),
        runner().run_to(1).await.unwrap_err(),
        runner().run_one().await.unwrap_err(),
        runner().revert().await.unwrap_err(),
        runner().revert_to(0).await.unwrap_err(),
        runner().redo().await.unwrap_err(),
        runner().status().await.unwrap_err(),
        runner().plan().await.unwrap_err(),
        runner().current_version().await.unwrap_err(),
        runner().needs_migration().await.unwrap_err(),
    ]
}
