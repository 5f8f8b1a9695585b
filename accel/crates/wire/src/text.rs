//! Octets as the TypeScript codec sees them: characters of Latin-1.

use std::fmt::Write as _;

/// At most `limit` characters as `JSON.stringify` writes them.
pub(crate) fn quoted(octets: &[u8], limit: usize) -> String {
    let mut text = String::with_capacity(limit + 2);
    text.push('"');
    for &octet in octets.iter().take(limit) {
        match octet {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            8 => text.push_str("\\b"),
            9 => text.push_str("\\t"),
            10 => text.push_str("\\n"),
            12 => text.push_str("\\f"),
            13 => text.push_str("\\r"),
            0..32 => {
                let _ = write!(text, "\\u{octet:04x}");
            }
            _ => text.push(char::from(octet)),
        }
    }
    text.push('"');
    text
}

/// As `toLowerCase` does it.
pub(crate) fn lower(octets: &[u8]) -> Vec<u8> {
    octets
        .iter()
        .map(|&octet| match octet {
            b'A'..=b'Z' | 0xc0..=0xd6 | 0xd8..=0xde => octet | 32,
            _ => octet,
        })
        .collect()
}

fn is_ows(octet: u8) -> bool {
    octet == b' ' || octet == b'\t'
}

/// Without the optional white space around it (RFC 9110 §5.6.3).
pub(crate) fn trim_ows(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_ows(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_ows(*last)
    {
        text = rest;
    }
    text
}

const fn token_table() -> [bool; 256] {
    let mut table = [false; 256];
    let characters =
        b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut index = 0;
    while index < characters.len() {
        table[characters[index] as usize] = true;
        index += 1;
    }
    table
}

static TOKEN: [bool; 256] = token_table();

/// Whether a text is a `token` (RFC 9110 §5.6.2).
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&octet| TOKEN[usize::from(octet)])
}

const fn control_table() -> [bool; 256] {
    let mut table = [false; 256];
    let mut octet = 0;
    while octet < 32 {
        table[octet] = octet != 9 && octet != 10;
        octet += 1;
    }
    table[127] = true;
    table
}

/// Control characters, CR among them, which needs a second look.
static CONTROL: [bool; 256] = control_table();

/// Position of the first control character, or of a CR that does not end a line: neither may stand in a head, a
/// trailer section or a chunk extension (RFC 9112 §2.2, §5).
pub(crate) fn illegal_index(text: &[u8]) -> Option<usize> {
    let mut position = 0;
    while let Some(found) = text[position..]
        .iter()
        .position(|&octet| CONTROL[usize::from(octet)])
    {
        let index = position + found;
        if text[index] != b'\r' || text.get(index + 1) != Some(&b'\n') {
            return Some(index);
        }
        position = index + 1;
    }
    None
}

/// Position of the first LF that does not follow a CR.
pub(crate) fn bare_line_feed(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', text).find(|&index| index == 0 || text[index - 1] != b'\r')
}

/// Where a line that ends before the LF at `newline` ends without its CR.
pub(crate) fn trim_cr(text: &[u8], start: usize, newline: usize) -> usize {
    if newline > start && text[newline - 1] == b'\r' {
        newline - 1
    } else {
        newline
    }
}
