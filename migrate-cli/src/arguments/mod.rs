//! Arguments that several commands take.

#[cfg(feature = "program")]
mod connection;
#[cfg(feature = "program")]
mod directory;

#[cfg(feature = "program")]
pub use connection::ConnectionArguments;
#[cfg(feature = "program")]
pub use directory::DirectoryArguments;
