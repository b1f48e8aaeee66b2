//! One replica of a service that migrates at its start: a process of its own, which a test starts
//! many of at once, and kills.
//!
//! `replica ENDPOINT NAMESPACE DIRECTORY [OPTION]...` connects, says `ready`, waits for a line on its
//! standard input, runs the migrations, and says which version it sees. The options `without-lease` and
//! `allow-newer` are those of the library; without `default-lease`, a lease ends after half a second.
//! With `tenants`, it does so on the databases of [`tests::replicas::tenants`]. With `token=TOKEN`, it
//! signs in with that instead of a password, which a build without optimisation takes a second to compare.

use std::io::{BufRead, stdin};
use std::process::ExitCode;
use std::time::Duration;

use migrate_runtime::{Migrations, Tenant};
use surrealdb::engine::any;
use tests::server;

/// So short that a test need not wait long for a replica that it killed.
const LEASE_TERM: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [endpoint, namespace, directory, options @ ..] = &*arguments else {
        eprintln!("replica ENDPOINT NAMESPACE DIRECTORY [OPTION]...");
        return ExitCode::from(2);
    };
    let has = |name: &str| options.iter().any(|option| option == name);
    let mut values = options.iter();
    let token = values.find_map(|option| option.strip_prefix("token="));
    let db = match (endpoint.starts_with("ws"), token) {
        (true, None) => server::connect(endpoint).await,
        _ => any::connect(endpoint).await.expect("the engine opens"),
    };
    if let Some(token) = token {
        db.authenticate(token).await.expect("the token is valid");
    }
    db.use_ns(namespace)
        .use_db("app")
        .await
        .expect("the database can be selected");
    let set = Migrations::read(directory).unwrap_or_else(|error| panic!("{error}"));

    println!("ready");
    stdin()
        .lock()
        .read_line(&mut String::new())
        .expect("the test says go");

    if has("tenants") {
        let tenants = tests::replicas::tenants().map(|name| Tenant::database(&db, namespace, name));
        let tenants = set.tenants(tenants);
        return match tenants
            .with_options(|it| it.lease_term(LEASE_TERM))
            .run()
            .await
        {
            Ok(report) => {
                println!("{}", set.latest_version());
                assert_eq!(report.tenants.len(), tests::replicas::tenants().count());
                ExitCode::SUCCESS
            }
            Err(failed) => {
                eprintln!("{failed}");
                ExitCode::FAILURE
            }
        };
    }
    let mut runner = set.runner(&db);
    if !has("default-lease") {
        runner = runner.lease_term(LEASE_TERM);
    }
    if has("without-lease") {
        runner = runner.without_lease();
    }
    if has("allow-newer") {
        runner = runner.allow_newer();
    }
    match runner.run().await {
        Ok(report) => {
            println!("{}", report.to);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
