//! Brings a database to the latest version of `migrations/`, shows where it stands, and takes one
//! step back and forth.
//!
//! ```sh
//! cargo run                  # in memory
//! cargo run -- notebook.db   # in that folder: run it twice
//! ```

use migrate_runtime::embed_migrations;

embed_migrations!("../../migrations");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let endpoint = match std::env::args().nth(1) {
        Some(folder) => format!("surrealkv://{folder}"),
        None => "mem://".to_owned(),
    };
    let db = surrealdb::engine::any::connect(&endpoint).await?;
    db.use_ns("app").use_db("app").await?;

    println!("run against {endpoint}\n\n{}\n", MIGRATIONS.run(&db).await?);
    println!("status\n\n{}\n", MIGRATIONS.status(&db).await?);
    println!("revert\n\n{}\n", MIGRATIONS.revert(&db).await?);
    println!("run\n\n{}", MIGRATIONS.run(&db).await?);
    Ok(())
}
