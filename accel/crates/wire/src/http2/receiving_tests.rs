use super::SessionError;
use super::frame::{self, END_HEADERS};
use super::testing::{
    GET, Told, begun, data, frame_of, headers, section, session, settings, written,
};

#[test]
fn responses_wherever_they_are_cut() {
    let mut octets = settings(&[(frame::MAX_CONCURRENT_STREAMS, 7)]);
    octets.extend(headers(1, false, &[(":status", "103"), ("link", "x")]));
    octets.extend(frame_of(
        frame::HEADERS,
        0,
        1,
        &section(&[(":status", "200")]),
    ));
    octets.extend(frame_of(frame::CONTINUATION, 0, 1, &[]));
    octets.extend(frame_of(
        frame::CONTINUATION,
        END_HEADERS,
        1,
        &section(&[("b", "1"), ("a", "2"), ("b", "3")]),
    ));
    octets.extend(data(1, false, "some "));
    octets.extend(frame_of(frame::DATA, frame::PADDED, 1, b"\x03more\0\0\0"));
    octets.extend(frame_of(0x5f, 0xff, 1, b"what is this"));
    octets.extend(frame_of(frame::PING, frame::ACK, 0, b"12345678"));
    octets.extend(headers(1, true, &[("sum", "9")]));
    octets.extend(headers(3, true, &[(":status", "204")]));
    let expected = [
        "settings Some(7)",
        "interim 1 103 link|x|",
        "head 1 200 b|1|a|2|b|3| None",
        "data 1 some more",
        "pong",
        "end 1 Some(\"sum|9|\")",
        "head 3 204  Some(0)",
        "end 3 None",
    ];
    for size in 1..octets.len() {
        let (mut session, mut told) = (session(), Told::default());
        session.request(1, GET, true, None);
        session.request(3, GET, true, None);
        for piece in octets.chunks(size) {
            session.push(piece, &mut told).unwrap();
        }
        assert_eq!(told.take(), expected, "{size}");
        assert!(session.is_idle());
    }
}

#[test]
fn what_is_malformed_ends_a_stream_and_what_breaks_the_rules_a_connection() {
    let ok = (":status", "200");
    let streams: [(Vec<u8>, &str); 10] = [
        (
            headers(1, false, &[("a", "b")]),
            "a malformed response: no status",
        ),
        (
            headers(1, false, &[ok, ("A", "b")]),
            "a malformed response: an illegal field name",
        ),
        (
            headers(1, true, &[(":status", "103")]),
            "a malformed response: the status 103 ends the response",
        ),
        (
            headers(1, false, &[(":status", "101")]),
            "a malformed response: the status 101",
        ),
        (
            headers(1, true, &[ok, ("content-length", "1")]),
            "a malformed response: less data than announced",
        ),
        (
            [headers(1, false, &[ok]), headers(1, false, &[ok])].concat(),
            "a malformed response: a second head",
        ),
        (
            [
                headers(1, false, &[ok, ("content-length", "1")]),
                data(1, true, "ab"),
            ]
            .concat(),
            "a malformed response: more data than announced",
        ),
        (
            [headers(1, false, &[ok]), data(1, false, &"x".repeat(101))].concat(),
            "more data than the window of the stream allows",
        ),
        (
            headers(
                1,
                true,
                &[ok, ("a", &"x".repeat(120)), ("a", &"x".repeat(120))].repeat(4),
            ),
            "a malformed response: two statuses",
        ),
        (
            frame_of(frame::WINDOW_UPDATE, 0, 1, &[0; 4]),
            "a window that grows by nothing",
        ),
    ];
    for (octets, reason) in streams {
        let (mut session, mut told) = begun();
        session.push(&octets, &mut told).unwrap();
        assert_eq!(told.take().pop().unwrap(), format!("refused 1 {reason}"));
        assert!(session.is_idle());
        let frames = written(&mut session, &mut told);
        assert!(frames.contains(&(frame::RST_STREAM, 0, 1, 4)), "{reason}");
        // What was under way does no harm.
        session.push(&data(1, true, "late"), &mut told).unwrap();
        assert!(told.take().is_empty());
    }
    let connections = [
        (data(1, true, "x"), 1),
        (headers(2, true, &[ok]), 1),
        (headers(3, true, &[ok]), 1),
        (frame_of(frame::HEADERS, END_HEADERS, 1, &[0xff; 6]), 9),
        (
            frame_of(frame::PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2]),
            1,
        ),
        (frame_of(frame::DATA, 0, 1, &[0; 16_385]), 6),
        (
            frame_of(frame::WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
            3,
        ),
        (frame_of(frame::CONTINUATION, 0, 1, &[]), 1),
        (
            [frame_of(frame::HEADERS, 0, 1, &[]), data(1, true, "")].concat(),
            1,
        ),
        (frame_of(frame::PING, 0, 0, b"short"), 6),
        (frame_of(frame::PING, 0, 1, b"12345678"), 1),
        (frame_of(frame::DATA, frame::PADDED, 1, &[1]), 1),
        (settings(&[(frame::INITIAL_WINDOW_SIZE, 0x8000_0000)]), 3),
        (settings(&[(frame::MAX_FRAME_SIZE, 1)]), 1),
        (settings(&[(frame::ENABLE_PUSH, 1)]), 1),
        (frame_of(frame::PING, 0, 0, b"12345678").repeat(1001), 11),
        (
            [
                frame_of(frame::HEADERS, 0, 1, &[]),
                frame_of(frame::CONTINUATION, 0, 1, &[]).repeat(128),
            ]
            .concat(),
            11,
        ),
    ];
    for (index, (octets, code)) in connections.into_iter().enumerate() {
        let (mut session, mut told) = begun();
        let outcome = session.push(&octets, &mut told);
        assert!(
            matches!(outcome, Err(SessionError { code: found, .. }) if found == code),
            "{index}: {outcome:?}"
        );
        let frames = written(&mut session, &mut told);
        assert_eq!(frames.last(), Some(&(frame::GOAWAY, 0, 0, 8)), "{index}");
    }
    let (mut session, mut told) = (session(), Told::default());
    let outcome = session.push(b"HTTP/1.1 400 Bad Request\r\n\r\n", &mut told);
    assert_eq!(
        outcome.unwrap_err().reason,
        "what came first were no settings of HTTP/2"
    );
}

#[test]
fn limits_of_a_response() {
    let ok = (":status", "200");
    let long = "x".repeat(120);
    let many: Vec<(&str, &str)> = std::iter::once(ok)
        .chain((0..11).map(|_| ("a", "b")))
        .collect();
    let cases = [
        (
            headers(1, false, &[&[ok][..], &[("a", long.as_str()); 8]].concat()),
            "a head of more than 1000 bytes (parser.maxHeadBytes)",
        ),
        (
            headers(1, false, &many),
            "more than 10 fields (parser.maxHeadFields); the stream was reset: ENHANCE_YOUR_CALM",
        ),
        (
            headers(1, false, &[(":status", "103")]).repeat(3),
            "more than 2 interim responses (parser.maxInformational)",
        ),
        (
            [
                headers(1, false, &[ok]),
                headers(1, true, &[("a", &long), ("b", &long)]),
            ]
            .concat(),
            "trailers of more than 200 bytes (parser.maxTrailerBytes)",
        ),
    ];
    for (octets, reason) in cases {
        let (mut session, mut told) = begun();
        session.push(&octets, &mut told).unwrap();
        assert_eq!(told.take().pop().unwrap(), format!("refused 1 {reason}"));
    }
    let (mut session, mut told) = begun();
    session
        .push(&headers(1, true, &many[..11]), &mut told)
        .unwrap();
    assert_eq!(told.take().len(), 2);
}

#[test]
fn damaged_frames_are_errors_and_nothing_else() {
    let mut good = settings(&[(frame::INITIAL_WINDOW_SIZE, 5)]);
    good.extend(headers(1, false, &[(":status", "200"), ("a", "b")]));
    good.extend(data(1, false, "some"));
    good.extend(frame_of(frame::WINDOW_UPDATE, 0, 1, &[0, 0, 1, 0]));
    good.extend(headers(1, true, &[("sum", "9")]));
    good.extend(frame_of(
        frame::HEADERS,
        frame::PADDED | frame::PRIORITY,
        3,
        b"\x01\0\0\0\0\0\x88\0",
    ));
    good.extend(frame_of(
        frame::CONTINUATION,
        END_HEADERS,
        3,
        &[0x40, 1, b'x', 1, b'y'],
    ));
    good.extend(frame_of(frame::RST_STREAM, 0, 3, &[0, 0, 0, 2]));
    good.extend(frame_of(frame::GOAWAY, 0, 0, &[0, 0, 0, 5, 0, 0, 0, 0]));
    let mut state = 0x9e37_79b9_u32;
    let mut random = |most: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % most
    };
    let mut broken = 0;
    for _ in 0..20_000 {
        let mut octets = good.clone();
        for _ in 0..=random(4) {
            let place = random(octets.len());
            match random(3) {
                0 => octets[place] = random(256) as u8,
                1 => octets[place] ^= 1 << random(8),
                _ => drop(octets.drain(place..(place + random(12)).min(octets.len()))),
            }
        }
        let (mut session, mut told) = (session(), Told::default());
        for id in [1, 3, 5] {
            session.request(id, GET, false, Some(random(9) as u32));
            session.send(id, b"a body", random(2) == 0);
        }
        let size = 1 + random(octets.len());
        for piece in octets.chunks(size) {
            broken += usize::from(session.push(piece, &mut told).is_err());
            session.grant(1, Some(1), &mut told);
            session.fill(&mut told);
        }
        session.finish(&mut told);
        // Each stream ends once at most, however it does.
        for id in [1, 3, 5] {
            let ends = ["end", "reset", "refused"].map(|word| format!("{word} {id} "));
            let count = told
                .0
                .iter()
                .filter(|line| ends.iter().any(|end| line.starts_with(end)))
                .count();
            assert!(count <= 1, "{:?}", told.0);
        }
    }
    assert!(broken > 1000, "{broken}");
}
