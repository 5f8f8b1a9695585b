use crate::chunk_size::parse_chunk_size;
use crate::events::{Events, Expectation, Limits};
use crate::fields::parse_fields;
use crate::head::{Head, end_of_head, looks_like_status_line, parse_head};
use crate::parse_error::{Code, ParseError};
use crate::text::{bare_line_feed, illegal_index, quoted};

/// So many octets tell whether a status line begins.
const PREFIX: usize = 7;
/// Memory for what is pending that is kept from one response to the next.
const KEPT: usize = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Length,
    ChunkSize,
    ChunkData,
    ChunkEnd,
    Trailers,
    UntilClose,
    Tunnel,
    Done,
}

/// Sans-I/O parser for the response side of HTTP/1.1: octets in, events out, whatever the pieces in which they come.
pub struct ResponseParser {
    limits: Limits,
    expect: Expectation,
    state: State,
    /// Octets of this response before the ones at hand.
    offset: u64,
    /// Octets still to come of the body or chunk.
    remaining: u64,
    /// Octets of a body whose length is known.
    length: u64,
    informational: usize,
    /// Octets of empty lines before the status line.
    skipped: usize,
    /// The start of a head, chunk line or trailer section that is not complete yet.
    pending: Vec<u8>,
    /// Where in the pending octets the current line starts.
    line_start: usize,
    keeps_alive: bool,
    keep_alive_seconds: Option<u32>,
}

impl ResponseParser {
    pub fn new(limits: Limits) -> Self {
        ResponseParser {
            limits,
            expect: Expectation::default(),
            state: State::Done,
            offset: 0,
            remaining: 0,
            length: 0,
            informational: 0,
            skipped: 0,
            pending: Vec::new(),
            line_start: 0,
            keeps_alive: false,
            keep_alive_seconds: None,
        }
    }

    /// Whether the last response is complete, and no other is expected.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Whether the connection has become a tunnel: every octet from now on is body.
    pub fn is_tunnel(&self) -> bool {
        self.state == State::Tunnel
    }

    /// Whether octets of the response have come that are no event yet; an interim response was one.
    pub fn is_waiting(&self) -> bool {
        !self.pending.is_empty() || self.skipped > 0
    }

    /// Whether the connection may carry another message, as far as the head of this one said.
    pub fn keeps_alive(&self) -> bool {
        self.keeps_alive
    }

    pub fn keep_alive_seconds(&self) -> Option<u32> {
        self.keep_alive_seconds
    }

    /// Octets of the response seen so far, interim responses included.
    pub fn offset(&self) -> u64 {
        self.offset + self.pending.len() as u64
    }

    /// Makes ready for the response to a request.
    pub fn start(&mut self, expect: Expectation) {
        self.expect = expect;
        self.state = State::Head;
        self.offset = 0;
        self.informational = 0;
        self.skipped = 0;
        self.drop_pending();
    }

    /// Takes octets, and returns how many: less than all once the response is complete, so that surplus can be seen.
    pub fn push(&mut self, octets: &[u8], events: &mut impl Events) -> Result<usize, ParseError> {
        let mut position = 0;
        while position < octets.len() {
            let rest = &octets[position..];
            position += match self.state {
                State::Done => break,
                State::Head => self.push_head(rest, events)?,
                State::Length | State::ChunkData | State::UntilClose | State::Tunnel => {
                    self.push_body(rest, events)
                }
                State::ChunkSize => self.push_chunk_size(rest)?,
                State::ChunkEnd => self.push_chunk_end(rest[0])?,
                State::Trailers => self.push_trailers(rest, events)?,
            };
        }
        Ok(position)
    }

    /// Octets that come next and are nothing but body; more than can come if only the end of the connection ends it.
    pub fn body_ahead(&self) -> u64 {
        match self.state {
            State::Length | State::ChunkData => self.remaining,
            State::UntilClose | State::Tunnel => u64::MAX,
            _ => 0,
        }
    }

    /// So many octets of the body, at most those ahead, went another way than through here.
    pub fn pass_body(&mut self, octets: usize, events: &mut impl Events) {
        self.offset += octets as u64;
        if !matches!(self.state, State::Length | State::ChunkData) {
            return;
        }
        self.remaining -= octets as u64;
        if self.remaining == 0 {
            if self.state == State::Length {
                self.complete(None, events);
            } else {
                self.state = State::ChunkEnd;
            }
        }
    }

    /// The peer has closed: ends a body that lasts until then, and fails if anything is missing.
    pub fn finish(&mut self, events: &mut impl Events) -> Result<(), ParseError> {
        let message = match self.state {
            State::Done => return Ok(()),
            State::UntilClose | State::Tunnel => {
                self.complete(None, events);
                return Ok(());
            }
            State::Head if self.offset() == 0 => {
                "server disconnected without sending a response".to_owned()
            }
            State::Head => "peer closed connection in the middle of the response head".to_owned(),
            State::Length => format!(
                "peer closed connection without sending complete message body (received {} bytes, expected {})",
                self.length - self.remaining,
                self.length
            ),
            _ => "peer closed connection without sending complete message body (incomplete chunked read)"
                .to_owned(),
        };
        Err(ParseError::new(Code::Truncated, message, self.offset()))
    }

    fn push_head(&mut self, octets: &[u8], events: &mut impl Events) -> Result<usize, ParseError> {
        if self.pending.is_empty() {
            if octets[0] == b'\n' || octets[0] == b'\r' {
                let taken = self.skip_empty_lines(octets)?;
                if taken > 0 {
                    return Ok(taken);
                }
            }
            // The common case: the head lies whole in one piece, so nothing has to be kept.
            let window = octets.len().min(self.limits.max_head_bytes - self.skipped);
            if let Some(end) = end_of_head(&octets[..window]) {
                let head = parse_head(&octets[..end], self.offset, &self.limits)?;
                self.finish_head(head, end, events)?;
                return Ok(end);
            }
        } else if self.pending == b"\r" && octets[0] == b'\n' {
            self.pending.clear();
            self.skip(2)?;
            return Ok(1);
        }
        // The beginning is looked at before more is kept, so that it is judged alike however it was cut.
        let limit = self.limits.max_head_bytes - self.skipped;
        let prefix = PREFIX.min(limit);
        let is_beginning = self.pending.len() < prefix;
        let stop = if is_beginning {
            octets.len().min(prefix - self.pending.len())
        } else {
            octets.len()
        };
        let Some(taken) = self.collect(&octets[..stop], limit, "response head")? else {
            if is_beginning {
                self.check_beginning()?;
            }
            return Ok(stop);
        };
        let text = std::mem::take(&mut self.pending);
        let head = parse_head(&text, self.offset, &self.limits);
        self.pending = text;
        let length = self.pending.len();
        self.finish_head(head?, length, events)?;
        Ok(taken)
    }

    /// Empty lines before a status line are skipped (RFC 9112 §2.2), but count for the limit.
    fn skip_empty_lines(&mut self, octets: &[u8]) -> Result<usize, ParseError> {
        let mut position = 0;
        loop {
            let length = match &octets[position..] {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => return Ok(position),
            };
            self.skip(length)?;
            position += length;
        }
    }

    fn skip(&mut self, length: usize) -> Result<(), ParseError> {
        let limit = self.limits.max_head_bytes;
        if self.skipped + length > limit {
            let offset = self.offset + (limit - self.skipped) as u64;
            return Err(ParseError::too_large("response head", limit, offset));
        }
        self.skipped += length;
        self.offset += length as u64;
        Ok(())
    }

    fn finish_head(
        &mut self,
        head: Head,
        length: usize,
        events: &mut impl Events,
    ) -> Result<(), ParseError> {
        self.offset += length as u64;
        self.skipped = 0;
        self.drop_pending();
        let status = head.status;
        if status < 200 && status != 101 {
            self.informational += 1;
            if self.informational > self.limits.max_informational {
                let message = format!(
                    "more than {} interim responses",
                    self.limits.max_informational
                );
                return Err(ParseError::new(Code::Limit, message, self.offset));
            }
            events.informational(head);
            return Ok(());
        }
        self.keeps_alive = head.keeps_alive;
        self.keep_alive_seconds = head.keep_alive_seconds;
        if status == 101 || (self.expect.is_connect && status < 300) {
            if status == 101 && !self.expect.is_upgrade {
                let message = "the server switched protocols without being asked";
                return Err(ParseError::new(Code::UnaskedUpgrade, message, self.offset));
            }
            self.state = State::Tunnel;
            self.keeps_alive = false;
            events.head(head, None);
            return Ok(());
        }
        if self.expect.is_head || status == 204 || status == 304 {
            self.remaining = 0;
        } else if head.is_chunked {
            self.state = State::ChunkSize;
            events.head(head, None);
            return Ok(());
        } else if let Some(length) = head.content_length {
            self.remaining = length;
            self.length = length;
        } else {
            self.state = State::UntilClose;
            self.keeps_alive = false;
            events.head(head, None);
            return Ok(());
        }
        if self.remaining == 0 {
            self.state = State::Done;
            events.head(head, Some(0));
            events.end(None);
        } else {
            self.state = State::Length;
            events.head(head, Some(self.remaining));
        }
        Ok(())
    }

    fn push_body(&mut self, octets: &[u8], events: &mut impl Events) -> usize {
        let ahead = usize::try_from(self.body_ahead()).unwrap_or(usize::MAX);
        let taken = octets.len().min(ahead);
        events.body(&octets[..taken]);
        self.pass_body(taken, events);
        taken
    }

    /// `chunk-size [ chunk-ext ] CRLF` (RFC 9112 §7.1). The line must end in CRLF; extensions are ignored.
    fn push_chunk_size(&mut self, octets: &[u8]) -> Result<usize, ParseError> {
        let newline = memchr::memchr(b'\n', octets);
        let taken = newline.map_or(octets.len(), |newline| newline + 1);
        self.keep(
            &octets[..taken],
            self.limits.max_chunk_line_bytes,
            "chunk-size line",
        )?;
        if newline.is_none() {
            return Ok(taken);
        }
        let Some(size) = parse_chunk_size(&self.pending) else {
            let message = format!("illegal chunk header: {}", quoted(&self.pending, 4));
            return Err(ParseError::new(Code::BadChunk, message, self.offset));
        };
        self.offset += self.pending.len() as u64;
        self.drop_pending();
        self.remaining = size;
        self.state = if size == 0 {
            State::Trailers
        } else {
            State::ChunkData
        };
        Ok(taken)
    }

    /// The CRLF after the data of a chunk, of which one octet may have come already.
    fn push_chunk_end(&mut self, octet: u8) -> Result<usize, ParseError> {
        let wanted = if self.pending.is_empty() {
            b'\r'
        } else {
            b'\n'
        };
        if octet != wanted {
            let message = "the data of a chunk is longer than its size says";
            return Err(ParseError::new(Code::BadChunk, message, self.offset()));
        }
        self.pending.push(octet);
        if self.pending.len() == 2 {
            self.offset += 2;
            self.drop_pending();
            self.state = State::ChunkSize;
        }
        Ok(1)
    }

    fn push_trailers(
        &mut self,
        octets: &[u8],
        events: &mut impl Events,
    ) -> Result<usize, ParseError> {
        // Without trailers the section is a bare CRLF.
        if self.pending.is_empty() && octets.starts_with(b"\r\n") {
            self.offset += 2;
            self.complete(None, events);
            return Ok(2);
        }
        let limit = self.limits.max_trailer_bytes;
        let Some(taken) = self.collect(octets, limit, "trailer section")? else {
            return Ok(octets.len());
        };
        let text = &self.pending;
        if let Some(illegal) = illegal_index(text) {
            let message = "illegal character in the trailer section";
            return Err(ParseError::new(
                Code::BadField,
                message,
                self.offset + illegal as u64,
            ));
        }
        if let Some(bare) = bare_line_feed(text) {
            let message = "a line of the trailer section ends in LF without CR";
            return Err(ParseError::new(
                Code::BadField,
                message,
                self.offset + bare as u64,
            ));
        }
        let max_fields = self.limits.max_head_fields;
        let trailers = parse_fields(text, 0, self.offset, max_fields, "trailer section")?;
        self.offset += self.pending.len() as u64;
        self.complete((trailers.count > 0).then_some(trailers.text), events);
        Ok(taken)
    }

    fn complete(&mut self, trailers: Option<Vec<u8>>, events: &mut impl Events) {
        self.drop_pending();
        self.state = State::Done;
        events.end(trailers);
    }

    /// Keeps octets up to and including an empty line, and returns how many there were, unless it has not come yet.
    fn collect(
        &mut self,
        octets: &[u8],
        limit: usize,
        what: &str,
    ) -> Result<Option<usize>, ParseError> {
        let mut position = 0;
        while position < octets.len() {
            let newline = memchr::memchr(b'\n', &octets[position..]);
            let stop = newline.map_or(octets.len(), |newline| position + newline + 1);
            self.keep(&octets[position..stop], limit, what)?;
            position = stop;
            if newline.is_none() {
                return Ok(None);
            }
            let line = &self.pending[self.line_start..];
            if line == b"\n" || line == b"\r\n" {
                return Ok(Some(position));
            }
            self.line_start = self.pending.len();
        }
        Ok(None)
    }

    fn keep(&mut self, octets: &[u8], limit: usize, what: &str) -> Result<(), ParseError> {
        if self.pending.len() + octets.len() > limit {
            let offset = self.offset + limit as u64;
            return Err(ParseError::too_large(what, limit + self.skipped, offset));
        }
        self.pending.extend_from_slice(octets);
        Ok(())
    }

    fn drop_pending(&mut self) {
        self.pending.clear();
        self.line_start = 0;
        self.pending.shrink_to(KEPT);
    }

    /// Refuses a server that does not speak HTTP as soon as it shows, instead of when it falls silent.
    fn check_beginning(&self) -> Result<(), ParseError> {
        if looks_like_status_line(&self.pending) || self.pending == b"\r" {
            return Ok(());
        }
        Err(ParseError::bad_status_line(&self.pending, self.offset))
    }
}

#[cfg(test)]
#[path = "parser_tests.rs"]
mod tests;
