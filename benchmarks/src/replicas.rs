//! Processes that start together on one database.

use std::time::{Duration, Instant};

use tests::replicas::Replica;
use tests::server::Server;
use tests::sets::Folder;

use crate::contender::Sets;
use crate::measure::{Effort, Samples};
use crate::place::Shared;
use crate::results::{Section, Table};

const PENDING: u32 = 100;

pub async fn measure(effort: Effort) -> Section {
    let mut section = Section::new(
        "Replicas that start together",
        "Processes, each connected already, that call `run` at the same moment on a database where 100 \
         migrations are pending, or none: from that moment until the last one has ended, to the same of \
         one process alone. The server and all of them share the cores of this machine.",
    );
    let mut table = Table::new("", &["processes", "100 pending", "none pending"]);
    let folder = Folder::of(&Sets::new(PENDING, 200).files());
    let token = format!("token={}", Server::shared().token().await);
    for processes in effort.pick(&[2, 4, 16, 64][..], &[16]) {
        let mut samples: [Samples; 4] = std::array::from_fn(|_| Samples::default());
        for _ in 0..effort.pick(7, 3) {
            let [alone, together, alone_again, together_again] = &mut samples;
            for (count, pending, nothing) in [
                (1, alone, alone_again),
                (*processes, together, together_again),
            ] {
                // Where several processes define the database at the same moment, it is a conflict.
                let database = Shared::new();
                drop(database.connect().await);
                pending.push(start(count, database.namespace(), &folder, &token));
                nothing.push(start(count, database.namespace(), &folder, &token));
            }
        }
        let [alone, together, alone_again, together_again] = &samples;
        table.row(&[
            processes,
            &together.to(alone),
            &together_again.to(alone_again),
        ]);
    }
    section.tables = vec![table];
    section
}

/// How long it takes until the last one is done.
fn start(count: usize, namespace: &str, folder: &Folder, token: &str) -> Duration {
    let endpoint = format!("ws://{}", Server::shared().address());
    let options = [token, "default-lease"];
    let mut replicas = Replica::start_many(count, &endpoint, namespace, &folder.path(), &options);
    let start = Instant::now();
    replicas.iter_mut().for_each(Replica::go);
    for replica in replicas {
        let ended = replica.end();
        assert_eq!(ended.version, Some(PENDING), "{}", ended.complaint);
    }
    start.elapsed()
}
