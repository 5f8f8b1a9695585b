use super::frame::{self, ACK, END_HEADERS, END_STREAM, PADDED, PRIORITY};
use super::testing::{
    GET, LIMITS, Told, begun, data, frame_of, headers, session, settings, written,
};
use super::{Session, Settings};

const OK: (&str, &str) = (":status", "200");
const PING: &[u8] = b"12345678";

#[test]
fn who_asks_is_answered_as_often_as_it_reads() {
    let (mut session, mut told) = begun();
    session
        .push(&frame_of(frame::PING, 0, 0, PING), &mut told)
        .unwrap();
    assert!(session.out().ends_with(PING));
    assert_eq!(written(&mut session, &mut told), [(frame::PING, ACK, 0, 8)]);
    // Answers that have left are not counted.
    for _ in 0..3 {
        session
            .push(&frame_of(frame::PING, 0, 0, PING).repeat(900), &mut told)
            .unwrap();
        assert_eq!(written(&mut session, &mut told).len(), 900);
    }
    session.push(&settings(&[]), &mut told).unwrap();
    assert_eq!(
        written(&mut session, &mut told),
        [(frame::SETTINGS, ACK, 0, 0)]
    );
}

#[test]
fn a_smaller_table_counts_once_it_is_agreed_upon() {
    let no_table = Settings {
        stream_window: 100,
        connection_window: 65_535,
        max_frame_size: 16_384,
        header_table_size: 0,
    };
    let (mut session, mut told) = (Session::new(no_table, LIMITS), Told::default());
    session.push(&settings(&[]), &mut told).unwrap();
    session.request(1, GET, true, None);
    session.request(3, GET, true, None);
    // The table gets 4096 octets; then comes the status 200.
    let section = [0x3f, 0xe1, 0x1f, 0x88];
    let head = |stream| frame_of(frame::HEADERS, END_HEADERS | END_STREAM, stream, &section);
    session.push(&head(1), &mut told).unwrap();
    session
        .push(&frame_of(frame::SETTINGS, ACK, 0, &[]), &mut told)
        .unwrap();
    let error = session.push(&head(3), &mut told).unwrap_err();
    assert_eq!(
        (error.code, error.reason),
        (9, "fields that cannot be decoded")
    );
}

#[test]
fn what_is_held_has_ended_all_the_same() {
    for (octets, expected) in [
        (
            frame_of(frame::RST_STREAM, 0, 1, &[0; 4]),
            &["data 1 all", "end 1 None"][..],
        ),
        (
            data(1, false, "more"),
            &["refused 1 data after the end of a response"],
        ),
    ] {
        let (mut session, mut told) = (session(), Told::default());
        session.push(&settings(&[]), &mut told).unwrap();
        session.request(1, GET, true, Some(0));
        session.push(&headers(1, false, &[OK]), &mut told).unwrap();
        session.push(&data(1, true, "all"), &mut told).unwrap();
        told.take();
        session.push(&octets, &mut told).unwrap();
        assert_eq!(told.take(), expected);
    }
}

#[test]
fn heads_may_be_padded() {
    let flags = PADDED | PRIORITY | END_HEADERS | END_STREAM;
    let (mut session, mut told) = begun();
    let payload = [2, 0, 0, 0, 0, 0, 0x88, 0, 0];
    session
        .push(&frame_of(frame::HEADERS, flags, 1, &payload), &mut told)
        .unwrap();
    assert_eq!(told.take(), ["head 1 200  None", "end 1 None"]);
}

#[test]
fn each_rule_by_its_words() {
    let head = headers(1, false, &[OK]);
    let padded = |payload: &[u8]| frame_of(frame::DATA, PADDED, 1, payload);
    let part = frame_of(frame::HEADERS, 0, 1, &[]);
    let long = frame_of(frame::CONTINUATION, 0, 1, &[0x80; 16_384]);
    for (octets, code, reason) in [
        (
            [&head[..], &padded(&[1])].concat(),
            1,
            "padding that is longer than its frame",
        ),
        (
            [&head[..], &padded(&[])].concat(),
            6,
            "a frame without the length of its padding",
        ),
        (
            [&part[..], &data(1, true, "")].concat(),
            1,
            "a field section that is interrupted",
        ),
        (
            [&part[..], &frame_of(frame::PING, 0, 0, PING)].concat(),
            1,
            "a field section that is interrupted",
        ),
        (
            [&part[..], &long.repeat(5)].concat(),
            11,
            "a field section that does not end",
        ),
    ] {
        let (mut session, mut told) = begun();
        let error = session.push(&octets, &mut told).unwrap_err();
        assert_eq!((error.code, error.reason), (code, reason));
    }
    // What stands between the head and the trailers is not the end.
    let (mut session, mut told) = begun();
    let octets = [&head[..], &headers(1, false, &[("sum", "9")])].concat();
    session.push(&octets, &mut told).unwrap();
    assert_eq!(
        told.take().pop().unwrap(),
        "refused 1 a malformed response: a second head"
    );
}

#[test]
fn a_later_goaway_takes_nothing_back() {
    let (mut session, mut told) = begun();
    for last in [1, 9] {
        let goaway = frame_of(frame::GOAWAY, 0, 0, &[0, 0, 0, last, 0, 0, 0, 0]);
        session.push(&goaway, &mut told).unwrap();
    }
    session.request(3, GET, true, None);
    assert_eq!(written(&mut session, &mut told), []);
}
