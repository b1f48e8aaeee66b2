//! What the integration tests stand on: a real server, every kind of connection, sets of migrations
//! written on the spot, and questions to a database.

pub mod connection;
pub mod proxy;
pub mod questions;
pub mod replicas;
pub mod server;
pub mod sets;
