use super::huffman;
use super::table::Table;

/// Field sections are compressed with a table of this size unless something else is agreed upon.
pub const DEFAULT_TABLE: usize = 4096;

/// Undoes the compression of field sections (RFC 7541).
pub struct Decoder {
    table: Table,
    /// What the other side may make of the table.
    max: usize,
    name: Vec<u8>,
    value: Vec<u8>,
}

/// A field section makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub struct Undecodable;

impl Decoder {
    /// @param max octets of the table; more counts until the other side has agreed
    pub fn new(max: usize) -> Self {
        Decoder {
            table: Table::new(DEFAULT_TABLE),
            max: max.max(DEFAULT_TABLE),
            name: Vec::new(),
            value: Vec::new(),
        }
    }

    /// The other side knows how large the table may be.
    pub fn agree(&mut self, max: usize) {
        self.max = max;
    }

    /// Gives each field in order. All of a section must be decoded even if nobody wants it: the next one builds on it.
    pub fn decode(
        &mut self,
        mut input: &[u8],
        mut field: impl FnMut(&[u8], &[u8]),
    ) -> Result<(), Undecodable> {
        let mut may_resize = true;
        while let Some(&first) = input.first() {
            if first & 0x80 != 0 {
                let index = integer(&mut input, 7)?;
                let (name, value) = self.table.get(index).ok_or(Undecodable)?;
                field(name, value);
            } else if first & 0xe0 == 0x20 {
                let size = integer(&mut input, 5)?;
                if !may_resize || size > self.max {
                    return Err(Undecodable);
                }
                self.table.set_max(size);
                continue;
            } else {
                let is_added = first & 0x40 != 0;
                let index = integer(&mut input, if is_added { 6 } else { 4 })?;
                self.name.clear();
                if index == 0 {
                    string(&mut input, &mut self.name)?;
                } else {
                    let (name, _) = self.table.get(index).ok_or(Undecodable)?;
                    self.name.extend_from_slice(name);
                }
                self.value.clear();
                string(&mut input, &mut self.value)?;
                field(&self.name, &self.value);
                if is_added {
                    self.table.add(&self.name, &self.value);
                }
            }
            may_resize = false;
        }
        Ok(())
    }
}

/// RFC 7541 §5.1; `bits` are those of the first octet that count.
fn integer(input: &mut &[u8], bits: u32) -> Result<usize, Undecodable> {
    let mask = (1usize << bits) - 1;
    let (&first, mut rest) = input.split_first().ok_or(Undecodable)?;
    let mut value = usize::from(first) & mask;
    if value == mask {
        let mut shift = 0;
        loop {
            let (&octet, after) = rest.split_first().ok_or(Undecodable)?;
            rest = after;
            // Nothing that is larger than four such octets can be meant.
            if shift > 21 {
                return Err(Undecodable);
            }
            value += usize::from(octet & 0x7f) << shift;
            shift += 7;
            if octet & 0x80 == 0 {
                break;
            }
        }
    }
    *input = rest;
    Ok(value)
}

fn string(input: &mut &[u8], output: &mut Vec<u8>) -> Result<(), Undecodable> {
    let is_huffman = input.first().ok_or(Undecodable)? & 0x80 != 0;
    let length = integer(input, 7)?;
    let (text, rest) = input.split_at_checked(length).ok_or(Undecodable)?;
    *input = rest;
    if !is_huffman {
        output.extend_from_slice(text);
    } else if !huffman::decode(text, output) {
        return Err(Undecodable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(decoder: &mut Decoder, hex: &str) -> Result<String, Undecodable> {
        let octets: Vec<u8> = (0..hex.len() / 2)
            .map(|index| u8::from_str_radix(&hex[index * 2..index * 2 + 2], 16).unwrap())
            .collect();
        let mut text = String::new();
        decoder.decode(&octets, |name, value| {
            text += &format!(
                "{}={};",
                String::from_utf8_lossy(name),
                String::from_utf8_lossy(value)
            );
        })?;
        Ok(text)
    }

    #[test]
    fn the_examples_of_the_standard() {
        // RFC 7541, appendix C.6: three responses, with a table of 256 octets.
        let mut decoder = Decoder::new(DEFAULT_TABLE);
        decoder.table.set_max(256);
        assert_eq!(
            decode(
                &mut decoder,
                "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3"
            )
            .unwrap(),
            ":status=302;cache-control=private;date=Mon, 21 Oct 2013 20:13:21 GMT;location=https://www.example.com;"
        );
        assert_eq!(
            decode(&mut decoder, "4883640effc1c0bf").unwrap(),
            ":status=307;cache-control=private;date=Mon, 21 Oct 2013 20:13:21 GMT;location=https://www.example.com;"
        );
        assert_eq!(
            decode(
                &mut decoder,
                "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
            )
            .unwrap(),
            ":status=200;cache-control=private;date=Mon, 21 Oct 2013 20:13:22 GMT;location=https://www.example.com;content-encoding=gzip;set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1;"
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for bad in [
            "80",
            "ff",
            "bf",
            "40",
            "4001",
            "400161",
            "000161",
            "ffffffffffff",
            "3fe21f",
            "3f808080800088",
            "883f00",
            "00018161",
            "008161",
        ] {
            let mut decoder = Decoder::new(DEFAULT_TABLE);
            assert!(decode(&mut decoder, bad).is_err(), "{bad}");
        }
        // The table may be made smaller at the beginning of a section, as often as one likes.
        let mut decoder = Decoder::new(DEFAULT_TABLE);
        assert_eq!(decode(&mut decoder, "203fe11f88").unwrap(), ":status=200;");
    }
}
