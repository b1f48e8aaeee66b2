//! The rules about what is likely to hurt, by the examples in their documentation. That the harm is
//! there is held against the engine elsewhere.

mod levels;
mod near_misses;
mod pages;
mod sets;
mod variants;
