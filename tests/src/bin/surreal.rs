//! The SurrealDB server, as the `surreal` command is. It ends when its standard input does, so that
//! it never outlives the test that started it.

#![recursion_limit = "256"]

use std::io::Read;
use std::process::ExitCode;

fn main() -> ExitCode {
    std::thread::spawn(|| {
        // Whatever happens to the pipe, it means that the test is over.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    surrealdb_server::init(surrealdb_server::core::CommunityComposer())
}
