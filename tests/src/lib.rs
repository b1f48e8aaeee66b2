//! What the integration tests stand on: a real server, every kind of connection, sets of migrations
//! written on the spot, scripts of every kind, and questions to a database.

#![allow(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "what a test stands on panics where the test cannot go on"
)]

pub mod application;
pub mod connection;
pub mod proxy;
pub mod questions;
pub mod replicas;
pub mod scripts;
pub mod server;
pub mod sets;
