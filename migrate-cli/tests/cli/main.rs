//! The built command as its users run it: what it prints, and how it ends.

mod checking;
mod support;
