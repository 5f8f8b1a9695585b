use super::frame::{self, END_HEADERS, END_STREAM};
use super::testing::{GET, HEAD, Told, begun, data, frame_of, headers, session, settings, written};

#[test]
fn the_reader_decides_how_much_is_delivered_and_sent() {
    let (mut session, mut told) = (session(), Told::default());
    session.push(&settings(&[]), &mut told).unwrap();
    session.request(1, GET, true, Some(10));
    session.request(3, HEAD, true, None);
    session
        .push(&headers(1, false, &[(":status", "200")]), &mut told)
        .unwrap();
    session
        .push(&data(1, false, &"x".repeat(60)), &mut told)
        .unwrap();
    written(&mut session, &mut told);
    told.take();
    // Nothing more is delivered, and no window is given back; another stream goes on.
    session
        .push(&data(1, true, &"y".repeat(40)), &mut told)
        .unwrap();
    session
        .push(
            &headers(3, true, &[(":status", "200"), ("content-length", "5")]),
            &mut told,
        )
        .unwrap();
    assert_eq!(
        told.take(),
        ["head 3 200 content-length|5| Some(0)", "end 3 None"]
    );
    assert_eq!(written(&mut session, &mut told), []);
    session.grant(1, Some(50), &mut told);
    assert!(told.take().is_empty());
    session.grant(1, Some(1), &mut told);
    assert_eq!(
        told.take(),
        [
            format!("data 1 {}", "y".repeat(40)),
            "end 1 None".to_owned()
        ]
    );
    // A response that is here in full is delivered when the connection goes.
    let (mut session, mut told) = (self::session(), Told::default());
    session.push(&settings(&[]), &mut told).unwrap();
    session.request(1, GET, true, Some(0));
    session.request(3, GET, true, Some(0));
    session
        .push(&headers(1, false, &[(":status", "200")]), &mut told)
        .unwrap();
    session.push(&data(1, true, "all"), &mut told).unwrap();
    told.take();
    session.finish(&mut told);
    assert_eq!(told.take(), ["data 1 all", "end 1 None"]);
    assert!(!session.is_idle());
}

#[test]
fn bodies_go_as_far_as_the_windows_allow_in_turns() {
    let (mut session, mut told) = (session(), Told::default());
    session
        .push(
            &settings(&[(frame::INITIAL_WINDOW_SIZE, 30_000)]),
            &mut told,
        )
        .unwrap();
    for id in [1, 3] {
        session.request(id, GET, false, None);
        session.send(id, &[b'x'; 40_000], id == 1);
    }
    told.take();
    let frames: Vec<_> = written(&mut session, &mut told).split_off(4);
    assert_eq!(
        frames,
        [
            (frame::DATA, 0, 1, 16_384),
            (frame::DATA, 0, 3, 16_384),
            (frame::DATA, 0, 1, 13_616),
            (frame::DATA, 0, 3, 13_616),
        ]
    );
    assert_eq!(told.take(), ["sent 1 30000", "sent 3 30000"]);
    // A smaller window than what is under way: below nothing.
    session
        .push(
            &settings(&[(frame::INITIAL_WINDOW_SIZE, 20_000)]),
            &mut told,
        )
        .unwrap();
    session
        .push(
            &frame_of(frame::WINDOW_UPDATE, 0, 1, &[0, 0, 0x4e, 0x20]),
            &mut told,
        )
        .unwrap();
    // The connection has 5535 left.
    assert_eq!(
        written(&mut session, &mut told),
        [(frame::SETTINGS, 1, 0, 0), (frame::DATA, 0, 1, 5535)]
    );
    session
        .push(
            &frame_of(frame::WINDOW_UPDATE, 0, 0, &[0, 0, 0xff, 0xff]),
            &mut told,
        )
        .unwrap();
    assert_eq!(
        written(&mut session, &mut told),
        [(frame::DATA, END_STREAM, 1, 4465)]
    );
    session
        .push(
            &frame_of(frame::WINDOW_UPDATE, 0, 3, &[0, 0, 0xff, 0xff]),
            &mut told,
        )
        .unwrap();
    session.send_trailers(3, b"a\nb\n");
    let frames = written(&mut session, &mut told);
    assert_eq!(frames[0], (frame::DATA, 0, 3, 10_000));
    assert_eq!(
        (frames[1].0, frames[1].1),
        (frame::HEADERS, END_HEADERS | END_STREAM)
    );
    session
        .push(&headers(1, true, &[(":status", "200")]), &mut told)
        .unwrap();
    assert_eq!(written(&mut session, &mut told), []);
}

#[test]
fn who_gives_up_or_is_answered_early_says_so() {
    let (mut session, mut told) = begun();
    session.reset(1);
    session.reset(1);
    assert_eq!(
        written(&mut session, &mut told),
        [(frame::RST_STREAM, 0, 1, 4)]
    );
    // A beginning that was written leaves first, without an end.
    session.request(3, GET, false, None);
    session.send(3, b"begun", false);
    session.reset(3);
    let frames: Vec<_> = written(&mut session, &mut told).split_off(1);
    assert_eq!(
        frames,
        [(frame::DATA, 0, 3, 5), (frame::RST_STREAM, 0, 3, 4)]
    );
    session.request(5, GET, false, None);
    written(&mut session, &mut told);
    session
        .push(&headers(5, true, &[(":status", "413")]), &mut told)
        .unwrap();
    assert_eq!(told.take(), ["head 5 413  None", "end 5 None"]);
    assert_eq!(
        written(&mut session, &mut told),
        [(frame::RST_STREAM, 0, 5, 4)]
    );
    // So does the other side.
    session.request(7, GET, true, None);
    session
        .push(&frame_of(frame::RST_STREAM, 0, 7, &[0, 0, 0, 7]), &mut told)
        .unwrap();
    assert_eq!(told.take(), ["reset 7 7"]);
}

#[test]
fn after_a_farewell_nothing_begins() {
    let (mut session, mut told) = begun();
    session.request(3, GET, true, None);
    written(&mut session, &mut told);
    let goaway = frame_of(
        frame::GOAWAY,
        0,
        0,
        &[0, 0, 0, 1, 0, 0, 0, 0, b'w', b'h', b'y'],
    );
    session.push(&goaway, &mut told).unwrap();
    session.request(5, GET, true, None);
    assert!(written(&mut session, &mut told).is_empty());
    session
        .push(&headers(1, true, &[(":status", "200")]), &mut told)
        .unwrap();
    assert_eq!(
        told.take(),
        ["goaway 0 1", "head 1 200  None", "end 1 None"]
    );
    assert!(session.is_idle());
    session.ping();
    session.say_goodbye();
    let frames = written(&mut session, &mut told);
    assert_eq!(frames, [(frame::PING, 0, 0, 8), (frame::GOAWAY, 0, 0, 8)]);
}
