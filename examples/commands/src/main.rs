//! An application with the commands of `migrate` in its own command line: for its embedded migrations,
//! and over its own connection.
//!
//! ```sh
//! cargo run -p commands -- migrate status
//! cargo run -p commands -- migrate up
//! cargo run -p commands -- sources
//! ```

use clap::{Parser, Subcommand};
use migrate_cli::{Exit, Migrate};
use migrate_runtime::embed_migrations;
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};

embed_migrations!("../../migrations");

/// A research notebook.
#[derive(Parser)]
struct Arguments {
    /// The folder of the database
    #[arg(long, default_value = "notebook.db")]
    database: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the titles of all sources
    Sources,
    /// Bring the database's schema along
    Migrate(Migrate),
}

#[tokio::main]
async fn main() -> Exit {
    let Arguments { database, command } = Arguments::parse();
    let connect = async || connect(&database).await;
    match command {
        Command::Migrate(migrate) => migrate.run(&MIGRATIONS, connect).await,
        Command::Sources => match sources(&database).await {
            Ok(titles) => {
                println!("{}", titles.join("\n"));
                Exit::Done
            }
            Err(error) => {
                eprintln!("error: {error}");
                Exit::Failed
            }
        },
    }
}

async fn connect(folder: &str) -> surrealdb::Result<Surreal<Any>> {
    let db = any::connect(format!("surrealkv://{folder}")).await?;
    db.use_ns("app").use_db("notebook").await?;
    Ok(db)
}

async fn sources(folder: &str) -> surrealdb::Result<Vec<String>> {
    let mut response = connect(folder)
        .await?
        .query("SELECT VALUE title FROM source ORDER BY title")
        .await?;
    response.take(0)
}
