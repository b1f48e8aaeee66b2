//! The same files read by a plain program, as unoptimised as the macro is.

use std::fs;
use std::path::Path;
use std::time::Duration;

use migrate_files::{Directory, list_directory, read_files};

use crate::Result;
use crate::stopwatch::Stopwatch;

/// What reading a directory takes, step by step.
#[derive(Clone, Copy)]
pub struct Reading {
    /// Every file's bytes, and nothing else.
    pub bare: Duration,
    /// The macro's way to those bytes: names are looked at before.
    pub listing: Duration,
    /// Normalising, parsing, pairing, checksums.
    pub checking: Duration,
}

impl Reading {
    /// What every measurement is faster than.
    pub const SLOWEST: Self = Self {
        bare: Duration::MAX,
        listing: Duration::MAX,
        checking: Duration::MAX,
    };

    /// Reads a directory of migrations once each way.
    pub fn measure(folder: &Path) -> Result<Self> {
        let start = Stopwatch::start();
        for entry in fs::read_dir(folder)? {
            std::hint::black_box(fs::read(entry?.path())?);
        }
        let bare = start.elapsed();
        let directory = Directory::at(folder);
        let start = Stopwatch::start();
        let files = list_directory(&directory)?;
        let listing = start.elapsed();
        let start = Stopwatch::start();
        std::hint::black_box(read_files(&directory, &files)?);
        let checking = start.elapsed();
        Ok(Self {
            bare,
            listing,
            checking,
        })
    }

    /// The faster one of each step.
    pub fn min(self, other: Self) -> Self {
        Self {
            bare: self.bare.min(other.bare),
            listing: self.listing.min(other.listing),
            checking: self.checking.min(other.checking),
        }
    }
}
