use super::code::{
    CANCEL, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR, SessionError, broken,
};
use super::events::SessionEvents;
use super::frame::{self, ACK, END_STREAM, Frame, PADDED};
use super::session::Session;

/// Where in the frames the next octet is.
#[derive(Clone, Copy, Debug)]
pub enum State {
    Head,
    Payload(Frame),
    /// The octet of a DATA frame that tells the length of its padding.
    Padding(Frame),
    Data {
        stream: u32,
        left: usize,
        padding: usize,
        is_end: bool,
    },
}

/// What comes in.
impl Session {
    pub(super) fn receive(
        &mut self,
        mut octets: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        while !octets.is_empty() {
            match self.state {
                State::Head => {
                    let Some(head) = self.gather(&mut octets, frame::HEADER) else {
                        return Ok(());
                    };
                    let Some(&head) = head.first_chunk() else {
                        return Ok(());
                    };
                    self.begin_frame(Frame::read(head), events)?;
                }
                State::Payload(frame) => {
                    if self.pending.is_empty() && octets.len() >= frame.length {
                        let (payload, rest) = octets.split_at(frame.length);
                        octets = rest;
                        self.state = State::Head;
                        self.take_frame(frame, payload, events)?;
                    } else if let Some(payload) = self.gather(&mut octets, frame.length) {
                        self.state = State::Head;
                        self.take_frame(frame, &payload, events)?;
                    }
                }
                State::Padding(frame) => {
                    let padding = usize::from(octets[0]);
                    octets = &octets[1..];
                    if padding >= frame.length {
                        return broken(PROTOCOL_ERROR, "padding that is longer than its frame");
                    }
                    self.begin_data(frame, frame.length - 1 - padding, padding, events)?;
                }
                State::Data {
                    stream,
                    left,
                    padding,
                    is_end,
                } => {
                    let (body, rest) = octets.split_at(octets.len().min(left));
                    let (_, rest) = rest.split_at(rest.len().min(padding));
                    let skipped = octets.len() - body.len() - rest.len();
                    octets = rest;
                    self.receive_data(stream, body, events);
                    let (left, padding) = (left - body.len(), padding - skipped);
                    self.state = State::Data {
                        stream,
                        left,
                        padding,
                        is_end,
                    };
                    self.end_data(events);
                }
            }
        }
        Ok(())
    }

    /// The next `length` octets, once all of them are here.
    fn gather(&mut self, octets: &mut &[u8], length: usize) -> Option<Vec<u8>> {
        let missing = length - self.pending.len();
        let (now, rest) = octets.split_at(octets.len().min(missing));
        self.pending.extend_from_slice(now);
        *octets = rest;
        (self.pending.len() == length).then(|| std::mem::take(&mut self.pending))
    }

    fn begin_frame(
        &mut self,
        frame: Frame,
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        if !self.has_settings && (frame.kind != frame::SETTINGS || frame.has(ACK)) {
            return broken(PROTOCOL_ERROR, "what came first were no settings of HTTP/2");
        }
        if frame.length > self.settings.max_frame_size as usize {
            return broken(FRAME_SIZE_ERROR, "a frame that is larger than allowed");
        }
        let expected = self.block.as_ref().map(|block| block.stream);
        if (frame.kind == frame::CONTINUATION || expected.is_some())
            && (frame.kind != frame::CONTINUATION || expected != Some(frame.stream))
        {
            return broken(PROTOCOL_ERROR, "a field section that is interrupted");
        }
        if frame.kind != frame::DATA {
            self.state = State::Payload(frame);
            if frame.length == 0 {
                self.state = State::Head;
                return self.take_frame(frame, &[], events);
            }
            return Ok(());
        }
        if !frame.has(PADDED) {
            return self.begin_data(frame, frame.length, 0, events);
        }
        if frame.length == 0 {
            return broken(
                FRAME_SIZE_ERROR,
                "a frame without the length of its padding",
            );
        }
        self.state = State::Padding(frame);
        Ok(())
    }

    fn begin_data(
        &mut self,
        frame: Frame,
        left: usize,
        padding: usize,
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        let (id, is_end) = (frame.stream, frame.has(END_STREAM));
        self.check_begun(id)?;
        self.window -= frame.length as i64;
        if self.window < 0 {
            return broken(FLOW_CONTROL_ERROR, "more data than the window allows");
        }
        // What a stream holds is bounded by its own window; others must not wait for its reader.
        self.consumed += frame.length as u32;
        if self.consumed >= self.settings.connection_window / 2 {
            let octets = std::mem::take(&mut self.consumed);
            self.window += i64::from(octets);
            self.put_number(frame::WINDOW_UPDATE, 0, octets);
        }
        if let Some(stream) = self.streams.get_mut(&id) {
            if !stream.has_head {
                return broken(PROTOCOL_ERROR, "data before the head of a response");
            }
            stream.window -= frame.length as i64;
            stream.consumed += (frame.length - left) as u32;
            let is_too_much = stream.remaining.is_some_and(|most| most < left as u64);
            if let Some(remaining) = &mut stream.remaining {
                *remaining = remaining.saturating_sub(left as u64);
            }
            if stream.is_complete {
                self.refuse(
                    id,
                    PROTOCOL_ERROR,
                    "data after the end of a response",
                    events,
                );
            } else if stream.window < 0 {
                let reason = "more data than the window of the stream allows";
                self.refuse(id, FLOW_CONTROL_ERROR, reason, events);
            } else if is_too_much {
                self.refuse_malformed(id, "more data than announced", events);
            }
        }
        // Padding is delivered to nobody, so nothing else may come that gives its room back.
        if frame.length > left {
            self.replenish(id);
        }
        self.state = State::Data {
            stream: id,
            left,
            padding,
            is_end,
        };
        self.end_data(events);
        Ok(())
    }

    /// A frame of data may be over.
    fn end_data(&mut self, events: &mut impl SessionEvents) {
        if let State::Data {
            stream,
            left: 0,
            padding: 0,
            is_end,
        } = self.state
        {
            self.state = State::Head;
            if is_end {
                self.complete(stream, events);
            }
        }
    }

    fn receive_data(&mut self, id: u32, octets: &[u8], events: &mut impl SessionEvents) {
        let Some(stream) = self.streams.get_mut(&id).filter(|_| !octets.is_empty()) else {
            return;
        };
        if stream.is_holding() || !stream.has_credit() {
            stream.hold(octets);
            return;
        }
        stream.spend(octets.len());
        events.data(id, octets);
        self.replenish(id);
    }

    /// Delivers what is held, as far as it is allowed.
    pub(super) fn deliver(&mut self, id: u32, events: &mut impl SessionEvents) {
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        if !stream.is_holding() {
            return;
        }
        while let Some(octets) = stream.next_held() {
            events.data(id, octets);
        }
        stream.tidy();
        if !stream.is_complete {
            self.replenish(id);
        } else if !stream.is_holding() {
            self.end(id, events);
        }
    }

    pub(super) fn deliver_all(&mut self, id: u32, events: &mut impl SessionEvents) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.credit = None;
            self.deliver(id, events);
        }
    }

    /// Lets the other side send more once half of its window has been delivered.
    fn replenish(&mut self, id: u32) {
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        if stream.consumed >= (self.settings.stream_window / 2).max(1) {
            let octets = std::mem::take(&mut stream.consumed);
            stream.window += i64::from(octets);
            self.put_number(frame::WINDOW_UPDATE, id, octets);
        }
    }

    /// The response is here.
    pub(super) fn complete(&mut self, id: u32, events: &mut impl SessionEvents) {
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        if stream.remaining.is_some_and(|octets| octets > 0) {
            self.refuse_malformed(id, "less data than announced", events);
            return;
        }
        stream.is_complete = true;
        if !stream.is_holding() {
            self.end(id, events);
        }
    }

    fn end(&mut self, id: u32, events: &mut impl SessionEvents) {
        if let Some(stream) = self.streams.remove(&id) {
            events.end(id, stream.trailers.as_deref());
            // A server that has answered needs no more of the request (RFC 9113 §8.1).
            if !stream.outgoing.has_ended {
                self.put_number(frame::RST_STREAM, id, CANCEL);
            }
        }
    }

    pub(super) fn refuse(
        &mut self,
        id: u32,
        code: u32,
        reason: &str,
        events: &mut impl SessionEvents,
    ) {
        self.streams.remove(&id);
        self.put_number(frame::RST_STREAM, id, code);
        events.refused(id, reason);
    }

    pub(super) fn refuse_malformed(
        &mut self,
        id: u32,
        what: &str,
        events: &mut impl SessionEvents,
    ) {
        let reason = format!("a malformed response: {what}");
        self.refuse(id, PROTOCOL_ERROR, &reason, events);
    }

    /// A frame on a stream that nobody has begun.
    pub(super) fn check_begun(&self, id: u32) -> Result<(), SessionError> {
        if id.is_multiple_of(2) || id > self.last_stream {
            return broken(PROTOCOL_ERROR, "a frame on a stream that was not begun");
        }
        Ok(())
    }

    fn take_frame(
        &mut self,
        frame: Frame,
        payload: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        let is_of_connection = matches!(frame.kind, frame::SETTINGS | frame::PING | frame::GOAWAY);
        if is_of_connection && frame.stream != 0 {
            return broken(PROTOCOL_ERROR, "a frame on a stream that belongs on none");
        }
        match frame.kind {
            frame::HEADERS => self.take_headers(frame, payload, events),
            frame::CONTINUATION => self.take_continuation(frame, payload, events),
            frame::RST_STREAM => self.take_reset(frame, payload, events),
            frame::SETTINGS => self.take_settings(frame, payload, events),
            frame::PING => self.take_ping(frame, payload, events),
            frame::GOAWAY => self.take_goaway(payload, events),
            frame::WINDOW_UPDATE => self.take_window_update(frame, payload, events),
            frame::PUSH_PROMISE => broken(PROTOCOL_ERROR, "a push that was not allowed"),
            _ => Ok(()),
        }
    }
}
