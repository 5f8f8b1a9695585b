use std::collections::VecDeque;

use super::event::{Event, HEADER};

/// A piece of body of this size crosses by itself, so that JavaScript copies it once only, to its final place.
const BULK: usize = 32_768;
/// Frames of HTTP/2 that are joined cross by themselves from this size on.
const JOINED: usize = 65_536;
/// A piece of a large body.
const LARGE: usize = 8192;
/// Octets of the memory of a piece that is read directly: half of the credit that a stream has, so that the next one can come
/// while JavaScript has this one.
pub const PIECE: usize = 131_072;
/// Memory of so many pieces is used again.
const SPARE: usize = 8;

/// Octets of body that wait to be taken.
struct Piece {
    key: u32,
    memory: Vec<u8>,
    length: usize,
}

/// Records for JavaScript, in order, and the pieces that go with them.
#[derive(Default)]
pub struct Completions {
    records: Vec<u8>,
    /// Where the first record lies that was not taken yet.
    start: usize,
    pieces: VecDeque<Piece>,
    last_key: u32,
    /// Memory of pieces that were taken, all of one size.
    spare: Vec<Vec<u8>>,
    /// The last record, if it is a piece of body: where it lies, its connection and its stream.
    last_data: Option<(usize, u32, u32)>,
    /// The last record, if it tells of octets in a place: where it lies, and its connection.
    last_filled: Option<(usize, u32)>,
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
        self.last_data = None;
        self.last_filled = None;
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

    /// @param stream 0 where there are none
    pub fn push_data(&mut self, id: u32, stream: u32, octets: &[u8]) {
        if stream > 0 && self.extend(id, stream, octets) {
            return;
        }
        if octets.len() < if stream > 0 { JOINED } else { BULK } {
            let start = self.records.len();
            self.push(Event::Data, id, [0, 0, stream], octets);
            self.last_data = Some((start, id, stream));
            return;
        }
        self.push_chunk(id, stream, octets.to_vec(), octets.len());
    }

    /// Takes the first `length` octets of [memory](Self::memory) that came from here.
    pub fn push_piece(&mut self, id: u32, memory: Vec<u8>, length: usize) {
        if length < BULK {
            self.push_data(id, 0, &memory[..length]);
            self.give_back(memory);
        } else {
            self.push_chunk(id, 0, memory, length);
        }
    }

    fn push_chunk(&mut self, id: u32, stream: u32, memory: Vec<u8>, length: usize) {
        // All its memory counts, also what is not filled.
        self.bulk += memory.len();
        self.last_key = self.last_key.wrapping_add(1);
        let key = self.last_key;
        self.pieces.push_back(Piece {
            key,
            memory,
            length,
        });
        self.push(Event::Chunk, id, [key, length as u32, stream], &[]);
    }

    /// Tells of octets that lie in their place already.
    pub fn push_filled(&mut self, id: u32, octets: usize) {
        let same = self.last_filled.filter(|&(_, last)| last == id);
        let Some(word) = same
            .and_then(|(start, _)| self.records.get_mut(start + 8..))
            .and_then(<[u8]>::first_chunk_mut)
        else {
            let start = self.records.len();
            self.push(Event::Filled, id, [octets as u32, 0, 0], &[]);
            self.last_filled = Some((start, id));
            return;
        };
        *word = (u32::from_le_bytes(*word) + octets as u32).to_le_bytes();
    }

    /// Memory of the size of a piece, to be read into.
    pub fn memory(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_else(|| vec![0; PIECE])
    }

    /// Memory that can be used again.
    pub fn give_back(&mut self, memory: Vec<u8>) {
        if memory.len() == PIECE && self.spare.len() < SPARE {
            self.spare.push(memory);
        }
    }

    /// Frames of HTTP/2 are small: those of a large body become one piece. What somebody sent bit by bit stays so.
    fn extend(&mut self, id: u32, stream: u32, octets: &[u8]) -> bool {
        let Some((start, ..)) = self
            .last_data
            .filter(|&(_, last, last_stream)| (last, last_stream) == (id, stream))
        else {
            return false;
        };
        let place = start + HEADER - 4..start + HEADER;
        let Some(&length) = self.records[place.clone()].first_chunk() else {
            return false;
        };
        let length = u32::from_le_bytes(length) as usize;
        if length < LARGE || length + octets.len() >= JOINED {
            return false;
        }
        self.records.truncate(start + HEADER + length);
        self.records.extend_from_slice(octets);
        let padded = self.records.len().next_multiple_of(4);
        self.records.resize(padded, 0);
        self.records[place].copy_from_slice(&((length + octets.len()) as u32).to_le_bytes());
        true
    }

    /// Takes over everything from another one, whose memory is kept; it gets what is spare here.
    pub fn append(&mut self, other: &mut Completions) {
        for side in [&mut *self, &mut *other] {
            side.last_data = None;
            side.last_filled = None;
        }
        if self.is_empty() {
            self.records.clear();
            self.start = 0;
            std::mem::swap(&mut self.records, &mut other.records);
        } else {
            self.records.append(&mut other.records);
        }
        self.pieces.append(&mut other.pieces);
        self.bulk += std::mem::take(&mut other.bulk);
        for memory in self.spare.drain(..) {
            other.give_back(memory);
        }
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
        while let Some(piece) = self.pieces.pop_front() {
            self.bulk -= piece.memory.len();
            let fits = piece.key == key && piece.length == place.len();
            if fits {
                place.copy_from_slice(&piece.memory[..piece.length]);
            }
            self.give_back(piece.memory);
            if piece.key == key {
                return fits;
            }
        }
        false
    }
}
