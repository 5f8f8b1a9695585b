use std::collections::{HashMap, VecDeque};

use super::code::{NO_ERROR, SessionError};
use super::decoder::Decoder;
use super::encoder::Encoder;
use super::events::SessionEvents;
use super::frame::{self, PREFACE};
use super::receiving::State;
use super::responses::Block;
use super::stream::Stream;
use crate::Limits;

/// The window of a connection, and of a stream, as long as nobody says anything else (RFC 9113 §6.9.2).
pub(super) const DEFAULT_WINDOW: u32 = 65_535;
const DEFAULT_FRAME: usize = 16_384;

/// How this side speaks.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Octets that may be under way on a stream, and on all of them together.
    pub stream_window: u32,
    pub connection_window: u32,
    pub max_frame_size: u32,
    pub header_table_size: u32,
}

/// A connection of HTTP/2, without its socket.
pub struct Session {
    pub(super) settings: Settings,
    pub(super) limits: Limits,
    pub(super) decoder: Decoder,
    pub(super) encoder: Encoder,
    pub(super) streams: HashMap<u32, Stream>,
    /// The last one that was begun.
    pub(super) last_stream: u32,
    /// The last one that the other side looks at, once it has said so.
    pub(super) last_taken: Option<u32>,
    pub(super) state: State,
    /// The beginning of a frame.
    pub(super) pending: Vec<u8>,
    /// A field section that comes in several frames.
    pub(super) block: Option<Block>,
    pub(super) has_settings: bool,
    pub(super) window: i64,
    pub(super) consumed: u32,
    /// What the other side has set.
    pub(super) peer_window: u32,
    pub(super) peer_frame: usize,
    pub(super) peer_streams: Option<u32>,
    pub(super) send_window: i64,
    /// Streams that have something to send.
    pub(super) ready: VecDeque<u32>,
    pub(super) out: Vec<u8>,
    out_start: usize,
    /// Answers among what has not left yet.
    pub(super) answers: usize,
    /// The other side broke the rules.
    is_broken: bool,
}

impl Session {
    pub fn new(settings: Settings, limits: Limits) -> Self {
        let mut out = PREFACE.to_vec();
        let values = [
            (frame::HEADER_TABLE_SIZE, settings.header_table_size),
            (frame::ENABLE_PUSH, 0),
            (frame::INITIAL_WINDOW_SIZE, settings.stream_window),
            (frame::MAX_FRAME_SIZE, settings.max_frame_size),
            (
                frame::MAX_HEADER_LIST_SIZE,
                u32::try_from(limits.max_head_bytes).unwrap_or(u32::MAX),
            ),
        ];
        frame::begin(&mut out, values.len() * 6, frame::SETTINGS, 0, 0);
        for (id, value) in values {
            frame::put_setting(&mut out, id, value);
        }
        let more = settings.connection_window.saturating_sub(DEFAULT_WINDOW);
        if more > 0 {
            frame::put_number(&mut out, frame::WINDOW_UPDATE, 0, more);
        }
        Session {
            settings,
            limits,
            decoder: Decoder::new(settings.header_table_size as usize),
            encoder: Encoder::default(),
            streams: HashMap::new(),
            last_stream: 0,
            last_taken: None,
            state: State::Head,
            pending: Vec::new(),
            block: None,
            has_settings: false,
            window: i64::from(settings.connection_window.max(DEFAULT_WINDOW)),
            consumed: 0,
            peer_window: DEFAULT_WINDOW,
            peer_frame: DEFAULT_FRAME,
            peer_streams: None,
            send_window: i64::from(DEFAULT_WINDOW),
            ready: VecDeque::new(),
            out,
            out_start: 0,
            answers: 0,
            is_broken: false,
        }
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.streams.is_empty()
    }

    /// Takes what came. After an error nothing more is taken; the other side is told why.
    pub fn push(
        &mut self,
        octets: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        if self.is_broken {
            return Ok(());
        }
        let outcome = self.receive(octets, events);
        if let Err(error) = &outcome {
            self.is_broken = true;
            self.put_goaway(error.code);
        }
        outcome
    }

    /// Says farewell.
    pub fn say_goodbye(&mut self) {
        self.put_goaway(NO_ERROR);
    }

    /// The connection has gone: responses that have come whole are delivered, whether anybody asks for them or not.
    pub fn finish(&mut self, events: &mut impl SessionEvents) {
        let complete = self.streams.iter().filter(|(_, stream)| stream.is_complete);
        let ids: Vec<u32> = complete.map(|(&id, _)| id).collect();
        for id in ids {
            self.deliver_all(id, events);
        }
    }

    /// What is to be written next.
    pub fn out(&self) -> &[u8] {
        &self.out[self.out_start..]
    }

    /// So much of it has been written.
    pub fn advance(&mut self, octets: usize) {
        self.out_start += octets;
        if self.out_start == self.out.len() {
            self.out.clear();
            self.out_start = 0;
            self.answers = 0;
        }
    }

    pub(super) fn put_number(&mut self, kind: u8, stream: u32, value: u32) {
        frame::put_number(&mut self.out, kind, stream, value);
    }

    fn put_goaway(&mut self, code: u32) {
        frame::begin(&mut self.out, 8, frame::GOAWAY, 0, 0);
        // This side takes no streams.
        self.out.extend_from_slice(&[0; 4]);
        self.out.extend_from_slice(&code.to_be_bytes());
    }
}
