use crate::content::{add_members, content_length, has_member, is_chunked, keep_alive_seconds};
use crate::events::Limits;
use crate::fields::{FramingName, parse_fields};
use crate::parse_error::{Code, ParseError};

use crate::text::{illegal_index, trim_cr};

/// A parsed head, with what its fields say about the framing of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 1 or 0 of HTTP/1.1 and HTTP/1.0.
    pub minor: u8,
    pub status: u16,
    /// Name, value, name, value as received and the reason last, each but that with a LF behind it. A folded value is
    /// joined by single spaces.
    pub text: Vec<u8>,
    pub content_length: Option<u64>,
    /// The last transfer coding is `chunked`.
    pub is_chunked: bool,
    /// The connection may carry another request, as far as the head says (RFC 9112 §9.3).
    pub keeps_alive: bool,
    /// Seconds of `Keep-Alive: timeout`.
    pub keep_alive_seconds: Option<u32>,
}

/// Parses a complete head, empty line included. A line may end in LF alone, which RFC 9112 §2.2 lets a recipient accept
/// and httpx does.
///
/// `base` is the position of `text` in the response, for errors.
pub(crate) fn parse_head(text: &[u8], base: u64, limits: &Limits) -> Result<Head, ParseError> {
    let line_end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    if !text.starts_with(b"HTTP/1.") {
        return Err(ParseError::bad_status_line(&text[..line_end], base));
    }
    if let Some(illegal) = illegal_index(text) {
        let code = if illegal < line_end {
            Code::BadStatusLine
        } else {
            Code::BadField
        };
        let message = format!(
            "illegal character 0x{:02X} in the response head",
            text[illegal]
        );
        return Err(ParseError::new(code, message, base + illegal as u64));
    }
    let status_line = &text[..trim_cr(text, 0, line_end)];
    let Some((minor, status)) = parse_status_line(status_line) else {
        return Err(ParseError::bad_status_line(status_line, base));
    };
    let start = (line_end + 1).min(text.len());
    let fields = parse_fields(text, start, base, limits.max_head_fields, "response head")?;

    let mut length = None;
    let mut codings = None;
    let mut connection = None;
    let mut keep_alive = None;
    for &field in &fields.framing {
        let value = fields.value(field);
        match field.name {
            FramingName::Connection => add_members(&mut connection, value),
            FramingName::ContentLength => length = Some(content_length(value, length, base)?),
            FramingName::KeepAlive => keep_alive = keep_alive_seconds(value),
            FramingName::TransferEncoding => add_members(&mut codings, value),
        }
    }
    let mut chunked = false;
    if let Some(codings) = codings {
        if minor == 0 {
            let message = "Transfer-Encoding in an HTTP/1.0 response (RFC 9112 §6.1)";
            return Err(ParseError::new(Code::BadTransferCoding, message, base));
        }
        chunked = is_chunked(&codings, base)?;
    }
    let mut keeps_alive = minor == 1;
    if let Some(connection) = connection {
        if has_member(&connection, b"close") {
            keeps_alive = false;
        } else if has_member(&connection, b"keep-alive") {
            keeps_alive = true;
        }
    }
    // A length beside chunked is a smuggling attempt or a broken server; chunked wins, and the connection is not trusted
    // with another message (RFC 9112 §6.1).
    if chunked && length.is_some() {
        length = None;
        keeps_alive = false;
    }
    let mut text = fields.text;
    text.extend_from_slice(status_line.get(13..).unwrap_or_default());
    Ok(Head {
        minor,
        status,
        text,
        content_length: length,
        is_chunked: chunked,
        keeps_alive,
        keep_alive_seconds: keep_alive,
    })
}

/// `HTTP/1.x SP 3DIGIT [ SP reason ]` (RFC 9112 §4), of which the first seven were seen.
fn parse_status_line(line: &[u8]) -> Option<(u8, u16)> {
    let minor = match line.get(7)? {
        b'0' => 0,
        b'1' => 1,
        _ => return None,
    };
    let digits = line.get(9..12)?;
    if line[8] != b' ' || line.get(12).is_some_and(|&octet| octet != b' ') {
        return None;
    }
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let status = digits
        .iter()
        .fold(0, |status, &digit| status * 10 + u16::from(digit - b'0'));
    (status >= 100).then_some((minor, status))
}

/// Position after the empty line that ends the head.
pub(crate) fn end_of_head(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', text).find_map(|newline| match text.get(newline + 1..) {
        Some([b'\n', ..]) => Some(newline + 2),
        Some([b'\r', b'\n', ..]) => Some(newline + 3),
        _ => None,
    })
}

/// Whether a text can be the start of a status line; tells a server of another protocol early.
pub(crate) fn looks_like_status_line(text: &[u8]) -> bool {
    let prefix = b"HTTP/1.";
    let length = text.len().min(prefix.len());
    prefix[..length] == text[..length]
}
