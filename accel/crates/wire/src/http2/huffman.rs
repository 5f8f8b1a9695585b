//! The Huffman code of field strings (RFC 7541 §5.2, appendix B). It is canonical, so lengths say everything.

/// Bits of the code of each octet, and of the end of a string, which never stands in one.
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, //
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, //
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, //
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, //
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, //
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, //
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, //
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, //
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, //
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, //
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, //
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, //
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, //
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, //
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, //
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, //
    30,
];
const END: u16 = 256;
const LONGEST: usize = 30;
/// Codes of up to so many bits are found in one step.
const QUICK: usize = 9;

struct Code {
    codes: [u32; 257],
    /// Symbols in the order of their codes.
    symbols: [u16; 257],
    /// By length: the first code, where its symbol is, and what comes after the last code, left-aligned in 32 bits.
    first: [u32; LONGEST + 1],
    index: [u16; LONGEST + 1],
    limit: [u64; LONGEST + 1],
    /// By the next bits: symbol and length, or no length.
    quick: [(u8, u8); 1 << QUICK],
}

const fn make() -> Code {
    let mut made = Code {
        codes: [0; 257],
        symbols: [0; 257],
        first: [0; LONGEST + 1],
        index: [0; LONGEST + 1],
        limit: [0; LONGEST + 1],
        quick: [(0, 0); 1 << QUICK],
    };
    let mut code = 0u32;
    let mut count = 0;
    let mut length = 1;
    while length <= LONGEST {
        code <<= 1;
        made.first[length] = code;
        made.index[length] = count as u16;
        let mut symbol = 0;
        while symbol < 257 {
            if LENGTHS[symbol] as usize == length {
                made.codes[symbol] = code;
                made.symbols[count] = symbol as u16;
                if length <= QUICK {
                    let start = (code as usize) << (QUICK - length);
                    let mut place = start;
                    while place < start + (1 << (QUICK - length)) {
                        made.quick[place] = (symbol as u8, length as u8);
                        place += 1;
                    }
                }
                code += 1;
                count += 1;
            }
            symbol += 1;
        }
        made.limit[length] = (code as u64) << (32 - length);
        length += 1;
    }
    made
}

static CODE: Code = make();

/// Octets that a text takes up once it is encoded.
pub fn encoded_length(text: &[u8]) -> usize {
    let bits: usize = text
        .iter()
        .map(|&octet| usize::from(LENGTHS[usize::from(octet)]))
        .sum();
    bits.div_ceil(8)
}

pub fn encode(text: &[u8], output: &mut Vec<u8>) {
    let mut bits = 0u64;
    let mut count = 0;
    for &octet in text {
        let length = u32::from(LENGTHS[usize::from(octet)]);
        bits = bits << length | u64::from(CODE.codes[usize::from(octet)]);
        count += length;
        while count >= 8 {
            count -= 8;
            output.push((bits >> count) as u8);
        }
    }
    if count > 0 {
        // Filled up with the beginning of the code of the end, which is all ones.
        output.push((bits << (8 - count)) as u8 | (0xff >> count));
    }
}

/// False: it is no text in this code.
#[must_use]
pub fn decode(mut input: &[u8], output: &mut Vec<u8>) -> bool {
    // The next bits, from the top.
    let mut bits = 0u64;
    let mut count = 0u32;
    loop {
        while count <= 56
            && let [octet, rest @ ..] = input
        {
            bits |= u64::from(*octet) << (56 - count);
            count += 8;
            input = rest;
        }
        if count == 0 {
            return true;
        }
        let next = (bits >> 32) as u32;
        let (quick, quick_length) = CODE.quick[(next >> (32 - QUICK)) as usize];
        let (symbol, length) = if quick_length > 0 {
            (u16::from(quick), u32::from(quick_length))
        } else {
            find(next)
        };
        if length > count {
            // Only a beginning is left: less than an octet of ones (RFC 7541 §5.2).
            return count < 8 && bits >> (64 - count) == (1 << count) - 1;
        }
        if symbol == END {
            return false;
        }
        output.push(symbol as u8);
        bits <<= length;
        count -= length;
    }
}

/// The symbol with which these bits begin, and its length.
fn find(next: u32) -> (u16, u32) {
    let length = (QUICK + 1..LONGEST)
        .find(|&length| u64::from(next) < CODE.limit[length])
        .unwrap_or(LONGEST);
    let index = (next >> (32 - length)) - CODE.first[length] + u32::from(CODE.index[length]);
    (CODE.symbols[index as usize], length as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(input: &[u8]) -> Option<Vec<u8>> {
        let mut output = Vec::new();
        decode(input, &mut output).then_some(output)
    }

    #[test]
    fn the_code_is_complete() {
        let sum: u64 = LENGTHS.iter().map(|&length| 1 << (32 - length)).sum();
        assert_eq!(sum, 1 << 32);
        assert_eq!(CODE.codes[256], 0x3fff_ffff);
        // RFC 7541, appendix B.
        assert_eq!(
            (CODE.codes[0], CODE.codes[usize::from(b'~')]),
            (0x1ff8, 0x1ffd)
        );
    }

    #[test]
    fn the_examples_of_the_standard() {
        // RFC 7541, appendix C.4.1 and C.6.1.
        let encoded = [
            0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff,
        ];
        assert_eq!(decoded(&encoded).unwrap(), b"www.example.com");
        let mut output = Vec::new();
        encode(b"www.example.com", &mut output);
        assert_eq!(output, encoded);
        assert_eq!(decoded(&[0x64, 0x02]).unwrap(), b"302");
    }

    #[test]
    fn every_octet_goes_there_and_back() {
        for length in 0..600usize {
            let text: Vec<u8> = (0..length)
                .map(|index| (index * 167 + length * 31) as u8)
                .collect();
            let mut encoded = Vec::new();
            encode(&text, &mut encoded);
            assert_eq!(encoded.len(), encoded_length(&text));
            assert_eq!(decoded(&encoded).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        // An octet of filling, filling with zeros, and the code of the end.
        for bad in [&[0x1f, 0xff][..], &[0x00], &[0xff, 0xff, 0xff, 0xff]] {
            assert_eq!(decoded(bad), None, "{bad:?}");
        }
        assert_eq!(decoded(&[0x07]).unwrap(), b"0");
    }
}
