//! From bytes to the text that is embedded: UTF-8, without a byte-order mark, lines ended by LF.

use std::borrow::Cow;

use crate::place::Snippet;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Bytes that are not UTF-8, and where the first of them is.
#[derive(Debug, PartialEq, Eq)]
pub struct NotUtf8 {
    pub snippet: Snippet,
    pub help: &'static str,
}

/// The normalised text of a file.
pub fn decode(bytes: &[u8]) -> Result<String, NotUtf8> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    Ok(normalise(Cow::Borrowed(text)).into_owned())
}

/// Drops what differs between checkouts of the same file, so that one on Windows embeds the same
/// text, and with it the same checksum, as one on Linux.
pub fn normalise(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.starts_with(BYTE_ORDER_MARK) || text.contains("\r\n") {
        true => {
            let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
            Cow::Owned(text.replace("\r\n", "\n"))
        }
        false => text,
    }
}

fn not_utf8(bytes: &[u8], offset: usize) -> NotUtf8 {
    let help = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16; save it as UTF-8",
        _ => "save the file as UTF-8",
    };
    let text = String::from_utf8_lossy(bytes);
    // Up to the first fault the lossy text has the bytes of the file.
    NotUtf8 {
        snippet: Snippet::new(&text, offset, offset, ""),
        help,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_and_carriage_returns_are_dropped_and_nothing_else() {
        let bytes = b"\xef\xbb\xbf-- a\r\n\tLET $x = '\xc3\xa4\r';\r\n";
        assert_eq!(decode(bytes).unwrap(), "-- a\n\tLET $x = 'ä\r';\n");
    }

    #[test]
    fn utf_16_is_named() {
        for mark in [b"\xff\xfe", b"\xfe\xff"] {
            assert!(decode(mark).unwrap_err().help.contains("UTF-16"));
        }
        assert!(!decode(b"\xff\xff").unwrap_err().help.contains("UTF-16"));
    }

    #[test]
    fn the_first_bad_byte_is_pointed_at() {
        let place = decode(b"ok\n\xc3\xa4b\xff!").unwrap_err().snippet.place;
        assert_eq!((place.line, place.column), (2, 3));
    }
}
