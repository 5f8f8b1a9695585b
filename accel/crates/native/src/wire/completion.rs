use std::collections::VecDeque;

use super::event::{Event, HEADER};

/// A piece of body of this size crosses by itself, so that JavaScript copies it once only, to its final place.
const BULK: usize = 65_536;

/// Records for JavaScript, in order, and the pieces that go with them.
#[derive(Default)]
pub struct Completions {
    records: Vec<u8>,
    /// Where the first record lies that was not taken yet.
    start: usize,
    pieces: VecDeque<(u32, Vec<u8>)>,
    last_key: u32,
    /// Octets in `pieces`.
    bulk: usize,
}

impl Completions {
    pub fn is_empty(&self) -> bool {
        self.start == self.records.len()
    }

    /// Octets that were not taken yet.
    pub fn backlog(&self) -> usize {
        self.records.len() - self.start + self.bulk
    }

    pub fn push(&mut self, event: Event, id: u32, words: [u32; 3], octets: &[u8]) {
        for word in [
            event as u32,
            id,
            words[0],
            words[1],
            words[2],
            octets.len() as u32,
        ] {
            self.records.extend_from_slice(&word.to_le_bytes());
        }
        self.records.extend_from_slice(octets);
        let padded = self.records.len().next_multiple_of(4);
        self.records.resize(padded, 0);
    }

    pub fn push_data(&mut self, id: u32, octets: &[u8]) {
        if octets.len() < BULK {
            self.push(Event::Data, id, [0; 3], octets);
            return;
        }
        self.bulk += octets.len();
        self.last_key = self.last_key.wrapping_add(1);
        self.pieces.push_back((self.last_key, octets.to_vec()));
        self.push(
            Event::Chunk,
            id,
            [self.last_key, octets.len() as u32, 0],
            &[],
        );
    }

    /// Takes over everything from another one, whose memory is kept.
    pub fn append(&mut self, other: &mut Completions) {
        if self.is_empty() {
            self.records.clear();
            self.start = 0;
            std::mem::swap(&mut self.records, &mut other.records);
        } else {
            self.records.append(&mut other.records);
        }
        self.pieces.append(&mut other.pieces);
        self.bulk += std::mem::take(&mut other.bulk);
    }

    /// Moves whole records to `place`, as many as fit.
    pub fn drain(&mut self, place: &mut [u8]) -> usize {
        let waiting = &self.records[self.start..];
        let mut length = 0;
        while let Some(header) = waiting.get(length..length + HEADER) {
            let octets = u32::from_le_bytes([header[20], header[21], header[22], header[23]]);
            let end = length + HEADER + (octets as usize).next_multiple_of(4);
            if end > place.len() {
                break;
            }
            length = end;
        }
        place[..length].copy_from_slice(&waiting[..length]);
        self.start += length;
        length
    }

    /// Moves a piece to `place` if it has its size, and forgets it. Pieces are taken in order; those before it are lost.
    pub fn take(&mut self, key: u32, place: &mut [u8]) -> bool {
        while let Some((found, piece)) = self.pieces.pop_front() {
            self.bulk -= piece.len();
            if found == key {
                let fits = piece.len() == place.len();
                if fits {
                    place.copy_from_slice(&piece);
                }
                return fits;
            }
        }
        false
    }
}
