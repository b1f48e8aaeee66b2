//! What a database itself says of the migrations: that each is undone by its down script, and that
//! nothing else has changed the schema.

mod adopting;
mod drifting;
mod own_set;
mod verifying;
