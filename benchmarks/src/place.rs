//! Where databases are.

use std::time::Duration;

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tests::connection::{Engine, unused_namespace};
use tests::server::{self, Server};

use crate::network::Network;

/// The engines that everything is measured on.
pub const ENGINES: [Engine; 3] = [Engine::Memory, Engine::SurrealKv, Engine::WebSocket];

/// What people call them.
pub const fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Memory => "in memory",
        Engine::SurrealKv => "SurrealKV",
        Engine::WebSocket => "WebSocket",
        Engine::Http => "HTTP",
    }
}

/// A database of the server that several connections can be made to.
pub struct Shared {
    namespace: String,
}

impl Shared {
    pub fn new() -> Self {
        Self {
            namespace: format!("shared_{}", unused_namespace()),
        }
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Without anything between.
    pub async fn connect(&self) -> Surreal<Any> {
        self.select(Server::shared().connect("ws").await).await
    }

    /// Over a network that delays.
    pub async fn connect_over(&self, network: &Network) -> Surreal<Any> {
        let endpoint = format!("ws://{}", network.address());
        self.select(server::connect(&endpoint).await).await
    }

    async fn select(&self, db: Surreal<Any>) -> Surreal<Any> {
        let selected = db.use_ns(&self.namespace).use_db("app").await;
        selected.expect("a database can be selected");
        db
    }
}

/// A network before the server.
pub async fn network(round_trip: Duration) -> Network {
    Network::start(Server::shared().address(), round_trip).await
}
