//! Scripts that are written down from the model of the schema: what undoes an up script, what makes the
//! whole schema, what turns it into another one.

mod down;
mod layout;
mod model;
mod unrestored;

pub use down::{DownScript, down_script};
