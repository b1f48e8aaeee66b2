//! From bytes to the text that is embedded: UTF-8, without a byte-order mark, lines ended by LF.

use crate::place::Snippet;

/// Bytes that are not UTF-8, and where the first of them stands.
#[derive(Debug, PartialEq, Eq)]
pub struct NotUtf8 {
    pub snippet: Snippet,
    pub help: &'static str,
}

/// Normalises a file's bytes, so that a checkout on Windows embeds the same text, and with it the
/// same checksum, as one on Linux.
pub fn normalise(bytes: &[u8]) -> Result<String, NotUtf8> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(text.replace("\r\n", "\n"))
}

fn not_utf8(bytes: &[u8], offset: usize) -> NotUtf8 {
    let help = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16; save it as UTF-8",
        _ => "save the file as UTF-8",
    };
    let text = String::from_utf8_lossy(bytes);
    // Up to the first fault the lossy text has the bytes of the file.
    NotUtf8 {
        snippet: Snippet::new(&text, offset, offset + 1, ""),
        help,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_and_carriage_returns_are_dropped_and_nothing_else() {
        let bytes = b"\xef\xbb\xbf-- a\r\n\tLET $x = '\xc3\xa4\r';\r\n";
        assert_eq!(normalise(bytes).unwrap(), "-- a\n\tLET $x = 'ä\r';\n");
    }

    #[test]
    fn the_first_bad_byte_is_pointed_at() {
        let place = normalise(b"ok\n\xc3\xa4b\xff!").unwrap_err().snippet.place;
        assert_eq!((place.line, place.column), (2, 3));
    }
}
