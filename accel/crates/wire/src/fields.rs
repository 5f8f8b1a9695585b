use crate::parse_error::{Code, ParseError};
use crate::text::{is_token, trim_cr, trim_ows};

/// Fields as one text: each name and each value has a LF behind it, which neither of them can contain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub text: Vec<u8>,
    pub count: usize,
    /// Where the values are of the fields that frame the message.
    pub framing: Vec<FramingField>,
}

/// A field that says something about the message or the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FramingField {
    pub name: FramingName,
    start: usize,
    end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FramingName {
    Connection,
    ContentLength,
    KeepAlive,
    TransferEncoding,
}

impl Fields {
    pub fn value(&self, field: FramingField) -> &[u8] {
        &self.text[field.start..field.end]
    }

    fn push(&mut self, name: &[u8], value: &[u8]) {
        self.text.extend_from_slice(name);
        self.text.push(b'\n');
        let start = self.text.len();
        self.text.extend_from_slice(value);
        if let Some(name) = framing_name(name) {
            let end = self.text.len();
            self.framing.push(FramingField { name, start, end });
        }
        self.text.push(b'\n');
        self.count += 1;
    }

    /// Continues the last value.
    fn fold(&mut self, more: &[u8]) {
        self.text.pop();
        let end = self.text.len();
        if self.text.last() != Some(&b'\n') && !more.is_empty() {
            self.text.push(b' ');
        }
        self.text.extend_from_slice(more);
        let longer = self.text.len();
        if let Some(last) = self.framing.last_mut()
            && last.end == end
        {
            last.end = longer;
        }
        self.text.push(b'\n');
    }
}

fn framing_name(name: &[u8]) -> Option<FramingName> {
    let is = |text: &[u8]| name.eq_ignore_ascii_case(text);
    match name.len() {
        10 if is(b"connection") => Some(FramingName::Connection),
        10 if is(b"keep-alive") => Some(FramingName::KeepAlive),
        14 if is(b"content-length") => Some(FramingName::ContentLength),
        17 if is(b"transfer-encoding") => Some(FramingName::TransferEncoding),
        _ => None,
    }
}

/// Parses the field lines of `text` from `start` up to the empty line with which it ends.
///
/// `base` is the position of `text` in the response, for errors.
pub(crate) fn parse_fields(
    text: &[u8],
    start: usize,
    base: u64,
    max_fields: usize,
    what: &str,
) -> Result<Fields, ParseError> {
    let mut fields = Fields {
        text: Vec::with_capacity(text.len() - start),
        ..Fields::default()
    };
    let mut position = start;
    while let Some(found) = memchr::memchr(b'\n', &text[position..]) {
        let newline = position + found;
        let line = &text[position..trim_cr(text, position, newline)];
        if line.is_empty() {
            break;
        }
        let offset = base + position as u64;
        if line[0] == b' ' || line[0] == b'\t' {
            // obs-fold (RFC 9112 §5.2): the line continues the value before it.
            if fields.count == 0 {
                let message = format!(
                    "illegal header line: white space before the first field of the {what}"
                );
                return Err(ParseError::new(Code::BadField, message, offset));
            }
            fields.fold(trim_ows(line));
        } else {
            let colon = memchr::memchr(b':', line).filter(|&colon| is_token(&line[..colon]));
            let Some(colon) = colon else {
                let message =
                    format!("illegal header line: no field name before a colon in the {what}");
                return Err(ParseError::new(Code::BadField, message, offset));
            };
            if fields.count >= max_fields {
                let message = format!("more than {max_fields} fields in the {what}");
                return Err(ParseError::new(Code::Limit, message, offset));
            }
            fields.push(&line[..colon], trim_ows(&line[colon + 1..]));
        }
        position = newline + 1;
    }
    Ok(fields)
}
