use std::collections::VecDeque;
use std::io;

/// Octets on their way out, oldest first.
#[derive(Default)]
pub struct Outgoing {
    pieces: VecDeque<Piece>,
    /// Octets of body that have left since the exchange began.
    pub sent: u64,
}

struct Piece {
    octets: Vec<u8>,
    start: usize,
    /// Octets of body that have left once this piece has.
    body: u32,
}

impl Outgoing {
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub fn push(&mut self, octets: &[u8], body: u32) {
        if !octets.is_empty() {
            let octets = octets.to_vec();
            self.pieces.push_back(Piece {
                octets,
                start: 0,
                body,
            });
        }
    }

    /// Writes until everything has left or the other side takes no more.
    pub fn flush(&mut self, mut write: impl FnMut(&[u8]) -> io::Result<usize>) -> io::Result<()> {
        while let Some(piece) = self.pieces.front_mut() {
            match write(&piece.octets[piece.start..]) {
                Ok(length) => piece.start += length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            if piece.start == piece.octets.len() {
                self.sent += u64::from(piece.body);
                self.pieces.pop_front();
            }
        }
        Ok(())
    }

    pub fn clear(&mut self) {
        self.pieces.clear();
    }
}
