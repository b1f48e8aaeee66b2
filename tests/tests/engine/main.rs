//! What the engine does that the rules for scripts and the runner stand on, asked of the engine
//! itself on every kind of connection. Where one of these fails with a newer engine, the rule that
//! stands on it has to be looked at.

mod already_there;
mod background_builds;
mod contention;
mod foreground_builds;
mod indexes_and_writes;
mod isolation;
mod missing;
mod outcome;
mod own_conflicts;
mod reaching_outside;
mod sessions;
mod several_transactions;
mod users;
mod wire_limits;
