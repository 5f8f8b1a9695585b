use super::frame::{self, END_STREAM, PADDED};
use super::testing::{GET, LIMITS, Told, begun, data, frame_of, headers, settings, written};
use super::{Session, SessionError, Settings};

const OK: (&str, &str) = (":status", "200");

/// A session with large frames and streams, and a request under way.
fn wide() -> (Session, Told) {
    let settings_of_ours = Settings {
        stream_window: 200_000,
        connection_window: 65_535,
        max_frame_size: 100_000,
        header_table_size: 4096,
    };
    let (mut session, mut told) = (Session::new(settings_of_ours, LIMITS), Told::default());
    session.push(&settings(&[]), &mut told).unwrap();
    session.request(1, GET, true, None);
    session.push(&headers(1, false, &[OK]), &mut told).unwrap();
    written(&mut session, &mut told);
    (session, told)
}

#[test]
fn the_window_of_a_stream_is_given_back_by_halves() {
    let (mut session, mut told) = begun();
    session.push(&headers(1, false, &[OK]), &mut told).unwrap();
    session
        .push(&data(1, false, &"x".repeat(49)), &mut told)
        .unwrap();
    assert_eq!(written(&mut session, &mut told), []);
    session.push(&data(1, false, "x"), &mut told).unwrap();
    let update = (frame::WINDOW_UPDATE, 0, 1, 4);
    assert_eq!(written(&mut session, &mut told), [update]);
    // Padding counts, and its length too; alone as well as behind data.
    let padded = |octets: &[u8], padding: u8| {
        let payload = [&[padding][..], octets, &vec![0; usize::from(padding)]].concat();
        frame_of(frame::DATA, PADDED, 1, &payload)
    };
    for _ in 0..3 {
        session.push(&padded(b"", 49), &mut told).unwrap();
        assert_eq!(written(&mut session, &mut told), [update]);
        session.push(&padded(b"y", 48), &mut told).unwrap();
        assert_eq!(written(&mut session, &mut told), [update]);
    }
}

#[test]
fn the_window_of_the_connection_is_given_back_by_halves_and_kept() {
    let (mut session, mut told) = wide();
    session
        .push(&data(1, false, &"x".repeat(32_766)), &mut told)
        .unwrap();
    assert_eq!(written(&mut session, &mut told), []);
    session.push(&data(1, false, "x"), &mut told).unwrap();
    assert_eq!(
        written(&mut session, &mut told),
        [(frame::WINDOW_UPDATE, 0, 0, 4)]
    );
    session
        .push(&data(1, false, &"x".repeat(65_535)), &mut told)
        .unwrap();
    let (mut session, mut told) = wide();
    let outcome = session.push(&data(1, false, &"x".repeat(65_536)), &mut told);
    assert!(
        matches!(outcome, Err(SessionError { code: 3, .. })),
        "{outcome:?}"
    );
}

#[test]
fn the_window_of_a_stream_has_an_end() {
    let (mut session, mut told) = begun();
    let most = frame_of(frame::WINDOW_UPDATE, 0, 1, &[0x7f, 0xff, 0xff, 0xff]);
    session.push(&most, &mut told).unwrap();
    assert_eq!(told.take(), ["refused 1 a window that grows too large"]);
}

#[test]
fn frames_may_become_larger() {
    let (mut session, mut told) = begun();
    session
        .push(&settings(&[(frame::MAX_FRAME_SIZE, 20_000)]), &mut told)
        .unwrap();
    session.request(3, GET, false, None);
    session.send(3, &[b'x'; 20_000], true);
    assert_eq!(
        written(&mut session, &mut told).pop(),
        Some((frame::DATA, END_STREAM, 3, 20_000))
    );
}

#[test]
fn a_window_may_shrink_below_nothing() {
    let (mut session, mut told) = begun();
    session
        .push(&settings(&[(frame::INITIAL_WINDOW_SIZE, 1000)]), &mut told)
        .unwrap();
    session.request(3, GET, false, None);
    session.send(3, &[b'x'; 4000], true);
    assert_eq!(
        written(&mut session, &mut told).pop(),
        Some((frame::DATA, 0, 3, 1000))
    );
    session
        .push(&settings(&[(frame::INITIAL_WINDOW_SIZE, 400)]), &mut told)
        .unwrap();
    let update = |octets: u16| {
        let [high, low] = octets.to_be_bytes();
        frame_of(frame::WINDOW_UPDATE, 0, 3, &[0, 0, high, low])
    };
    session.push(&update(600), &mut told).unwrap();
    assert_eq!(
        written(&mut session, &mut told),
        [(frame::SETTINGS, frame::ACK, 0, 0)]
    );
    session.push(&update(7), &mut told).unwrap();
    assert_eq!(written(&mut session, &mut told), [(frame::DATA, 0, 3, 7)]);
    session
        .push(&settings(&[(frame::INITIAL_WINDOW_SIZE, 500)]), &mut told)
        .unwrap();
    assert_eq!(
        written(&mut session, &mut told).pop(),
        Some((frame::DATA, 0, 3, 100))
    );
}
