use super::decoder::DEFAULT_TABLE;
use super::huffman;
use super::table::Table;

/// Compresses field sections (RFC 7541).
pub struct Encoder {
    table: Table,
    /// The smallest size of the table since the last section, if it has changed.
    smallest: Option<usize>,
}

/// How a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The next ones will refer to it.
    Added,
    /// It is not worth it: it is another one each time.
    Plain,
    /// Nobody on the way may add it to a table (RFC 7541 §7.1.3).
    Secret,
}

impl Default for Encoder {
    fn default() -> Self {
        Encoder {
            table: Table::new(DEFAULT_TABLE),
            smallest: None,
        }
    }
}

impl Encoder {
    /// The other side says how large the table may be; more than usual is not used.
    pub fn set_max(&mut self, max: usize) {
        let max = max.min(DEFAULT_TABLE);
        if max != self.table.max() {
            self.smallest = Some(self.smallest.map_or(max, |smallest| smallest.min(max)));
            self.table.set_max(max);
        }
    }

    /// Writes a section; `text` is name, value, name, value, each with a LF behind it.
    pub fn encode(&mut self, text: &[u8], output: &mut Vec<u8>) {
        if let Some(smallest) = self.smallest.take() {
            if smallest < self.table.max() {
                integer(smallest, 5, 0x20, output);
            }
            integer(self.table.max(), 5, 0x20, output);
        }
        let mut parts = text.split(|&octet| octet == b'\n');
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            self.field(name, value, output);
        }
    }

    fn field(&mut self, name: &[u8], value: &[u8], output: &mut Vec<u8>) {
        let form = form_of(name);
        let (index, is_same) = self.table.find(name, value);
        if is_same && form != Form::Secret {
            integer(index, 7, 0x80, output);
            return;
        }
        match form {
            Form::Added => integer(index, 6, 0x40, output),
            Form::Plain => integer(index, 4, 0, output),
            Form::Secret => integer(index, 4, 0x10, output),
        }
        if index == 0 {
            string(name, output);
        }
        string(value, output);
        if form == Form::Added {
            self.table.add(name, value);
        }
    }
}

fn form_of(name: &[u8]) -> Form {
    match name {
        b"authorization" | b"proxy-authorization" | b"cookie" => Form::Secret,
        b":path"
        | b"content-length"
        | b"date"
        | b"if-match"
        | b"if-modified-since"
        | b"if-none-match"
        | b"if-range"
        | b"if-unmodified-since"
        | b"range" => Form::Plain,
        _ => Form::Added,
    }
}

fn integer(mut value: usize, bits: u32, flags: u8, output: &mut Vec<u8>) {
    let mask = (1usize << bits) - 1;
    if value < mask {
        output.push(flags | value as u8);
        return;
    }
    output.push(flags | mask as u8);
    value -= mask;
    while value >= 0x80 {
        output.push(value as u8 | 0x80);
        value >>= 7;
    }
    output.push(value as u8);
}

fn string(text: &[u8], output: &mut Vec<u8>) {
    let length = huffman::encoded_length(text);
    if length < text.len() {
        integer(length, 7, 0x80, output);
        huffman::encode(text, output);
    } else {
        integer(text.len(), 7, 0, output);
        output.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::decoder::Decoder;
    use super::*;

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    #[test]
    fn what_went_before_is_referred_to() {
        let mut encoder = Encoder::default();
        let mut decoder = Decoder::new(DEFAULT_TABLE);
        let text = b":method\nGET\n:path\n/a?b\naccept\n*/*\nx-long\nthe same again and again\ncookie\na=b\n";
        let mut sizes = Vec::new();
        for _ in 0..3 {
            let mut section = Vec::new();
            encoder.encode(text, &mut section);
            sizes.push(section.len());
            let mut found = Vec::new();
            decoder
                .decode(&section, |name, value| {
                    found.extend_from_slice(&[name, b"\n", value, b"\n"].concat());
                })
                .unwrap();
            assert_eq!(found, text);
        }
        assert!(sizes[1] < sizes[0] / 2, "{sizes:?}");
        assert_eq!(sizes[1], sizes[2]);
    }

    #[test]
    fn the_other_side_may_want_a_smaller_table() {
        let mut encoder = Encoder::default();
        encoder.set_max(0);
        encoder.set_max(65_536);
        let mut section = Vec::new();
        encoder.encode(b":method\nGET\n", &mut section);
        assert_eq!(hex(&section), "203fe11f82");
        section.clear();
        encoder.set_max(100);
        encoder.encode(b":method\nGET\n", &mut section);
        assert_eq!(hex(&section), "3f4582");
    }

    #[test]
    fn secrets_are_never_kept() {
        let mut encoder = Encoder::default();
        let mut section = Vec::new();
        encoder.encode(b"authorization\n\n", &mut section);
        assert_eq!(hex(&section), "1f0800");
    }
}
