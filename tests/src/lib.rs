//! The workspace's own application: integration tests.
