//! Arguments that several commands take.

#[cfg(feature = "program")]
mod connection;
#[cfg(feature = "program")]
mod directory;

#[cfg(feature = "program")]
pub use connection::ConnectionArguments;
#[cfg(feature = "program")]
pub use directory::DirectoryArguments;

/// What becomes of a database that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMissing {
    /// It is created, if the user may do so: the engine does that when it is selected.
    Create,
    /// Nothing is, and that is an error.
    Fail,
}
