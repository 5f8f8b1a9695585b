use std::collections::VecDeque;

/// Octets of a body that are handed over at once.
const PIECE: usize = 16_384;

/// One request and its response.
#[derive(Debug)]
pub struct Stream {
    /// HEAD: the response has no content, whatever its fields say.
    pub is_head: bool,
    /// Octets of body that may be delivered; none: any amount.
    pub credit: Option<i64>,
    pub has_head: bool,
    pub interim: usize,
    /// Octets that the other side may still send, and those delivered of which it has not been told.
    pub window: i64,
    pub consumed: u32,
    /// Octets still to come, if that is known.
    pub remaining: Option<u64>,
    /// Octets that nobody has allowed to be delivered, up to the window.
    held: Vec<u8>,
    held_start: usize,
    /// The response is here in full.
    pub is_complete: bool,
    pub trailers: Option<Vec<u8>>,
    /// Octets that the other side still takes.
    pub send_window: i64,
    pub outgoing: Outgoing,
}

/// The body of a request on its way out.
#[derive(Debug, Default)]
pub struct Outgoing {
    pieces: VecDeque<Vec<u8>>,
    start: usize,
    /// Nothing follows what is here.
    pub is_final: bool,
    pub trailers: Option<Vec<u8>>,
    /// The other side has been told that nothing follows.
    pub has_ended: bool,
    /// Waits for its turn to send.
    pub is_queued: bool,
    /// Octets of body that have left.
    pub sent: u64,
    pub told: u64,
}

impl Outgoing {
    pub fn push(&mut self, octets: &[u8]) {
        if !octets.is_empty() {
            self.pieces.push_back(octets.to_vec());
        }
    }

    /// Up to `max` octets that come next.
    pub fn next(&self, max: usize) -> &[u8] {
        let piece = self
            .pieces
            .front()
            .map_or(&[][..], |piece| &piece[self.start..]);
        &piece[..piece.len().min(max)]
    }

    pub fn advance(&mut self, octets: usize) {
        self.sent += octets as u64;
        self.start += octets;
        if self
            .pieces
            .front()
            .is_some_and(|piece| piece.len() == self.start)
        {
            self.pieces.pop_front();
            self.start = 0;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Whether there is something to send that needs no window, or something that does.
    pub fn has_more(&self) -> bool {
        !self.is_empty() || (self.is_final && !self.has_ended)
    }
}

impl Stream {
    pub fn new(is_head: bool, credit: Option<u32>, window: u32, send_window: i64) -> Self {
        Stream {
            is_head,
            credit: credit.map(i64::from),
            has_head: false,
            interim: 0,
            window: i64::from(window),
            consumed: 0,
            remaining: None,
            held: Vec::new(),
            held_start: 0,
            is_complete: false,
            trailers: None,
            send_window,
            outgoing: Outgoing::default(),
        }
    }

    pub fn has_credit(&self) -> bool {
        self.credit.is_none_or(|credit| credit > 0)
    }

    pub fn is_holding(&self) -> bool {
        self.held_start < self.held.len()
    }

    pub fn hold(&mut self, octets: &[u8]) {
        self.held.extend_from_slice(octets);
    }

    /// The octets that were delivered count.
    pub fn spend(&mut self, octets: usize) {
        if let Some(credit) = &mut self.credit {
            *credit -= octets as i64;
        }
        self.consumed += octets as u32;
    }

    /// The next piece of what is held, if it may be delivered.
    pub fn next_held(&mut self) -> Option<&[u8]> {
        if !self.is_holding() || !self.has_credit() {
            return None;
        }
        let start = self.held_start;
        let end = self.held.len().min(start + PIECE);
        self.held_start = end;
        self.spend(end - start);
        Some(&self.held[start..end])
    }

    /// Forgets what has been delivered.
    pub fn tidy(&mut self) {
        if self.held_start == self.held.len() {
            self.held = Vec::new();
        } else {
            self.held.drain(..self.held_start);
        }
        self.held_start = 0;
    }
}
