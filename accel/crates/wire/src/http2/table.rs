use std::collections::VecDeque;

/// What an entry takes up besides its octets (RFC 7541 §4.1).
const OVERHEAD: usize = 32;

/// RFC 7541, appendix A; the first has number 1.
pub const STATIC: [(&[u8], &[u8]); 61] = [
    (b":authority", b""),
    (b":method", b"GET"),
    (b":method", b"POST"),
    (b":path", b"/"),
    (b":path", b"/index.html"),
    (b":scheme", b"http"),
    (b":scheme", b"https"),
    (b":status", b"200"),
    (b":status", b"204"),
    (b":status", b"206"),
    (b":status", b"304"),
    (b":status", b"400"),
    (b":status", b"404"),
    (b":status", b"500"),
    (b"accept-charset", b""),
    (b"accept-encoding", b"gzip, deflate"),
    (b"accept-language", b""),
    (b"accept-ranges", b""),
    (b"accept", b""),
    (b"access-control-allow-origin", b""),
    (b"age", b""),
    (b"allow", b""),
    (b"authorization", b""),
    (b"cache-control", b""),
    (b"content-disposition", b""),
    (b"content-encoding", b""),
    (b"content-language", b""),
    (b"content-length", b""),
    (b"content-location", b""),
    (b"content-range", b""),
    (b"content-type", b""),
    (b"cookie", b""),
    (b"date", b""),
    (b"etag", b""),
    (b"expect", b""),
    (b"expires", b""),
    (b"from", b""),
    (b"host", b""),
    (b"if-match", b""),
    (b"if-modified-since", b""),
    (b"if-none-match", b""),
    (b"if-range", b""),
    (b"if-unmodified-since", b""),
    (b"last-modified", b""),
    (b"link", b""),
    (b"location", b""),
    (b"max-forwards", b""),
    (b"proxy-authenticate", b""),
    (b"proxy-authorization", b""),
    (b"range", b""),
    (b"referer", b""),
    (b"refresh", b""),
    (b"retry-after", b""),
    (b"server", b""),
    (b"set-cookie", b""),
    (b"strict-transport-security", b""),
    (b"transfer-encoding", b""),
    (b"user-agent", b""),
    (b"vary", b""),
    (b"via", b""),
    (b"www-authenticate", b""),
];

/// The fields to which numbers refer (RFC 7541 §2.3): those of the standard, and those that went before, the last first.
pub struct Table {
    entries: VecDeque<Entry>,
    size: usize,
    max: usize,
}

struct Entry {
    /// The name, and the value behind it.
    octets: Box<[u8]>,
    name: usize,
}

impl Entry {
    fn parts(&self) -> (&[u8], &[u8]) {
        self.octets.split_at(self.name)
    }
}

impl Table {
    pub fn new(max: usize) -> Self {
        Table {
            entries: VecDeque::new(),
            size: 0,
            max,
        }
    }

    /// Name and value by number.
    pub fn get(&self, index: usize) -> Option<(&[u8], &[u8])> {
        if index <= STATIC.len() {
            return STATIC.get(index.wrapping_sub(1)).copied();
        }
        let entry = self.entries.get(index - STATIC.len() - 1)?;
        Some(entry.parts())
    }

    pub fn add(&mut self, name: &[u8], value: &[u8]) {
        let size = name.len() + value.len() + OVERHEAD;
        // The name may come from an entry that has to go.
        let entry = (size <= self.max).then(|| Entry {
            octets: [name, value].concat().into_boxed_slice(),
            name: name.len(),
        });
        self.shrink(self.max.saturating_sub(size));
        if let Some(entry) = entry {
            self.entries.push_front(entry);
            self.size += size;
        }
    }

    pub fn max(&self) -> usize {
        self.max
    }

    pub fn set_max(&mut self, max: usize) {
        self.max = max;
        self.shrink(max);
    }

    /// The number of a field, and whether its value is the same. None has the number 0.
    pub fn find(&self, name: &[u8], value: &[u8]) -> (usize, bool) {
        let first = first_static(name);
        let mut index = first;
        while let Some(&(_, known)) = STATIC.get(index.wrapping_sub(1)).filter(|e| e.0 == name) {
            if known == value {
                return (index, true);
            }
            index += 1;
        }
        let mut of_name = first;
        for (place, entry) in self.entries.iter().enumerate() {
            if entry.name != name.len() || entry.parts().0 != name {
                continue;
            }
            let index = place + STATIC.len() + 1;
            if entry.parts().1 == value {
                return (index, true);
            }
            if of_name == 0 {
                of_name = index;
            }
        }
        (of_name, false)
    }

    fn shrink(&mut self, room: usize) {
        while self.size > room
            && let Some(entry) = self.entries.pop_back()
        {
            self.size -= entry.octets.len() + OVERHEAD;
        }
    }
}

/// The first number of a name that requests have.
fn first_static(name: &[u8]) -> usize {
    match name {
        b":authority" => 1,
        b":method" => 2,
        b":path" => 4,
        b":scheme" => 6,
        b"accept-encoding" => 16,
        b"accept-language" => 17,
        b"accept" => 19,
        b"authorization" => 23,
        b"cache-control" => 24,
        b"content-encoding" => 26,
        b"content-language" => 27,
        b"content-length" => 28,
        b"content-type" => 31,
        b"cookie" => 32,
        b"date" => 33,
        b"expect" => 35,
        b"if-match" => 39,
        b"if-modified-since" => 40,
        b"if-none-match" => 41,
        b"if-range" => 42,
        b"if-unmodified-since" => 43,
        b"proxy-authorization" => 49,
        b"range" => 50,
        b"referer" => 51,
        b"user-agent" => 58,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_standard() {
        for (index, (name, _)) in STATIC.iter().enumerate() {
            let found = first_static(name);
            assert!(found == 0 || STATIC[found - 1].0 == *name, "{index}");
            assert!(found == 0 || found == 1 || STATIC[found - 2].0 != *name);
        }
        let table = Table::new(100);
        assert_eq!(table.find(b":method", b"POST"), (3, true));
        assert_eq!(table.find(b":method", b"PUT"), (2, false));
        assert_eq!(table.find(b"x", b""), (0, false));
        assert_eq!(table.get(0), None);
        assert_eq!(table.get(62), None);
    }

    #[test]
    fn the_oldest_go_first() {
        let mut table = Table::new(80);
        table.add(b"a", b"1");
        table.add(b"b", b"2");
        assert_eq!(table.find(b"a", b"1"), (63, true));
        table.add(b"c", b"3");
        assert_eq!((table.find(b"a", b"1").0, table.find(b"b", b"").0), (0, 63));
        table.set_max(40);
        assert_eq!(table.get(62), Some((&b"c"[..], &b"3"[..])));
        assert_eq!(table.get(63), None);
        // One that is larger than all the room empties it (RFC 7541 §4.4).
        table.add(b"long", &[b'x'; 40]);
        assert_eq!(table.get(62), None);
    }
}
