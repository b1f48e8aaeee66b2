//! The model of the schema beside the engine's own: generated histories, this repository's migrations
//! and scripts of every kind run on both.

mod comparison;
mod edges;
mod generated;
mod histories;
mod made_tables;
mod pairs;
mod scripts;
mod transitions;
mod written;
