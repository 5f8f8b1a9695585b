use wire::{Events, Expectation, Head};

use super::command::{
    ANY_CREDIT, IS_CONNECT, IS_HEAD, IS_PARTIAL, IS_STREAM, IS_UPGRADE, IS_WHOLE, SAYS_CLOSE,
};
use super::completion::Completions;
use super::event::{Event, HAS_TRAILERS, IS_HTTP_1_0, IS_TUNNEL, KEEPS};
use super::place::{self, Place};

/// One request and its response.
pub struct Exchange {
    pub expect: Expectation,
    /// Octets of body that may be delivered; none: any amount.
    credit: Option<i64>,
    /// The body follows piece by piece.
    pub is_stream: bool,
    /// The request is here in full.
    pub is_sent: bool,
    pub says_close: bool,
    pub has_head: bool,
    /// The connection has left HTTP.
    pub is_tunnel: bool,
    /// A large body is wanted in one piece.
    is_whole: bool,
    /// Nothing more is read until the body has its place.
    lacks_place: bool,
    place: Option<Place>,
    /// Octets of body that came before there was a place.
    passed: usize,
    /// The response has ended; what the trailers were waits until it is known what becomes of the connection.
    trailers: Option<Vec<u8>>,
}

impl Exchange {
    pub fn new(flags: u32, credit: u32) -> Self {
        Exchange {
            expect: Expectation {
                is_head: flags & IS_HEAD != 0,
                is_connect: flags & IS_CONNECT != 0,
                is_upgrade: flags & IS_UPGRADE != 0,
            },
            credit: (credit != ANY_CREDIT).then_some(i64::from(credit)),
            is_stream: flags & IS_STREAM != 0,
            is_sent: flags & (IS_STREAM | IS_PARTIAL) == 0,
            says_close: flags & SAYS_CLOSE != 0,
            has_head: false,
            is_tunnel: false,
            is_whole: flags & IS_WHOLE != 0,
            lacks_place: false,
            place: None,
            passed: 0,
            trailers: None,
        }
    }

    pub fn may_receive(&self) -> bool {
        !self.lacks_place && self.credit.is_none_or(|credit| credit > 0)
    }

    /// Takes the place of a body that waits for it.
    pub fn receive_into(&mut self, mut place: Place) {
        if std::mem::take(&mut self.lacks_place) && self.passed <= place.len() {
            place.pass(self.passed);
            self.place = Some(place);
        }
    }

    /// Where the next octets of the body belong.
    pub fn place(&mut self) -> Option<&mut Place> {
        self.place.as_mut()
    }

    /// So many octets of body are delivered.
    pub fn spend(&mut self, octets: usize) {
        if let Some(credit) = &mut self.credit {
            *credit -= octets as i64;
        }
    }

    pub fn grant(&mut self, octets: u32) {
        if octets == ANY_CREDIT {
            self.credit = None;
        } else if let Some(credit) = &mut self.credit {
            *credit += i64::from(octets);
        }
    }

    /// Tells that the response is complete, and whether its connection can be used again.
    pub fn tell_end(
        self,
        id: u32,
        keeps: bool,
        keep_alive: Option<u32>,
        completions: &mut Completions,
    ) {
        let mut flags = if keeps { KEEPS } else { 0 };
        if self.trailers.is_some() {
            flags |= HAS_TRAILERS;
        }
        let words = [flags, keep_alive.unwrap_or(u32::MAX), 0];
        completions.push(Event::End, id, words, &self.trailers.unwrap_or_default());
    }
}

/// Tells JavaScript what the parser finds.
pub struct Receiver<'a> {
    pub id: u32,
    pub exchange: &'a mut Exchange,
    pub completions: &'a mut Completions,
}

impl Receiver<'_> {
    fn push_head(&mut self, event: Event, head: &Head, flags: u32, length: u32) {
        let version = if head.minor == 0 { IS_HTTP_1_0 } else { 0 };
        let words = [u32::from(head.status) | version | flags, length, 0];
        self.completions.push(event, self.id, words, &head.text);
    }
}

impl Events for Receiver<'_> {
    fn informational(&mut self, head: Head) {
        self.push_head(Event::Informational, &head, 0, 0);
    }

    fn head(&mut self, head: Head, length: Option<u64>) {
        let is_tunnel =
            head.status == 101 || (self.exchange.expect.is_connect && head.status < 300);
        self.exchange.has_head = true;
        self.exchange.is_tunnel = is_tunnel;
        let length = length
            .and_then(|length| u32::try_from(length).ok())
            .unwrap_or(u32::MAX);
        self.exchange.lacks_place =
            self.exchange.is_whole && (place::MIN..=place::MAX).contains(&length);
        self.push_head(
            Event::Head,
            &head,
            if is_tunnel { IS_TUNNEL } else { 0 },
            length,
        );
    }

    fn body(&mut self, octets: &[u8]) {
        self.exchange.spend(octets.len());
        if let Some(place) = &mut self.exchange.place
            && place.put(octets)
        {
            self.completions.push_filled(self.id, octets.len());
            return;
        }
        self.exchange.passed += octets.len();
        self.completions.push_data(self.id, 0, octets);
    }

    fn end(&mut self, trailers: Option<Vec<u8>>) {
        self.exchange.trailers = trailers;
    }
}
