use super::code::{
    ENHANCE_YOUR_CALM, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, NO_ERROR, PROTOCOL_ERROR,
    SessionError, broken,
};
use super::events::SessionEvents;
use super::frame::{self, ACK, Frame, number};
use super::session::Session;

/// The largest window that there can be.
const MAX_WINDOW: i64 = 0x7fff_ffff;
/// Answers that may wait until the other side reads them.
const MAX_ANSWERS: usize = 1000;

/// Frames that say something about the connection, or about how much may be sent.
impl Session {
    pub(super) fn take_reset(
        &mut self,
        frame: Frame,
        payload: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        self.check_begun(frame.stream)?;
        let Some(code) = number(payload).filter(|_| payload.len() == 4) else {
            return broken(FRAME_SIZE_ERROR, "a frame of an illegal size");
        };
        let id = frame.stream;
        match self.streams.get(&id) {
            None => {}
            // All that it says is that the rest of the request is not needed.
            Some(stream) if stream.is_complete && code == NO_ERROR => self.deliver_all(id, events),
            Some(_) => {
                self.streams.remove(&id);
                events.reset(id, code);
            }
        }
        Ok(())
    }

    pub(super) fn take_settings(
        &mut self,
        frame: Frame,
        payload: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        let is_answer = frame.has(ACK);
        if !payload.len().is_multiple_of(6) || (is_answer && !payload.is_empty()) {
            return broken(FRAME_SIZE_ERROR, "a frame of an illegal size");
        }
        if is_answer {
            self.decoder.agree(self.settings.header_table_size as usize);
            return Ok(());
        }
        for setting in payload.chunks_exact(6) {
            let id = u16::from_be_bytes([setting[0], setting[1]]);
            let value = u32::from_be_bytes([setting[2], setting[3], setting[4], setting[5]]);
            self.apply(id, value)?;
        }
        self.has_settings = true;
        frame::begin(&mut self.out, 0, frame::SETTINGS, ACK, 0);
        self.count_answer()?;
        events.settings(self.peer_streams);
        Ok(())
    }

    fn apply(&mut self, id: u16, value: u32) -> Result<(), SessionError> {
        match id {
            frame::HEADER_TABLE_SIZE => self.encoder.set_max(value as usize),
            frame::ENABLE_PUSH if value > 0 => {
                return broken(PROTOCOL_ERROR, "a setting with an illegal value");
            }
            frame::MAX_CONCURRENT_STREAMS => self.peer_streams = Some(value),
            frame::INITIAL_WINDOW_SIZE => {
                if i64::from(value) > MAX_WINDOW {
                    return broken(FLOW_CONTROL_ERROR, "a window that grows too large");
                }
                let change = i64::from(value) - i64::from(self.peer_window);
                self.peer_window = value;
                let mut woken = Vec::new();
                for (&id, stream) in &mut self.streams {
                    stream.send_window += change;
                    if stream.send_window > MAX_WINDOW {
                        return broken(FLOW_CONTROL_ERROR, "a window that grows too large");
                    }
                    woken.push(id);
                }
                woken.sort_unstable();
                woken.into_iter().for_each(|id| self.queue(id));
            }
            frame::MAX_FRAME_SIZE => {
                if !(16_384..=16_777_215).contains(&value) {
                    return broken(PROTOCOL_ERROR, "a setting with an illegal value");
                }
                self.peer_frame = value as usize;
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn take_ping(
        &mut self,
        frame: Frame,
        payload: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        if payload.len() != 8 {
            return broken(FRAME_SIZE_ERROR, "a frame of an illegal size");
        }
        if frame.has(ACK) {
            events.pong();
            return Ok(());
        }
        frame::begin(&mut self.out, 8, frame::PING, ACK, 0);
        self.out.extend_from_slice(payload);
        self.count_answer()
    }

    /// Who asks and asks, and does not read, must not make this side keep all the answers.
    fn count_answer(&mut self) -> Result<(), SessionError> {
        self.answers += 1;
        if self.answers > MAX_ANSWERS {
            return broken(ENHANCE_YOUR_CALM, "too many frames that want an answer");
        }
        Ok(())
    }

    pub(super) fn take_goaway(
        &mut self,
        payload: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        let (Some(last), Some(code)) = (number(payload), payload.get(4..).and_then(number)) else {
            return broken(FRAME_SIZE_ERROR, "a frame of an illegal size");
        };
        let last = last & 0x7fff_ffff;
        self.last_taken = Some(self.last_taken.map_or(last, |before| before.min(last)));
        self.streams.retain(|&id, _| id <= last);
        events.goaway(code, last);
        Ok(())
    }

    pub(super) fn take_window_update(
        &mut self,
        frame: Frame,
        payload: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        let Some(more) = number(payload).filter(|_| payload.len() == 4) else {
            return broken(FRAME_SIZE_ERROR, "a frame of an illegal size");
        };
        let more = i64::from(more & 0x7fff_ffff);
        let id = frame.stream;
        if id == 0 {
            self.send_window += more;
            if more == 0 {
                return broken(PROTOCOL_ERROR, "a window that grows by nothing");
            }
            if self.send_window > MAX_WINDOW {
                return broken(FLOW_CONTROL_ERROR, "a window that grows too large");
            }
            return Ok(());
        }
        self.check_begun(id)?;
        let Some(stream) = self.streams.get_mut(&id) else {
            return Ok(());
        };
        stream.send_window += more;
        if more == 0 {
            self.refuse(id, PROTOCOL_ERROR, "a window that grows by nothing", events);
        } else if stream.send_window > MAX_WINDOW {
            self.refuse(
                id,
                FLOW_CONTROL_ERROR,
                "a window that grows too large",
                events,
            );
        } else {
            self.queue(id);
        }
        Ok(())
    }
}
