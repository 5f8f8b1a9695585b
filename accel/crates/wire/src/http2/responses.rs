use super::code::{
    COMPRESSION_ERROR, ENHANCE_YOUR_CALM, FRAME_SIZE_ERROR, PROTOCOL_ERROR, SessionError, broken,
};
use super::events::SessionEvents;
use super::frame::{END_HEADERS, END_STREAM, Frame, PADDED, PRIORITY};
use super::section::Section;
use super::session::Session;

/// Frames in which a field section may come, at most.
const MAX_PARTS: usize = 128;
/// Octets of a compressed field section beyond twice its limit.
const SLACK: usize = 65_536;

/// A field section whose end has not come.
#[derive(Debug)]
pub struct Block {
    pub stream: u32,
    is_end: bool,
    parts: usize,
    octets: Vec<u8>,
}

/// Heads and trailers.
impl Session {
    pub(super) fn take_headers(
        &mut self,
        frame: Frame,
        mut payload: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        self.check_begun(frame.stream)?;
        let mut padding = 0;
        if frame.has(PADDED) {
            let Some((&length, rest)) = payload.split_first() else {
                return broken(
                    FRAME_SIZE_ERROR,
                    "a frame without the length of its padding",
                );
            };
            (padding, payload) = (usize::from(length), rest);
        }
        let begin = if frame.has(PRIORITY) { 5 } else { 0 };
        let Some(part) = payload
            .len()
            .checked_sub(padding)
            .and_then(|end| payload.get(begin..end))
        else {
            return broken(PROTOCOL_ERROR, "padding that is longer than its frame");
        };
        let is_end = frame.has(END_STREAM);
        if frame.has(END_HEADERS) {
            return self.take_section(frame.stream, is_end, part, events);
        }
        self.block = Some(Block {
            stream: frame.stream,
            is_end,
            parts: 1,
            octets: part.to_vec(),
        });
        Ok(())
    }

    pub(super) fn take_continuation(
        &mut self,
        frame: Frame,
        payload: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        let Some(mut block) = self.block.take() else {
            return Ok(());
        };
        block.parts += 1;
        block.octets.extend_from_slice(payload);
        let limits = &self.limits;
        let most = limits.max_head_bytes.max(limits.max_trailer_bytes) * 2 + SLACK;
        if block.octets.len() > most || block.parts > MAX_PARTS {
            return broken(ENHANCE_YOUR_CALM, "a field section that does not end");
        }
        if frame.has(END_HEADERS) {
            return self.take_section(block.stream, block.is_end, &block.octets, events);
        }
        self.block = Some(block);
        Ok(())
    }

    fn take_section(
        &mut self,
        id: u32,
        is_end: bool,
        octets: &[u8],
        events: &mut impl SessionEvents,
    ) -> Result<(), SessionError> {
        let has_head = self.streams.get(&id).map(|stream| stream.has_head);
        let most = match has_head {
            None => 0,
            Some(true) => self.limits.max_trailer_bytes,
            Some(false) => self.limits.max_head_bytes,
        };
        let mut section = Section::default();
        let outcome = self.decoder.decode(octets, |name, value| {
            section.add(name, value, most);
        });
        if outcome.is_err() {
            return broken(COMPRESSION_ERROR, "fields that cannot be decoded");
        }
        let max_fields = self.limits.max_head_fields;
        match has_head {
            // It was given up.
            None => {}
            Some(_) if section.fault.is_some() => {
                self.refuse_malformed(id, section.fault.unwrap_or_default(), events);
            }
            Some(_) if section.count > max_fields + usize::from(section.status.is_some()) => {
                let reason = format!(
                    "more than {max_fields} fields (parser.maxHeadFields); the stream was reset: ENHANCE_YOUR_CALM"
                );
                self.refuse(id, ENHANCE_YOUR_CALM, &reason, events);
            }
            Some(false) => self.take_head(id, is_end, &section, events),
            Some(true) => self.take_trailers(id, is_end, section, events),
        }
        Ok(())
    }

    fn take_head(
        &mut self,
        id: u32,
        is_end: bool,
        section: &Section,
        events: &mut impl SessionEvents,
    ) {
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        let (most, most_interim) = (self.limits.max_head_bytes, self.limits.max_informational);
        let is_interim = section.status.is_some_and(|status| status < 200);
        stream.interim += usize::from(is_interim);
        if is_interim && stream.interim > most_interim {
            let reason =
                format!("more than {most_interim} interim responses (parser.maxInformational)");
            self.refuse(id, ENHANCE_YOUR_CALM, &reason, events);
            return;
        }
        if section.size > most {
            let reason = format!("a head of more than {most} bytes (parser.maxHeadBytes)");
            self.refuse(id, ENHANCE_YOUR_CALM, &reason, events);
            return;
        }
        match section.status {
            None => self.refuse_malformed(id, "no status", events),
            Some(101) => self.refuse_malformed(id, "the status 101", events),
            Some(status @ ..200) if is_end => {
                let what = format!("the status {status} ends the response");
                self.refuse_malformed(id, &what, events);
            }
            Some(status @ ..200) => events.informational(id, status, &section.text),
            Some(status) => {
                stream.has_head = true;
                stream.remaining = if stream.is_head || status == 204 || status == 304 {
                    Some(0)
                } else {
                    section.content_length
                };
                events.head(id, status, &section.text, stream.remaining);
                if is_end {
                    self.complete(id, events);
                }
            }
        }
    }

    fn take_trailers(
        &mut self,
        id: u32,
        is_end: bool,
        section: Section,
        events: &mut impl SessionEvents,
    ) {
        let most = self.limits.max_trailer_bytes;
        if section.status.is_some() || !is_end {
            self.refuse_malformed(id, "a second head", events);
        } else if section.size > most {
            let reason = format!("trailers of more than {most} bytes (parser.maxTrailerBytes)");
            self.refuse(id, ENHANCE_YOUR_CALM, &reason, events);
        } else {
            if let Some(stream) = self.streams.get_mut(&id) {
                stream.trailers = Some(section.text).filter(|text| !text.is_empty());
            }
            self.complete(id, events);
        }
    }
}
