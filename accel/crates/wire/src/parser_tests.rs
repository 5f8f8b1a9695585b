use super::{Events, Expectation, Limits, ResponseParser};
use crate::Head;

const LIMITS: Limits = Limits {
    max_head_bytes: 200,
    max_head_fields: 6,
    max_chunk_line_bytes: 12,
    max_trailer_bytes: 60,
    max_informational: 2,
};

/// Everything that was said about a response, as one text.
#[derive(Default)]
struct Record(String);

impl Record {
    fn note(&mut self, kind: &str, octets: &[u8]) {
        let text: String = octets.iter().map(|&octet| char::from(octet)).collect();
        self.0 += &format!("{kind}[{}] ", text.replace('\n', "|"));
    }
}

impl Events for Record {
    fn informational(&mut self, head: Head) {
        self.note(&format!("{}", head.status), &head.text);
    }
    fn head(&mut self, head: Head, length: Option<u64>) {
        self.note(&format!("{} {length:?}", head.status), &head.text);
    }
    fn body(&mut self, octets: &[u8]) {
        self.0 = self.0.trim_end_matches("+ ").to_owned();
        self.0 += &format!("{}+ ", String::from_utf8_lossy(octets));
    }
    fn end(&mut self, trailers: Option<Vec<u8>>) {
        self.note("end", &trailers.unwrap_or_default());
    }
}

fn parse(pieces: &[&[u8]]) -> String {
    let mut parser = ResponseParser::new(LIMITS);
    parser.start(Expectation::default());
    let mut record = Record::default();
    let outcome = pieces
        .iter()
        .try_for_each(|piece| parser.push(piece, &mut record).map(drop));
    let outcome = outcome.and_then(|()| parser.finish(&mut record));
    if let Err(error) = outcome {
        return format!("{} at {}", error.code.name(), error.offset);
    }
    record.0
}

/// The record of a response, which must be the same however it is cut in two, and octet by octet.
fn parse_split(text: &str) -> String {
    let octets = text.as_bytes();
    let whole = parse(&[octets]);
    for at in 1..octets.len() {
        assert_eq!(parse(&[&octets[..at], &octets[at..]]), whole, "cut at {at}");
    }
    assert_eq!(
        parse(&octets.chunks(1).collect::<Vec<_>>()),
        whole,
        "octet by octet"
    );
    whole
}

#[test]
fn framings() {
    assert_eq!(
        parse_split("HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 2,2\r\n\r\nokrest"),
        "200 Some(2)[A|b c|Content-Length|2,2|OK] ok+ end[] "
    );
    assert_eq!(
        parse_split(
            "\r\nHTTP/1.1 103\n\nHTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2;x\r\nab\r\n0\r\nT: 1\r\n\r\n"
        ),
        "103[] 200 None[transfer-encoding|Chunked|OK] ab+ end[T|1|] "
    );
    assert_eq!(
        parse_split("HTTP/1.0 200 \r\n\r\nto the end"),
        "200 None[] to the end+ end[] "
    );
}

#[test]
fn content_that_went_another_way() {
    let begin = |head: &[u8], events: &mut Record| {
        let mut parser = ResponseParser::new(LIMITS);
        parser.start(Expectation::default());
        assert_eq!(parser.push(head, events).ok(), Some(head.len()));
        parser
    };
    let mut events = Record::default();
    let mut parser = begin(b"HTTP/1.1 200 \r\nContent-Length: 9\r\n\r\nab", &mut events);
    assert_eq!(parser.body_ahead(), 7);
    parser.pass_body(6, &mut events);
    let cut = parser.finish(&mut events).unwrap_err();
    assert_eq!(
        (cut.offset, cut.message.contains("received 8 bytes")),
        (44, true)
    );
    parser.pass_body(1, &mut events);
    assert!(parser.is_done() && parser.body_ahead() == 0);

    let head = b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n5\r\n";
    let mut parser = begin(head, &mut events);
    assert_eq!(parser.body_ahead(), 5);
    parser.pass_body(5, &mut events);
    assert_eq!(parser.body_ahead(), 0);
    assert_eq!(parser.push(b"\r\n0\r\n\r\n", &mut events).ok(), Some(7));
    assert!(parser.is_done());

    let mut parser = begin(b"HTTP/1.1 200 \r\n\r\n", &mut events);
    parser.pass_body(1000, &mut events);
    assert_eq!(parser.body_ahead(), u64::MAX);
}

#[test]
fn refusals() {
    for (text, wanted) in [
        ("SSH-2.0\r\n\r\n", "bad-status-line at 0"),
        ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "bad-field at 17"),
        ("HTTP/1.1 200 OK\r\nA: \x01\r\n\r\n", "bad-field at 20"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n",
            "bad-content-length at 0",
        ),
        (
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "bad-transfer-coding at 0",
        ),
        ("HTTP/1.1 101 X\r\n\r\n", "unasked-upgrade at 18"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
            "truncated at 40",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nab",
            "bad-chunk at 47",
        ),
        ("", "truncated at 0"),
    ] {
        assert_eq!(parse_split(text), wanted, "{text:?}");
    }
    let long = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "x".repeat(200));
    assert_eq!(parse_split(&long), "limit at 200");
}
