//! The rules about what is likely to hurt, by the examples in their documentation: what the build says
//! about each, and what the engine does with it.

mod harms;
mod levels;
mod near_misses;
mod pages;
mod types;
