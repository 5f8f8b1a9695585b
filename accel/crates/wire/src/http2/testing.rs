//! A session by itself, and what it tells and writes.

use super::frame::{self, END_HEADERS, END_STREAM};
use super::{Session, SessionEvents, Settings};
use crate::Limits;

pub const LIMITS: Limits = Limits {
    max_head_bytes: 1000,
    max_head_fields: 10,
    max_chunk_line_bytes: 100,
    max_trailer_bytes: 200,
    max_informational: 2,
};
pub const GET: &[u8] = b":method\nGET\n:scheme\nhttp\n:authority\na.test\n:path\n/\n";
pub const HEAD: &[u8] = b":method\nHEAD\n:scheme\nhttp\n:authority\na.test\n:path\n/\n";

/// What was told, a line each.
#[derive(Default)]
pub struct Told(pub Vec<String>);

impl Told {
    fn add(&mut self, line: String) {
        // Pieces of body are put together, so that it does not matter how they were cut.
        if let Some(octets) = line.strip_prefix("data ")
            && let Some(last) = self.0.last_mut()
            && let (Some((stream, text)), Some((last_stream, _))) = (
                octets.split_once(' '),
                last.strip_prefix("data ")
                    .and_then(|last| last.split_once(' ')),
            )
            && stream == last_stream
        {
            last.push_str(text);
            return;
        }
        self.0.push(line);
    }

    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.0)
    }
}

pub fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).replace('\n', "|")
}

impl SessionEvents for Told {
    fn settings(&mut self, max_streams: Option<u32>) {
        self.add(format!("settings {max_streams:?}"));
    }

    fn goaway(&mut self, code: u32, last: u32) {
        self.add(format!("goaway {code} {last}"));
    }

    fn pong(&mut self) {
        self.add("pong".to_owned());
    }

    fn informational(&mut self, stream: u32, status: u16, fields: &[u8]) {
        self.add(format!("interim {stream} {status} {}", text(fields)));
    }

    fn head(&mut self, stream: u32, status: u16, fields: &[u8], length: Option<u64>) {
        self.add(format!(
            "head {stream} {status} {} {length:?}",
            text(fields)
        ));
    }

    fn data(&mut self, stream: u32, octets: &[u8]) {
        self.add(format!("data {stream} {}", text(octets)));
    }

    fn end(&mut self, stream: u32, trailers: Option<&[u8]>) {
        self.add(format!("end {stream} {:?}", trailers.map(text)));
    }

    fn reset(&mut self, stream: u32, code: u32) {
        self.add(format!("reset {stream} {code}"));
    }

    fn refused(&mut self, stream: u32, reason: &str) {
        self.add(format!("refused {stream} {reason}"));
    }

    fn sent(&mut self, stream: u32, octets: u64) {
        self.add(format!("sent {stream} {octets}"));
    }
}

pub fn session() -> Session {
    let settings = Settings {
        stream_window: 100,
        connection_window: 65_535,
        max_frame_size: 16_384,
        header_table_size: 4096,
    };
    Session::new(settings, LIMITS)
}

pub fn frame_of(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    frame::begin(&mut octets, payload.len(), kind, flags, stream);
    octets.extend_from_slice(payload);
    octets
}

pub fn settings(values: &[(u16, u32)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for &(id, value) in values {
        frame::put_setting(&mut payload, id, value);
    }
    frame_of(frame::SETTINGS, 0, 0, &payload)
}

/// Fields without compression; short ones.
pub fn section(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut octets = Vec::new();
    for (name, value) in fields {
        octets.push(0);
        for part in [name, value] {
            octets.push(part.len() as u8);
            octets.extend_from_slice(part.as_bytes());
        }
    }
    octets
}

pub fn headers(stream: u32, is_end: bool, fields: &[(&str, &str)]) -> Vec<u8> {
    let flags = END_HEADERS | if is_end { END_STREAM } else { 0 };
    frame_of(frame::HEADERS, flags, stream, &section(fields))
}

pub fn data(stream: u32, is_end: bool, text: &str) -> Vec<u8> {
    frame_of(frame::DATA, u8::from(is_end), stream, text.as_bytes())
}

/// The frames that were written since the last time: kind, flags, stream and length.
pub fn written(session: &mut Session, told: &mut Told) -> Vec<(u8, u8, u32, usize)> {
    session.fill(told);
    let octets = session.out().to_vec();
    session.advance(octets.len());
    let mut rest = octets.strip_prefix(frame::PREFACE).unwrap_or(&octets);
    let mut found = Vec::new();
    while let Some((head, after)) = rest.split_first_chunk::<9>() {
        let frame = frame::Frame::read(*head);
        found.push((frame.kind, frame.flags, frame.stream, frame.length));
        rest = &after[frame.length..];
    }
    found
}

/// A session whose other side has spoken, with one request under way.
pub fn begun() -> (Session, Told) {
    let (mut session, mut told) = (session(), Told::default());
    session.push(&settings(&[]), &mut told).unwrap();
    session.request(1, GET, true, None);
    written(&mut session, &mut told);
    told.take();
    (session, told)
}
