//! The codec by itself, for tests that compare it with the one in TypeScript.

use napi_derive::napi;
use wire::{Events, Expectation, Head, Limits, ResponseParser};

/// What a parser said about a response, in order, as records: a letter, a LF, as many lines as it has, and an empty one.
#[derive(Default)]
struct Record {
    text: String,
    /// Octets of body that came one after the other.
    body: Vec<u8>,
}

impl Record {
    fn end_body(&mut self) {
        if !self.body.is_empty() {
            let body: String = self
                .body
                .drain(..)
                .map(|octet| format!("{octet:02x}"))
                .collect();
            self.text += &format!("B\n{body}\n\n");
        }
    }

    fn push_head(&mut self, kind: char, head: &Head, length: Option<u64>) {
        self.end_body();
        let length = length.map_or(-1, |length| length as i64);
        self.text += &format!(
            "{kind}\n{} {} {length}\n{}\n\n",
            head.minor,
            head.status,
            latin1(&head.text)
        );
    }
}

impl Events for Record {
    fn informational(&mut self, head: Head) {
        self.push_head('I', &head, None);
    }

    fn head(&mut self, head: Head, length: Option<u64>) {
        self.push_head('H', &head, length);
    }

    fn body(&mut self, octets: &[u8]) {
        self.body.extend_from_slice(octets);
    }

    fn end(&mut self, trailers: Option<Vec<u8>>) {
        self.end_body();
        match trailers {
            None => self.text += "E\n\n",
            Some(trailers) => self.text += &format!("T\n{}\n", latin1(&trailers)),
        }
    }
}

fn latin1(octets: &[u8]) -> String {
    octets.iter().map(|&octet| char::from(octet)).collect()
}

/// Parses `octets`, cut before each of `cuts`, and tells everything that can be seen. `expect` has a bit for HEAD, one
/// for CONNECT and one for an upgrade; `limits` are five numbers.
#[napi]
pub fn wire_parse(
    octets: &[u8],
    cuts: Vec<u32>,
    expect: u32,
    limits: Vec<u32>,
    finish: bool,
) -> String {
    let limit = |index: usize| limits.get(index).map_or(0, |&limit| limit as usize);
    let mut parser = ResponseParser::new(Limits {
        max_head_bytes: limit(0),
        max_head_fields: limit(1),
        max_chunk_line_bytes: limit(2),
        max_trailer_bytes: limit(3),
        max_informational: limit(4),
    });
    parser.start(Expectation {
        is_head: expect & 1 != 0,
        is_connect: expect & 2 != 0,
        is_upgrade: expect & 4 != 0,
    });
    let mut record = Record::default();
    let mut start = 0;
    let mut used = 0;
    let ends = cuts.iter().map(|&cut| cut as usize).chain([octets.len()]);
    let outcome = ends
        .into_iter()
        .try_for_each(|end| {
            let piece = octets.get(start..end).unwrap_or_default();
            start = end;
            if !parser.is_done() {
                used += parser.push(piece, &mut record)?;
            }
            Ok(())
        })
        .and_then(|()| {
            if finish {
                parser.finish(&mut record)
            } else {
                Ok(())
            }
        });
    record.end_body();
    if let Err(error) = outcome {
        let (name, offset, message) = (error.code.name(), error.offset, error.message);
        record.text += &format!("X\n{name} {offset}\n{message}\n\n");
    }
    let keep_alive = parser.keep_alive_seconds().map_or(-1, i64::from);
    record.text += &format!(
        "used {used} offset {} done {} tunnel {} waiting {} keeps {} {keep_alive}",
        parser.offset(),
        parser.is_done(),
        parser.is_tunnel(),
        parser.is_waiting(),
        parser.keeps_alive(),
    );
    record.text
}
