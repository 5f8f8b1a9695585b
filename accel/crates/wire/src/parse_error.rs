use crate::text::quoted;

/// What a response can have wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    BadChunk,
    BadContentLength,
    BadField,
    BadStatusLine,
    BadTransferCoding,
    Limit,
    Truncated,
    UnaskedUpgrade,
}

impl Code {
    /// Its name in TypeScript.
    pub fn name(self) -> &'static str {
        match self {
            Code::BadChunk => "bad-chunk",
            Code::BadContentLength => "bad-content-length",
            Code::BadField => "bad-field",
            Code::BadStatusLine => "bad-status-line",
            Code::BadTransferCoding => "bad-transfer-coding",
            Code::Limit => "limit",
            Code::Truncated => "truncated",
            Code::UnaskedUpgrade => "unasked-upgrade",
        }
    }
}

/// The octets received are not a response that HTTP/1.1 allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub code: Code,
    pub message: String,
    /// Position of the offending octet, counted from the first octet of the response, interim ones included.
    pub offset: u64,
}

impl ParseError {
    pub(crate) fn new(code: Code, message: impl Into<String>, offset: u64) -> Self {
        ParseError {
            code,
            message: message.into(),
            offset,
        }
    }

    pub(crate) fn too_large(what: &str, limit: usize, offset: u64) -> Self {
        let message = format!("the {what} is larger than {limit} bytes");
        ParseError::new(Code::Limit, message, offset)
    }

    pub(crate) fn bad_status_line(line: &[u8], offset: u64) -> Self {
        // Of what is no HTTP little is shown, as it may be anything.
        let limit = if line.starts_with(b"HTTP/") { 60 } else { 16 };
        let message = format!("illegal status line: {}", quoted(line, limit));
        ParseError::new(Code::BadStatusLine, message, offset)
    }
}
