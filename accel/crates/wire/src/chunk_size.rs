use crate::text::{illegal_index, trim_ows};

/// More digits cannot give a number that JavaScript counts exactly.
const MAX_DIGITS: usize = 15;
pub(crate) const MAX_SAFE: u64 = (1 << 53) - 1;

/// The size that a line `chunk-size [ chunk-ext ] CRLF` gives (RFC 9112 §7.1), its line end included in `line`.
/// Extensions are ignored. A line that ends in LF alone is malformed: two parties that disagree on where a chunk begins
/// see different messages.
pub(crate) fn parse_chunk_size(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"\r\n")?;
    let digits = line
        .iter()
        .take_while(|octet| octet.is_ascii_hexdigit())
        .count();
    if digits == 0 || digits > MAX_DIGITS {
        return None;
    }
    let size = line[..digits].iter().fold(0_u64, |size, &octet| {
        size * 16 + u64::from(char::from(octet).to_digit(16).unwrap_or(0))
    });
    if size > MAX_SAFE {
        return None;
    }
    // White space after the size is common; anything else must be an extension (RFC 9112 §7.1.1).
    let rest = trim_ows(&line[digits..]);
    let is_extension = rest.is_empty() || rest[0] == b';';
    (is_extension && illegal_index(rest).is_none()).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::parse_chunk_size;

    #[test]
    fn sizes() {
        assert_eq!(parse_chunk_size(b"0\r\n"), Some(0));
        assert_eq!(parse_chunk_size(b"1aF \t;x=\"y\"\r\n"), Some(0x1af));
        assert_eq!(parse_chunk_size(b"1fffffffffffff\r\n"), Some((1 << 53) - 1));
        for bad in [
            "5\n",
            "\r\n",
            " 5\r\n",
            "5 6\r\n",
            "5;\x01\r\n",
            "20000000000000\r\n",
            "0000000000000005\r\n",
            "-1\r\n",
        ] {
            assert_eq!(parse_chunk_size(bad.as_bytes()), None, "{bad:?}");
        }
    }
}
