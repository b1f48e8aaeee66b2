//! A program whose directory of migrations grows after it was built.

use migrate_runtime::embed_migrations;

embed_migrations!("fixtures/grows");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = surrealdb::engine::any::connect("mem://").await?;
    db.use_ns("test").use_db("test").await?;
    println!("{}", MIGRATIONS.run(&db).await?);
    Ok(())
}
