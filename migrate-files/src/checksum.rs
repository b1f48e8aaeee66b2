//! What a migration's text is compared by.

#[cfg(feature = "read")]
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

#[cfg(feature = "read")]
use crate::text::{normalise, without_directives};
#[cfg(feature = "read")]
use sha2::{Digest, Sha256};

/// What an up script is recognised by: a SHA-256, printed as 64 hexadecimal digits.
///
/// It is taken of the script's text in UTF-8, normalised and without its directives:
/// 1. without a byte-order mark, and with LF for every CRLF, so that it is the same for a checkout on
///    Windows;
/// 2. without the lines of the form `-- migrate: WORD` among the comments and blank lines that the
///    text begins with, each removed with its line break, so that a directive can be added to a
///    migration that is already applied, or removed from it.
///
/// Every other byte counts, those of comments and blank lines included. So a directive is added as a
/// line of its own, without a blank line. For a file with LF and no directives this is what
/// `sha256sum` prints.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checksum([u8; 32]);

impl Checksum {
    /// The checksum of a script's text, normalised or not.
    #[cfg(feature = "read")]
    #[must_use]
    pub fn of(text: &str) -> Self {
        let normalised = normalise(Cow::Borrowed(text));
        Self(Sha256::digest(without_directives(&normalised)).into())
    }

    /// A checksum that was computed before.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In one piece: a start prints that of every migration, and a formatter asked for each byte
        // would cost more than all else that it does here.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 0xf)];
        }
        f.write_str(str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

/// From 64 hexadecimal digits, as they are printed.
impl FromStr for Checksum {
    type Err = NotAChecksum;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAChecksum);
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = &text[2 * index..2 * index + 2];
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NotAChecksum)?;
        }
        Ok(Self(bytes))
    }
}

/// A text that is not a [`Checksum`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAChecksum;

impl fmt::Display for NotAChecksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a checksum has 64 hexadecimal digits")
    }
}

impl std::error::Error for NotAChecksum {}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}
