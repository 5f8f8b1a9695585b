use wire::http2::SessionEvents;

use super::completion::Completions;
use super::event::{Event, HAS_TRAILERS};

/// Tells JavaScript what a connection of HTTP/2 brings.
pub struct FrameReceiver<'a> {
    pub id: u32,
    pub completions: &'a mut Completions,
}

impl FrameReceiver<'_> {
    fn push(&mut self, event: Event, words: [u32; 3], octets: &[u8]) {
        self.completions.push(event, self.id, words, octets);
    }
}

impl SessionEvents for FrameReceiver<'_> {
    fn settings(&mut self, max_streams: Option<u32>) {
        let words = [max_streams.unwrap_or(u32::MAX), 0, 0];
        self.push(Event::Settings, words, &[]);
    }

    fn goaway(&mut self, code: u32, last: u32) {
        self.push(Event::Goaway, [code, last, 0], &[]);
    }

    fn pong(&mut self) {
        self.push(Event::Pong, [0; 3], &[]);
    }

    fn informational(&mut self, stream: u32, status: u16, text: &[u8]) {
        self.push(Event::Informational, [u32::from(status), 0, stream], text);
    }

    fn head(&mut self, stream: u32, status: u16, text: &[u8], length: Option<u64>) {
        let length = length
            .and_then(|length| u32::try_from(length).ok())
            .unwrap_or(u32::MAX);
        self.push(Event::Head, [u32::from(status), length, stream], text);
    }

    fn data(&mut self, stream: u32, octets: &[u8]) {
        self.completions.push_data(self.id, stream, octets);
    }

    fn end(&mut self, stream: u32, trailers: Option<&[u8]>) {
        let flags = if trailers.is_some() { HAS_TRAILERS } else { 0 };
        self.push(Event::End, [flags, 0, stream], trailers.unwrap_or_default());
    }

    fn reset(&mut self, stream: u32, code: u32) {
        self.push(Event::Reset, [code, 0, stream], &[]);
    }

    fn refused(&mut self, stream: u32, reason: &str) {
        self.push(Event::Refused, [0, 0, stream], reason.as_bytes());
    }

    fn sent(&mut self, stream: u32, octets: u64) {
        let words = [octets as u32, (octets >> 32) as u32, stream];
        self.push(Event::Sent, words, &[]);
    }
}
