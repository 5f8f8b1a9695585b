/// Octets from which on a body that is wanted in one piece is received into its final place, and up to which: a server
/// may lie about the length. `src/backends/native/body-place.ts` knows them too.
pub const MIN: u32 = 262_144;
pub const MAX: u32 = 67_108_864;

/// Memory of JavaScript into which the thread of I/O puts a body, from its first octet to its last.
pub struct Place {
    start: *mut u8,
    length: usize,
    /// Octets of the body that have passed, here or beside the place.
    filled: usize,
}

// SAFETY: JavaScript looks only at octets that were told to it, which are not written again; it keeps the memory until the
// event `end` or `closed`, which come after the last use; and nothing that lies in it is handed out before, so that nobody
// can detach it (`ResponseBody` copies).
unsafe impl Send for Place {}

impl Place {
    pub fn new(memory: &mut [u8]) -> Self {
        Place {
            start: memory.as_mut_ptr(),
            length: memory.len(),
            filled: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.length
    }

    /// So many octets of the body came before there was a place, or into it.
    pub fn pass(&mut self, octets: usize) {
        self.filled = (self.filled + octets).min(self.length);
    }

    /// Where the next octets belong.
    pub fn rest(&mut self) -> &mut [u8] {
        // SAFETY: `filled` is at most `length`, the size of the memory, and nobody else uses what is not filled.
        unsafe {
            std::slice::from_raw_parts_mut(self.start.add(self.filled), self.length - self.filled)
        }
    }

    /// Takes octets, if there is room for them.
    pub fn put(&mut self, octets: &[u8]) -> bool {
        let Some(room) = self.rest().get_mut(..octets.len()) else {
            return false;
        };
        room.copy_from_slice(octets);
        self.filled += octets.len();
        true
    }
}
