//! Arguments that several commands take.

#[cfg(feature = "program")]
mod connection;
#[cfg(feature = "program")]
mod directory;
mod listing;
mod tenants;

#[cfg(feature = "program")]
pub use connection::ConnectionArguments;
#[cfg(feature = "program")]
pub use directory::DirectoryArguments;
pub use listing::{databases, namespaces};
pub use tenants::TenantsArguments;

/// What becomes of a database that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMissing {
    /// It is created, if the user may do so: the engine does that when it is selected.
    Create,
    /// Nothing is, and that is an error.
    Fail,
}

/// What a command needs to have selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selects {
    /// A database.
    Database(IfMissing),
    /// A namespace, of which it works on many databases.
    Namespace(IfMissing),
}
