//! Responses of HTTP/1.1: however one is cut, the events and the error are the same.

use wire::{Code, Events, Expectation, Head, Limits, ParseError, ResponseParser};

const LIMITS: Limits = Limits {
    max_head_bytes: 400,
    max_head_fields: 8,
    max_chunk_line_bytes: 20,
    max_trailer_bytes: 100,
    max_informational: 3,
};

#[derive(Debug, PartialEq)]
enum Told {
    Informational(Head),
    Head(Head, Option<u64>),
    Body(Vec<u8>),
    End(Option<Vec<u8>>),
}

#[derive(Default)]
struct Record(Vec<Told>);

impl Events for Record {
    fn informational(&mut self, head: Head) {
        self.0.push(Told::Informational(head));
    }
    fn head(&mut self, head: Head, length: Option<u64>) {
        self.0.push(Told::Head(head, length));
    }
    fn body(&mut self, octets: &[u8]) {
        match self.0.last_mut() {
            Some(Told::Body(body)) => body.extend_from_slice(octets),
            _ => self.0.push(Told::Body(octets.to_vec())),
        }
    }
    fn end(&mut self, trailers: Option<Vec<u8>>) {
        self.0.push(Told::End(trailers));
    }
}

type Outcome = (Vec<Told>, Option<(Code, u64)>, u64, bool, Option<u32>);

fn run<'a>(expect: Expectation, pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let mut parser = ResponseParser::new(LIMITS);
    parser.start(expect);
    let mut record = Record::default();
    let mut error = None;
    for piece in pieces {
        match parser.push(piece, &mut record) {
            Ok(taken) if taken < piece.len() => break,
            Ok(_) => {}
            Err(found) => {
                error = Some(found);
                break;
            }
        }
    }
    // The position after an error is not told to anybody.
    let offset = if error.is_none() { parser.offset() } else { 0 };
    if error.is_none() {
        error = parser.finish(&mut record).err();
    }
    let keeps = error.is_none() && parser.keeps_alive();
    let seconds = if error.is_none() {
        parser.keep_alive_seconds()
    } else {
        None
    };
    // The message shows as much of a wrong line as has come.
    let error = error.map(|ParseError { code, offset, .. }| (code, offset));
    (record.0, error, offset, keeps, seconds)
}

/// Two octets say what was asked and where to cut.
pub fn parse(data: &[u8]) {
    let [flags, cut, response @ ..] = data else {
        return;
    };
    let expect = Expectation {
        is_head: flags & 1 != 0,
        is_connect: flags & 2 != 0,
        is_upgrade: flags & 4 != 0,
    };
    let whole = run(expect, std::iter::once(response));
    let at = usize::from(*cut).min(response.len());
    let (front, back) = response.split_at(at);
    assert_eq!(run(expect, [front, back].into_iter()), whole, "cut at {at}");
    assert_eq!(run(expect, response.chunks(1)), whole, "octet by octet");
}
