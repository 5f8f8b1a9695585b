use crate::fault::{Code, Fault};

/// What a value is. The numbers are those of `JSON_KINDS` in `src/kernels/json-table.ts`.
pub(crate) mod kind {
    pub(crate) const NULL: u32 = 1;
    pub(crate) const FALSE: u32 = 2;
    pub(crate) const TRUE: u32 = 3;
    pub(crate) const NUMBER: u32 = 4;
    /// A string whose octets between the quotes are its text.
    pub(crate) const STRING: u32 = 5;
    /// A string with escape sequences.
    pub(crate) const ESCAPED: u32 = 6;
    pub(crate) const ARRAY: u32 = 7;
    pub(crate) const OBJECT: u32 = 8;
}

/// Checks that a text is JSON (RFC 8259) in UTF-8 without a byte order mark.
#[inline(never)]
pub(crate) fn validate(text: &[u8]) -> Result<(), Fault> {
    let invalid = match std::str::from_utf8(text) {
        Ok(_) => usize::MAX,
        Err(error) => error.valid_up_to(),
    };
    let fault = match Scanner::new(text).document() {
        Ok(()) => usize::MAX,
        Err(offset) => offset,
    };
    match invalid.min(fault) {
        usize::MAX => Ok(()),
        offset => Err(Fault::new(Code::Syntax, offset)),
    }
}

/// Walks through a text. Errors are offsets. Octets in strings are not looked at but for quotes, escapes and controls.
pub(crate) struct Scanner<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) at: usize,
    /// For each array or object that is open whether it is an object.
    open: Vec<bool>,
}

/// The octets between the quotes of a string.
#[derive(Clone, Copy)]
pub(crate) struct Quoted {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) has_escapes: bool,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
        }
    }

    fn document(&mut self) -> Result<(), usize> {
        self.skip_space();
        self.skip_value()?;
        self.end()
    }

    /// Expects nothing but space.
    pub(crate) fn end(&mut self) -> Result<(), usize> {
        self.skip_space();
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(self.at)
        }
    }

    /// The octet at hand; 0, which begins nothing in JSON, at the end.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    #[inline(always)]
    pub(crate) fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    /// Goes behind the value that begins here.
    pub(crate) fn skip_value(&mut self) -> Result<u32, usize> {
        let first = match self.peek() {
            b'{' => kind::OBJECT,
            b'[' => kind::ARRAY,
            _ => return self.scalar(),
        };
        self.open.clear();
        'value: loop {
            match self.peek() {
                b'{' => {
                    self.at += 1;
                    self.skip_space();
                    if self.peek() == b'}' {
                        self.at += 1;
                    } else {
                        self.open.push(true);
                        self.name()?;
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    self.skip_space();
                    if self.peek() == b']' {
                        self.at += 1;
                    } else {
                        self.open.push(false);
                        continue;
                    }
                }
                _ => {
                    self.scalar()?;
                }
            }
            while let Some(&is_object) = self.open.last() {
                self.skip_space();
                match (self.peek(), is_object) {
                    (b',', true) => {
                        self.at += 1;
                        self.skip_space();
                        self.name()?;
                        continue 'value;
                    }
                    (b',', false) => {
                        self.at += 1;
                        self.skip_space();
                        continue 'value;
                    }
                    (b'}', true) | (b']', false) => {
                        self.at += 1;
                        self.open.pop();
                    }
                    _ => return Err(self.at),
                }
            }
            return Ok(first);
        }
    }

    fn scalar(&mut self) -> Result<u32, usize> {
        match self.peek() {
            b'"' => Ok(if self.string()?.has_escapes {
                kind::ESCAPED
            } else {
                kind::STRING
            }),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.literal(b"true", kind::TRUE),
            b'f' => self.literal(b"false", kind::FALSE),
            b'n' => self.literal(b"null", kind::NULL),
            _ => Err(self.at),
        }
    }

    /// The name of a member and the colon behind it, up to the value.
    pub(crate) fn name(&mut self) -> Result<Quoted, usize> {
        if self.peek() != b'"' {
            return Err(self.at);
        }
        let name = self.string()?;
        self.skip_space();
        if self.peek() != b':' {
            return Err(self.at);
        }
        self.at += 1;
        self.skip_space();
        Ok(name)
    }

    pub(crate) fn string(&mut self) -> Result<Quoted, usize> {
        let start = self.at + 1;
        let mut at = start;
        let mut has_escapes = false;
        loop {
            while let Some(word) = self.text.get(at..at + 8) {
                let stops = stops(word);
                if stops != 0 {
                    at += (stops.trailing_zeros() / 8) as usize;
                    break;
                }
                at += 8;
            }
            match self.text.get(at) {
                None => return Err(self.text.len()),
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Quoted {
                        start,
                        end: at,
                        has_escapes,
                    });
                }
                Some(b'\\') => {
                    has_escapes = true;
                    at += self.escape(at)?;
                }
                Some(0..=0x1f) => return Err(at),
                Some(_) => at += 1,
            }
        }
    }

    /// The length of the escape sequence at an offset.
    fn escape(&self, at: usize) -> Result<usize, usize> {
        match self.text.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
            Some(b'u') => match self.text.get(at + 2..at + 6) {
                Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => Ok(6),
                _ => Err(at),
            },
            _ => Err(at),
        }
    }

    fn number(&mut self) -> Result<u32, usize> {
        if self.peek() == b'-' {
            self.at += 1;
        }
        if self.peek() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(kind::NUMBER)
    }

    fn digits(&mut self) -> Result<(), usize> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(start) }
    }

    fn literal(&mut self, literal: &[u8], kind: u32) -> Result<u32, usize> {
        match self.text.get(self.at..self.at + literal.len()) {
            Some(text) if text == literal => {
                self.at += literal.len();
                Ok(kind)
            }
            _ => Err(self.at),
        }
    }
}

const ONES: u64 = u64::MAX / 255;
const HIGHS: u64 = ONES << 7;

/// Has the high bit of each octet set that is a quote, a backslash or a control. Above the first one it may err.
#[inline(always)]
fn stops(octets: &[u8]) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(octets);
    let word = u64::from_le_bytes(word);
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    ((quote.wrapping_sub(ONES) & !quote)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (word.wrapping_sub(ONES * 0x20) & !word))
        & HIGHS
}

/// What the escape sequences of a string stand for. Surrogates without a partner become U+FFFD; with `strictly` there
/// is no result then.
pub(crate) fn unescape(quoted: &[u8], strictly: bool, out: &mut Vec<u8>) -> bool {
    let mut rest = quoted;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let (character, length) = match rest.get(at + 1) {
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'u') => match unicode_escape(rest, at) {
                (Some(character), length) => (character, length),
                (None, _) if strictly => return false,
                (None, length) => ('\u{fffd}', length),
            },
            Some(&other) => (char::from(other), 2),
            None => return false,
        };
        let mut buffer = [0; 4];
        out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        rest = rest.get(at + length..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    true
}

/// The character of `\uXXXX`, of two if they are a pair of surrogates, and its length.
fn unicode_escape(text: &[u8], at: usize) -> (Option<char>, usize) {
    let Some(first) = code_unit(text, at) else {
        return (None, 6);
    };
    if (0xd800..0xdc00).contains(&first)
        && let Some(second) = code_unit(text, at + 6)
        && (0xdc00..0xe000).contains(&second)
    {
        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(code), 12);
    }
    (char::from_u32(first), 6)
}

fn code_unit(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
