//! Scripts that are written down from the model of the schema: what undoes an up script, what makes the
//! whole schema, what turns it into another one.

mod diff;
mod down;
mod layout;
mod model;
mod schema;
mod unrestored;

pub use diff::{DesiredSchema, SchemaDiff, schema_diff};
pub use down::{DownScript, down_script};
pub use schema::{schema_outline, schema_text};
