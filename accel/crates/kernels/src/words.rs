use crate::fault::{Code, Fault};

/// A program as 32-bit little-endian words, with octets behind them to which words point.
pub(crate) struct Words<'p> {
    words: Vec<u32>,
    bytes: &'p [u8],
}

impl<'p> Words<'p> {
    pub(crate) fn new(bytes: &'p [u8]) -> Self {
        let words = bytes
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
            .collect();
        Self { words, bytes }
    }

    pub(crate) fn at(&self, index: usize) -> Result<u32, Fault> {
        self.words
            .get(index)
            .copied()
            .ok_or(Fault::new(Code::Program, index))
    }

    /// The octets that the two words at `index` point to: offset and length.
    pub(crate) fn text(&self, index: usize) -> Result<&'p [u8], Fault> {
        let start = self.at(index)? as usize;
        let length = self.at(index + 1)? as usize;
        start
            .checked_add(length)
            .and_then(|end| self.bytes.get(start..end))
            .ok_or(Fault::new(Code::Program, index))
    }
}

/// Appends words to a result.
pub(crate) fn push_words(out: &mut Vec<u8>, words: &[u32]) {
    out.reserve(words.len() * 4);
    for word in words {
        out.extend_from_slice(&word.to_le_bytes());
    }
}
