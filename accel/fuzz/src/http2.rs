//! Connections of HTTP/2: however what comes is cut, what is told and what is written are the same.

use wire::Limits;
use wire::http2::{Session, SessionError, SessionEvents, Settings};

const LIMITS: Limits = Limits {
    max_head_bytes: 1000,
    max_head_fields: 10,
    max_chunk_line_bytes: 100,
    max_trailer_bytes: 200,
    max_informational: 2,
};
const SETTINGS: Settings = Settings {
    stream_window: 1000,
    connection_window: 65_535,
    max_frame_size: 16_384,
    header_table_size: 4096,
};
const GET: &[u8] = b":method\nGET\n:scheme\nhttp\n:authority\na.test\n:path\n/\n";
const HEAD: &[u8] = b":method\nHEAD\n:scheme\nhttp\n:authority\na.test\n:path\n/\n";
/// SETTINGS, without any.
const GREETING: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
const MAX_FRAME: usize = 16_384;

#[derive(Debug, PartialEq)]
enum Told {
    Settings(Option<u32>),
    Goaway(u32, u32),
    Pong,
    Informational(u32, u16, Vec<u8>),
    Head(u32, u16, Vec<u8>, Option<u64>),
    Data(u32, Vec<u8>),
    End(u32, Option<Vec<u8>>),
    Reset(u32, u32),
    Refused(u32, String),
    Sent(u32, u64),
}

#[derive(Default)]
struct Record(Vec<Told>);

impl SessionEvents for Record {
    fn settings(&mut self, max_streams: Option<u32>) {
        self.0.push(Told::Settings(max_streams));
    }
    fn goaway(&mut self, code: u32, last: u32) {
        self.0.push(Told::Goaway(code, last));
    }
    fn pong(&mut self) {
        self.0.push(Told::Pong);
    }
    fn informational(&mut self, stream: u32, status: u16, text: &[u8]) {
        self.0
            .push(Told::Informational(stream, status, text.to_vec()));
    }
    fn head(&mut self, stream: u32, status: u16, text: &[u8], length: Option<u64>) {
        assert!((200..600).contains(&status) || status >= 600, "{status}");
        self.0
            .push(Told::Head(stream, status, text.to_vec(), length));
    }
    fn data(&mut self, stream: u32, octets: &[u8]) {
        match self.0.last_mut() {
            Some(Told::Data(last, body)) if *last == stream => body.extend_from_slice(octets),
            _ => self.0.push(Told::Data(stream, octets.to_vec())),
        }
    }
    fn end(&mut self, stream: u32, trailers: Option<&[u8]>) {
        self.0.push(Told::End(stream, trailers.map(<[u8]>::to_vec)));
    }
    fn reset(&mut self, stream: u32, code: u32) {
        self.0.push(Told::Reset(stream, code));
    }
    fn refused(&mut self, stream: u32, reason: &str) {
        self.0.push(Told::Refused(stream, reason.to_owned()));
    }
    fn sent(&mut self, stream: u32, octets: u64) {
        self.0.push(Told::Sent(stream, octets));
    }
}

/// A session with three requests under way, one of them with a body that has not ended.
fn run<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Told>, Option<SessionError>) {
    let mut session = Session::new(SETTINGS, LIMITS);
    let mut record = Record::default();
    session.push(GREETING, &mut record).expect("a greeting");
    session.request(1, GET, true, None);
    session.request(3, HEAD, true, None);
    session.request(5, GET, false, None);
    session.send(5, &[b'x'; 300], false);
    drain(&mut session, &mut record);
    let mut error = None;
    for piece in pieces {
        if let Err(found) = session.push(piece, &mut record) {
            error = Some(found);
            break;
        }
    }
    drain(&mut session, &mut record);
    session.finish(&mut record);
    (record.0, error)
}

fn drain(session: &mut Session, record: &mut Record) {
    for _ in 0..64 {
        session.fill(record);
        let length = session.out().len();
        if length == 0 {
            break;
        }
        session.advance(length);
    }
}

fn compare(octets: &[u8], at: usize) {
    let whole = run(std::iter::once(octets));
    let (front, back) = octets.split_at(at.min(octets.len()));
    assert_eq!(run([front, back].into_iter()), whole, "cut at {at}");
    assert_eq!(run(octets.chunks(1)), whole, "octet by octet");
}

/// Frames as they come; the first octet says where to cut.
pub fn frames(data: &[u8]) {
    if let Some((&at, octets)) = data.split_first() {
        compare(octets, usize::from(at));
    }
}

/// A section of fields (RFC 7541) for each stream, so that the later ones see the table that the first has left.
pub fn fields(data: &[u8]) {
    let Some((&at, sections)) = data.split_first() else {
        return;
    };
    let mut octets = Vec::new();
    for (index, section) in sections
        .chunks(sections.len().div_ceil(3).max(1))
        .enumerate()
    {
        let section = &section[..section.len().min(MAX_FRAME)];
        octets.extend_from_slice(&(section.len() as u32).to_be_bytes()[1..]);
        octets.extend_from_slice(&[1, 5, 0, 0, 0, 2 * index as u8 + 1]);
        octets.extend_from_slice(section);
    }
    compare(&octets, usize::from(at));
}
