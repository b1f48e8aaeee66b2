//! Many replicas, dying processes, broken lines: every migration exactly once.

mod cuts;
mod deaths;
mod group;
mod lease;
mod many;
mod overlapping;
mod round_trips;
mod statements;
mod waiting;
