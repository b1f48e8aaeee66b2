//! What the runtime does, through its public face alone, on every kind of connection.

mod accepting;
mod adopting;
mod applying;
mod background_indexes;
mod bad_history;
mod baseline;
mod failing;
mod permissions;
mod planning_down;
mod product_set;
mod python_takeover;
mod reporting;
mod reverting;
mod sharing_requests;
mod states;
mod stopping;
mod tenants;
