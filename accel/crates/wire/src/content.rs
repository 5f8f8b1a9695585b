//! What the fields of a head say about the message: RFC 9112 §6, §9.3.

use crate::chunk_size::MAX_SAFE;
use crate::parse_error::{Code, ParseError};
use crate::text::{lower, quoted, trim_ows};

/// RFC 9110 §8.6: digits; the same number repeated, in a list or in several fields, is one number.
pub(crate) fn content_length(
    value: &[u8],
    earlier: Option<u64>,
    offset: u64,
) -> Result<u64, ParseError> {
    let mut length = earlier;
    for member in value.split(|&octet| octet == b',') {
        let Some(number) = digits(trim_ows(member)) else {
            let message = format!("bad Content-Length: {}", quoted(value, 60));
            return Err(ParseError::new(Code::BadContentLength, message, offset));
        };
        if length.is_some_and(|length| length != number) {
            let message = "conflicting Content-Length headers";
            return Err(ParseError::new(Code::BadContentLength, message, offset));
        }
        length = Some(number);
    }
    Ok(length.unwrap_or(0))
}

fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 16 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = text
        .iter()
        .fold(0, |number, &octet| number * 10 + u64::from(octet - b'0'));
    (number <= MAX_SAFE).then_some(number)
}

/// Whether the message is chunked. Codings that were not asked for cannot be undone, so they are refused. `identity`,
/// which RFC 2616 had, is no coding at all; beside others it has no meaning.
pub(crate) fn is_chunked(lowered: &[u8], offset: u64) -> Result<bool, ParseError> {
    let mut codings = lowered
        .split(|&octet| octet == b',')
        .map(trim_ows)
        .filter(|coding| !coding.is_empty());
    match (codings.next(), codings.next()) {
        (Some(b"chunked"), None) => Ok(true),
        (Some(b"identity"), None) => Ok(false),
        _ => {
            let message = format!("unsupported Transfer-Encoding: {}", quoted(lowered, 60));
            Err(ParseError::new(Code::BadTransferCoding, message, offset))
        }
    }
}

/// Seconds of `Keep-Alive: timeout`.
pub(crate) fn keep_alive_seconds(value: &[u8]) -> Option<u32> {
    const NAME: &[u8] = b"timeout";
    let mut start = 0;
    while start + NAME.len() <= value.len() {
        let at = start;
        start += 1;
        let is_boundary =
            at == 0 || value[at - 1] == b',' || value[at - 1] == b';' || is_space(value[at - 1]);
        if !is_boundary || !value[at..at + NAME.len()].eq_ignore_ascii_case(NAME) {
            continue;
        }
        let rest = skip_space(&value[at + NAME.len()..]);
        let Some(rest) = rest.strip_prefix(b"=") else {
            continue;
        };
        let rest = skip_space(rest);
        let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
        let count = rest
            .iter()
            .take(9)
            .take_while(|octet| octet.is_ascii_digit())
            .count();
        if count > 0 {
            return Some(
                rest[..count]
                    .iter()
                    .fold(0, |number, &octet| number * 10 + u32::from(octet - b'0')),
            );
        }
    }
    None
}

/// White space as a regular expression of JavaScript has it, in Latin-1.
fn is_space(octet: u8) -> bool {
    matches!(octet, 9..=13 | 32 | 0xa0)
}

fn skip_space(text: &[u8]) -> &[u8] {
    let count = text.iter().take_while(|&&octet| is_space(octet)).count();
    &text[count..]
}

/// Whether a list of lower-case members has this one.
pub(crate) fn has_member(list: &[u8], member: &[u8]) -> bool {
    list.split(|&octet| octet == b',')
        .any(|item| trim_ows(item) == member)
}

/// Adds the lower-case members of a value to a list.
pub(crate) fn add_members(list: &mut Option<Vec<u8>>, value: &[u8]) {
    let lowered = lower(value);
    match list {
        None => *list = Some(lowered),
        Some(list) => {
            list.push(b',');
            list.extend_from_slice(&lowered);
        }
    }
}
