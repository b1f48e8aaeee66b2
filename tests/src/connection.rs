//! Every kind of connection that the tests of behaviour run on.

use std::sync::atomic::{AtomicU32, Ordering};

use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use surrealdb::opt::Config;
use surrealdb::opt::capabilities::Capabilities;
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
        self.open_with(Config::new(), Server::shared).await
    }

    /// Opens one where everything experimental is switched on: buckets, modules.
    pub async fn open_experimental(self) -> Database {
        let capabilities = Capabilities::all().with_all_experimental_features_allowed();
        let config = Config::new().capabilities(capabilities);
        self.open_with(config, Server::shared_experimental).await
    }

    async fn open_with(self, config: Config, server: fn() -> &'static Server) -> Database {
        let (db, folder) = match self {
            Self::Memory => (embedded("mem://", config).await, None),
            Self::SurrealKv => {
                let folder = tempfile::tempdir().expect("there is room for a folder");
                let endpoint = format!("surrealkv://{}", folder.path().display());
                (embedded(&endpoint, config).await, Some(folder))
            }
            Self::WebSocket => (server().connect("ws").await, None),
            Self::Http => (server().connect("http").await, None),
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

async fn embedded(endpoint: &str, config: Config) -> Surreal<Any> {
    let opened = any::connect((endpoint, config)).await;
    opened.expect("the engine opens")
}

/// A namespace that no other test of this process has.
pub fn unused_namespace() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Makes a test of each function for each kind of connection; with `experimental:` before them, for
/// each kind with everything experimental switched on.
#[macro_export]
macro_rules! on_every_engine {
    (experimental: $($test:ident),* $(,)?) => {
        $crate::on_every_engine!(@ open_experimental: $($test)*);
    };
    ($($test:ident),* $(,)?) => {
        $crate::on_every_engine!(@ open: $($test)*);
    };
    (@ $open:ident: $($test:ident)*) => {
        $crate::on_every_engine!(@ memory Memory $open $($test)*);
        $crate::on_every_engine!(@ surrealkv SurrealKv $open $($test)*);
        $crate::on_every_engine!(@ websocket WebSocket $open $($test)*);
        $crate::on_every_engine!(@ http Http $open $($test)*);
    };
    (@ $module:ident $engine:ident $open:ident $($test:ident)*) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    let db = $crate::connection::Engine::$engine.$open().await;
                    super::$test(&db).await;
                }
            )*
        }
    };
}
