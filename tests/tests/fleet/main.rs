//! Many replicas, dying processes, broken lines: every migration exactly once.

mod cuts;
mod deaths;
mod group;
mod lease;
mod many;
mod round_trips;
mod statements;
mod waiting;
