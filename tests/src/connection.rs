//! Every kind of connection that the tests of behaviour run on.

use std::sync::atomic::{AtomicU32, Ordering};

use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use tempfile::TempDir;

use crate::server::Server;

/// A kind of connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, in memory.
    Memory,
    /// Embedded, in a folder.
    SurrealKv,
    /// The server, over WebSocket.
    WebSocket,
    /// The server, over HTTP.
    Http,
}

/// An empty database of a test's own. Dereferences to the connection.
#[derive(Debug)]
pub struct Database {
    db: Surreal<Any>,
    _folder: Option<TempDir>,
}

impl std::ops::Deref for Database {
    type Target = Surreal<Any>;

    fn deref(&self) -> &Self::Target {
        &self.db
    }
}

impl Engine {
    /// Opens an empty database, selected and with every right.
    pub async fn open(self) -> Database {
        let (db, folder) = match self {
            Self::Memory => (embedded("mem://").await, None),
            Self::SurrealKv => {
                let folder = tempfile::tempdir().expect("there is room for a folder");
                let endpoint = format!("surrealkv://{}", folder.path().display());
                (embedded(&endpoint).await, Some(folder))
            }
            Self::WebSocket => (Server::shared().connect("ws").await, None),
            Self::Http => (Server::shared().connect("http").await, None),
        };
        let namespace = unused_namespace();
        db.use_ns(&namespace)
            .use_db("app")
            .await
            .expect("a new database can be selected");
        Database {
            db,
            _folder: folder,
        }
    }
}

async fn embedded(endpoint: &str) -> Surreal<Any> {
    any::connect(endpoint).await.expect("the engine opens")
}

/// A namespace that no other test of this process has.
pub fn unused_namespace() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Makes a test of each function for each kind of connection.
#[macro_export]
macro_rules! on_every_engine {
    ($($test:ident),* $(,)?) => {
        $crate::on_every_engine!(@ memory Memory $($test)*);
        $crate::on_every_engine!(@ surrealkv SurrealKv $($test)*);
        $crate::on_every_engine!(@ websocket WebSocket $($test)*);
        $crate::on_every_engine!(@ http Http $($test)*);
    };
    (@ $module:ident $engine:ident $($test:ident)*) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    let db = $crate::connection::Engine::$engine.open().await;
                    super::$test(&db).await;
                }
            )*
        }
    };
}
