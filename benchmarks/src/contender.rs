//! What is measured beside each other on a database: this project, its peers, and the same work by
//! hand.

use std::fmt::Write;

use migrate_runtime::{Migration, Migrations, Script};
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use surrealdb_migrator::M;
use surrealkit::{EmbeddedSchemaFile, Sync};

/// Somebody who brings a database to the latest version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contender {
    /// `MIGRATIONS.run(&db)`.
    OneByOne,
    /// `MIGRATIONS.runner(&db).grouped().run()`.
    Grouped,
    /// `surrealdb-migrator`: `to_latest`, which sends everything that is pending in one transaction.
    Migrator,
    /// `SurrealKit`: `Sync::embedded`, one file after the other, without a transaction around them.
    SurrealKit,
    /// A loop: one transaction for each migration, with one bare row.
    ByHand,
    /// All scripts in one transaction, and no row.
    AtOnceByHand,
}

/// The cheapest query that can tell whether a database is up to date: the server computes a digest of
/// the history.
pub const CHEAPEST: &str = "RETURN crypto::sha256(array::join(\
    (SELECT VALUE string::concat(version, ':', checksum) FROM _sbl_migrations), ','))";

/// The same migrations for each of them.
pub struct Sets {
    pub ours: Migrations,
    migrator: surrealdb_migrator::Migrations<'static>,
    kit: Vec<EmbeddedSchemaFile>,
}

impl Sets {
    /// So many migrations of four statements, with down scripts of so many bytes. They stay in memory
    /// until the program ends, as embedded ones would.
    pub fn new(count: u32, down_bytes: usize) -> Self {
        let scripts = (1..=count).map(|version| {
            let up: &'static str = up(version).leak();
            let down: &'static str = down(version, down_bytes).leak();
            (version, up, down)
        });
        let scripts: Vec<_> = scripts.collect();
        let ours = scripts.iter().map(|(version, up, down)| {
            let script = |role: &str, text: &str| {
                let file = format!("migrations/{version:04}_table_{version}.{role}.surql");
                Script::new(file, text.to_owned())
            };
            let name = format!("table_{version}");
            Migration::new(*version, name, script("up", up), Some(script("down", down)))
        });
        let migrator = scripts.iter().map(|(_, up, down)| M::up(up).down(down));
        let kit = scripts.iter().map(|(version, up, _)| EmbeddedSchemaFile {
            path: format!("schema/{version:04}.surql").leak(),
            sql: up,
        });
        Self {
            ours: Migrations::new(ours.collect()).expect("the numbers have no gap"),
            migrator: surrealdb_migrator::Migrations::new(migrator.collect()),
            kit: kit.collect(),
        }
    }

    /// Ours as files: their names and texts.
    pub fn files(&self) -> Vec<(String, String)> {
        let files = self.ours.iter().flat_map(|migration| {
            let file =
                |role: &str| format!("{:04}_{}.{role}.surql", migration.version, migration.name);
            [
                (file("up"), migration.up.text.to_string()),
                (file("down"), down_of(migration).to_owned()),
            ]
        });
        files.collect()
    }

    /// Brings a database to the latest version.
    pub async fn apply(&self, contender: Contender, db: &Surreal<Any>) {
        match contender {
            Contender::OneByOne => drop(self.ours.run(db).await.expect("it runs")),
            Contender::Grouped => {
                drop(self.ours.runner(db).grouped().run().await.expect("it runs"));
            }
            Contender::Migrator => self.migrator.to_latest(db).await.expect("it runs"),
            Contender::SurrealKit => {
                Sync::embedded(&self.kit).run(db).await.expect("it runs");
            }
            Contender::ByHand => {
                query(db, "DEFINE TABLE history SCHEMALESS").await;
                for migration in &self.ours {
                    let (version, up) = (migration.version, &migration.up.text);
                    query(
                        db,
                        &format!("BEGIN; CREATE history:{version}; {up} COMMIT;"),
                    )
                    .await;
                }
            }
            Contender::AtOnceByHand => {
                at_once(db, self.ours.iter().map(|migration| &*migration.up.text)).await;
            }
        }
    }

    /// Brings a database back to version 0, by whoever brought it to the latest one.
    ///
    /// # Panics
    /// If it has no way back: `SurrealKit` syncs forwards.
    pub async fn revert(&self, contender: Contender, db: &Surreal<Any>) {
        match contender {
            Contender::OneByOne | Contender::Grouped => {
                let runner = self.ours.runner(db);
                drop(runner.revert_to(0).await.expect("it reverts"));
            }
            Contender::Migrator => self.migrator.to_version(db, 0).await.expect("it reverts"),
            Contender::SurrealKit => panic!("it does not revert"),
            Contender::ByHand => {
                for migration in self.ours.iter().rev() {
                    let version = migration.version;
                    let down = down_of(migration);
                    query(
                        db,
                        &format!("BEGIN; {down} DELETE history:{version}; COMMIT;"),
                    )
                    .await;
                }
            }
            Contender::AtOnceByHand => {
                at_once(db, self.ours.iter().rev().map(down_of)).await;
            }
        }
    }
}

fn down_of(migration: &Migration) -> &str {
    migration.down.as_ref().map_or("", |down| &*down.text)
}

/// Sends scripts in one transaction.
async fn at_once<'a>(db: &Surreal<Any>, scripts: impl Iterator<Item = &'a str>) {
    let scripts: String = scripts.collect();
    query(db, &format!("BEGIN; {scripts} COMMIT;")).await;
}

/// Definitions alone, since `SurrealKit` runs every other statement again at each start.
fn up(version: u32) -> String {
    format!(
        "DEFINE TABLE t{version} SCHEMAFULL;\nDEFINE FIELD a ON t{version} TYPE string;\n\
         DEFINE FIELD b ON t{version} TYPE option<int>;\nDEFINE INDEX ab ON t{version} FIELDS a, b;\n"
    )
}

fn down(version: u32, bytes: usize) -> String {
    let mut text = format!("REMOVE TABLE t{version};\n");
    while text.len() + 60 < bytes {
        let _ = writeln!(text, "-- {}", "why it is so ".repeat(4));
    }
    format!("{text:bytes$}")
}

/// Sends a query, and waits for a good answer.
pub async fn query(db: &Surreal<Any>, text: &str) {
    let answer = db.query(text).await.expect("it is answered");
    answer.check().expect("it succeeds");
}
