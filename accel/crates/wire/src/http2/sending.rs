use super::code::CANCEL;
use super::events::SessionEvents;
use super::frame::{self, END_STREAM, RST_STREAM};
use super::session::Session;
use super::stream::Stream;

/// So much is prepared for the socket at a time.
const TARGET: usize = 65_536;
/// The largest frame that is made of a body.
const LARGEST: usize = 65_536;

/// What goes out.
impl Session {
    /// Begins a request. Its number is larger than those before it, and odd; `text` is name, value, name, value, each
    /// with a LF behind it, pseudo-fields first.
    pub fn request(&mut self, id: u32, text: &[u8], is_end: bool, credit: Option<u32>) {
        // The other side has said that it will not look at it, and who asks knows by now.
        if self.last_taken.is_some_and(|last| id > last) {
            return;
        }
        let mut section = Vec::with_capacity(text.len());
        self.encoder.encode(text, &mut section);
        frame::put_section(&mut self.out, &section, id, is_end, self.peer_frame);
        let is_head = text.starts_with(b":method\nHEAD\n");
        let mut stream = Stream::new(
            is_head,
            credit,
            self.settings.stream_window,
            i64::from(self.peer_window),
        );
        stream.outgoing.has_ended = is_end;
        self.streams.insert(id, stream);
        self.last_stream = id;
    }

    /// Adds to the body of a request.
    pub fn send(&mut self, id: u32, octets: &[u8], is_final: bool) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.outgoing.push(octets);
            stream.outgoing.is_final |= is_final;
            self.queue(id);
        }
    }

    /// Ends a request with trailers, in the same form as the fields.
    pub fn send_trailers(&mut self, id: u32, text: &[u8]) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.outgoing.trailers = Some(text.to_vec());
            stream.outgoing.is_final = true;
            self.queue(id);
        }
    }

    /// Allows more of a response to be delivered; any amount without a number.
    pub fn grant(&mut self, id: u32, octets: Option<u32>, events: &mut impl SessionEvents) {
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        match (octets, &mut stream.credit) {
            (Some(octets), Some(credit)) => *credit += i64::from(octets),
            (None, credit) => *credit = None,
            (Some(_), None) => {}
        }
        self.deliver(id, events);
    }

    /// Gives a stream up. Nothing more is told of it.
    pub fn reset(&mut self, id: u32) {
        let Some(mut stream) = self.streams.remove(&id) else {
            return;
        };
        // Who wrote a little and gave up in the same breath has written it all the same.
        if stream.outgoing.sent == 0 && !stream.outgoing.is_final {
            self.put_next(id, &mut stream);
        }
        self.put_number(RST_STREAM, id, CANCEL);
    }

    /// Asks for a sign of life.
    pub fn ping(&mut self) {
        frame::begin(&mut self.out, 8, frame::PING, 0, 0);
        self.out.extend_from_slice(b"tern ok?");
    }

    /// Prepares what may be sent of the bodies of requests; each stream has a frame in its turn.
    pub fn fill(&mut self, events: &mut impl SessionEvents) {
        let mut touched = Vec::new();
        while self.out().len() < TARGET
            && let Some(id) = self.ready.pop_front()
        {
            let Some(mut stream) = self.streams.remove(&id) else {
                continue;
            };
            stream.outgoing.is_queued = false;
            let has_sent = self.put_next(id, &mut stream);
            if stream.outgoing.sent > stream.outgoing.told && touched.last() != Some(&id) {
                touched.push(id);
            }
            let goes_on = stream.outgoing.has_more();
            self.streams.insert(id, stream);
            if has_sent && goes_on {
                self.queue(id);
            } else if goes_on && self.send_window <= 0 {
                // Everybody waits for the same thing.
                self.queue_first(id);
                break;
            }
        }
        for id in touched {
            if let Some(stream) = self.streams.get_mut(&id)
                && stream.outgoing.sent > stream.outgoing.told
            {
                stream.outgoing.told = stream.outgoing.sent;
                events.sent(id, stream.outgoing.sent);
            }
        }
    }

    pub(super) fn queue(&mut self, id: u32) {
        if self.must_queue(id) {
            self.ready.push_back(id);
        }
    }

    fn queue_first(&mut self, id: u32) {
        if self.must_queue(id) {
            self.ready.push_front(id);
        }
    }

    fn must_queue(&mut self, id: u32) -> bool {
        self.streams.get_mut(&id).is_some_and(|stream| {
            stream.outgoing.has_more() && !std::mem::replace(&mut stream.outgoing.is_queued, true)
        })
    }

    /// Writes one frame of a body, or the end. False: the windows do not allow it.
    fn put_next(&mut self, id: u32, stream: &mut Stream) -> bool {
        let outgoing = &mut stream.outgoing;
        if outgoing.is_empty() {
            if !outgoing.is_final || outgoing.has_ended {
                return false;
            }
            outgoing.has_ended = true;
            match outgoing.trailers.take() {
                None => frame::begin(&mut self.out, 0, frame::DATA, END_STREAM, id),
                Some(text) => {
                    let mut section = Vec::with_capacity(text.len());
                    self.encoder.encode(&text, &mut section);
                    frame::put_section(&mut self.out, &section, id, true, self.peer_frame);
                }
            }
            return true;
        }
        let window = stream.send_window.min(self.send_window);
        let Ok(window @ 1..) = usize::try_from(window) else {
            return false;
        };
        let octets = outgoing.next(window.min(self.peer_frame).min(LARGEST));
        let length = octets.len();
        let at = self.out.len();
        frame::begin(&mut self.out, length, frame::DATA, 0, id);
        self.out.extend_from_slice(octets);
        outgoing.advance(length);
        stream.send_window -= length as i64;
        self.send_window -= length as i64;
        if outgoing.is_empty() && outgoing.is_final && outgoing.trailers.is_none() {
            outgoing.has_ended = true;
            self.out[at + 4] = END_STREAM;
        }
        true
    }
}
