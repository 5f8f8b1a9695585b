use crate::fault::{Code, Fault};

/// Octets that are judged, from the first one on that is not ASCII.
const SAMPLE: usize = 16 * 1024;
/// Octets in which zeros are counted.
const ZEROS: usize = 512;

const UTF_8: u8 = 0;
const UTF_16LE: u8 = 1;
const UTF_16BE: u8 = 2;
const ISO_2022_JP: u8 = 3;
const FIRST_MULTI_BYTE: u8 = 4;

const LATIN: u8 = 1;
const MODEL_SIZE: usize = 257;
const INVALID: u8 = 0;
const LOWER: u8 = 1;
const UPPER: u8 = 2;
const VALUE_BIAS: i32 = 8;

/// Guesses the encoding of a text. The program holds the models of encodings with one octet for each character; the
/// result is one octet, the number of the encoding.
#[inline(never)]
pub(crate) fn detect(input: &[u8], program: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    if !program.len().is_multiple_of(MODEL_SIZE) || program.len() > 64 * MODEL_SIZE {
        return Err(Fault::new(Code::Program, 0));
    }
    out.push(guess(input, program));
    Ok(())
}

fn guess(input: &[u8], models: &[u8]) -> u8 {
    if input.starts_with(b"\xef\xbb\xbf") {
        return UTF_8;
    }
    if input.starts_with(b"\xfe\xff") {
        return UTF_16BE;
    }
    if input.starts_with(b"\xff\xfe") {
        return UTF_16LE;
    }
    let wide = count_zeros(input);
    if wide != UTF_8 {
        return wide;
    }
    let Some(start) = input.iter().position(|octet| !octet.is_ascii()) else {
        return if has_escapes(input) {
            ISO_2022_JP
        } else {
            UTF_8
        };
    };
    match std::str::from_utf8(input) {
        Ok(_) => return UTF_8,
        // The last character is cut off.
        Err(error) if error.error_len().is_none() => return UTF_8,
        Err(_) => {}
    }
    let end = input.len().min(start + SAMPLE);
    // The octet in front, because letters are judged by their neighbours.
    best(&input[start.saturating_sub(1)..end], models)
}

/// ASCII in UTF-16 is every other octet a zero.
fn count_zeros(input: &[u8]) -> u8 {
    let (pairs, _) = input[..input.len().min(ZEROS)].as_chunks::<2>();
    if pairs.len() < 2 {
        return UTF_8;
    }
    let even = pairs.iter().filter(|pair| pair[0] == 0).count();
    let odd = pairs.iter().filter(|pair| pair[1] == 0).count();
    if even == 0 && odd * 10 >= pairs.len() * 4 {
        UTF_16LE
    } else if odd == 0 && even * 10 >= pairs.len() * 4 {
        UTF_16BE
    } else {
        UTF_8
    }
}

/// Whether there is a sequence that only ISO-2022-JP has.
fn has_escapes(input: &[u8]) -> bool {
    memchr::memchr_iter(0x1b, input).any(|at| {
        matches!(
            input.get(at + 1..at + 3),
            Some(b"$@" | b"$B" | b"(J" | b"(I")
        )
    })
}

fn best(sample: &[u8], models: &[u8]) -> u8 {
    let rules = [shift_jis, euc_jp, euc_kr, gb18030, big5];
    let first_model = FIRST_MULTI_BYTE + rules.len() as u8;
    let multi = rules
        .iter()
        .zip(FIRST_MULTI_BYTE..)
        .map(|(rule, number)| (2 * score_multi_byte(sample, rule), number));
    let single = models
        .chunks_exact(MODEL_SIZE)
        .zip(first_model..)
        .map(|(model, number)| (score_single_byte(sample, model), number));
    let mut found = (0, first_model);
    for candidate in multi.chain(single) {
        if candidate.0 > found.0 {
            found = candidate;
        }
    }
    found.1
}

/// The length of the character that begins with four octets, and its score.
type Rule = fn([u8; 4]) -> (usize, i32);

fn score_multi_byte(sample: &[u8], rule: &Rule) -> i32 {
    let mut score = 0;
    let mut at = 0;
    while let Some(&first) = sample.get(at) {
        if first.is_ascii() {
            at += 1;
            continue;
        }
        // Zeros behind the end fit nothing, but the last character may be cut off.
        let octet = |distance: usize| sample.get(at + distance).copied().unwrap_or(0);
        let (length, own) = rule([first, octet(1), octet(2), octet(3)]);
        if length == 1 && at + 4 > sample.len() && own < 0 {
            break;
        }
        score += own;
        at += length;
    }
    score
}

const NONE: (usize, i32) = (1, -60);

fn shift_jis([first, second, ..]: [u8; 4]) -> (usize, i32) {
    match (first, second) {
        (0xa1..=0xdf, _) => (1, -1),
        (0x81..=0x9f | 0xe0..=0xfc, 0x40..=0x7e | 0x80..=0xfc) => (
            2,
            match (first, second) {
                (0x82, 0x9f..=0xf1) => 6,
                (0x82, _) => 2,
                (0x83, 0..=0x96) => 5,
                (0x81, _) => 3,
                (0x88..=0x97, _) => 4,
                (0x98..=0xea, _) => 1,
                _ => -3,
            },
        ),
        _ => NONE,
    }
}

fn euc_jp([first, second, third, _]: [u8; 4]) -> (usize, i32) {
    match (first, second, third) {
        (0x8e, 0xa1..=0xdf, _) => (2, 0),
        (0x8f, 0xa1..=0xfe, 0xa1..=0xfe) => (3, 0),
        (0xa1..=0xfe, 0xa1..=0xfe, _) => (
            2,
            match first {
                0xa4 => 6,
                0xa5 => 5,
                0xa1 => 3,
                0xa3 => 2,
                0xb0..=0xcf => 4,
                0xd0..=0xf4 => 1,
                _ => -3,
            },
        ),
        _ => NONE,
    }
}

fn euc_kr([first, second, ..]: [u8; 4]) -> (usize, i32) {
    match (first, second) {
        (0xa1..=0xfe, 0xa1..=0xfe) => (
            2,
            match first {
                0xb0..=0xc8 => 5,
                0xa1..=0xa4 => 2,
                0xca..=0xfd => 1,
                _ => -2,
            },
        ),
        (0x81..=0xc6, 0x41..=0x5a | 0x61..=0x7a | 0x81..=0xfe) => (2, 0),
        _ => NONE,
    }
}

fn gb18030([first, second, third, fourth]: [u8; 4]) -> (usize, i32) {
    match (first, second, third, fourth) {
        (0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39) => (4, 0),
        (0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, ..) => (
            2,
            match (first, second) {
                (0xb0..=0xd7, 0xa1..) => 4,
                (0xd8..=0xf7, 0xa1..) => 1,
                (0xa1..=0xa3, 0xa1..) => 2,
                _ => -2,
            },
        ),
        _ => NONE,
    }
}

fn big5([first, second, ..]: [u8; 4]) -> (usize, i32) {
    match (first, second) {
        (0x81..=0xfe, 0x40..=0x7e | 0xa1..=0xfe) => (
            2,
            match first {
                0xa4..=0xc6 => 4,
                0xc9..=0xf9 => 1,
                0xa1..=0xa3 => 3,
                _ => -3,
            },
        ),
        _ => NONE,
    }
}

fn score_single_byte(sample: &[u8], model: &[u8]) -> i32 {
    let Some((&flags, values)) = model.split_first() else {
        return 0;
    };
    let is_latin = flags & LATIN != 0;
    let (own, foreign) = if is_latin { (-1, 1) } else { (1, -6) };
    let is_letter = |class| class == LOWER || class == UPPER;
    let mut score = 0;
    let mut before = INVALID;
    let mut was_ascii = true;
    for &octet in sample {
        let is_ascii = octet.is_ascii();
        let judged = values.get(usize::from(octet)).copied().unwrap_or(0);
        let class = match octet {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            _ => judged & 3,
        };
        let mut meets = is_letter(class) && is_letter(before);
        if is_ascii {
            meets &= !was_ascii;
        } else if class == INVALID {
            score -= 40;
        } else {
            score += i32::from(judged >> 2) - VALUE_BIAS;
        }
        if meets {
            score += if is_ascii || was_ascii { foreign } else { own };
            if class == UPPER && before == LOWER {
                score -= 5;
            }
        }
        before = class;
        was_ascii = is_ascii;
    }
    score
}
