use crate::fault::{Code, Fault};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The window of the content coding is at most 8 MiB (RFC 9659 §3).
const MAX_WINDOW: u64 = 8 << 20;
const MAX_BLOCK: usize = 128 * 1024;
const MAGIC_NUMBER: u64 = 0xfd2f_b528;
const SKIPPABLE_MAGIC_NUMBER: u64 = 0x184d_2a50;

/// Decodes Zstandard frames (RFC 8878), one behind the other; skippable ones hold nothing. Faults are at the
/// beginning of a frame.
#[inline(never)]
pub(crate) fn decode(input: &[u8], max_output: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    let mut decoder = FrameDecoder::new();
    let base = out.len();
    let mut at = 0;
    while at < input.len() {
        let fault = |code| Fault::new(code, at);
        let frame = read_frame(&input[at..]).map_err(fault)?;
        let octets = &input[at..at + frame.length];
        if let Some(content_size) = frame.content_size {
            let left = max_output - (out.len() - base);
            if content_size > left as u64 {
                return Err(fault(Code::Limit));
            }
        }
        if !frame.is_skippable {
            decode_frame(
                &mut decoder,
                octets,
                &frame,
                max_output.saturating_add(base),
                out,
            )
            .map_err(fault)?;
        }
        at += frame.length;
    }
    Ok(())
}

struct Frame {
    length: usize,
    is_skippable: bool,
    content_size: Option<u64>,
}

/// Reads the structure of a frame.
fn read_frame(octets: &[u8]) -> Result<Frame, Code> {
    let magic = number(octets, 0, 4)?;
    if magic & !15 == SKIPPABLE_MAGIC_NUMBER {
        let length = 8 + number(octets, 4, 4)? as usize;
        if length > octets.len() {
            return Err(Code::Truncated);
        }
        return Ok(Frame {
            length,
            is_skippable: true,
            content_size: None,
        });
    }
    if magic != MAGIC_NUMBER {
        return Err(Code::Corrupt);
    }
    let descriptor = number(octets, 4, 1)?;
    let is_single_segment = descriptor & 0x20 != 0;
    let mut at = 5;
    let mut window = 0;
    if !is_single_segment {
        let byte = number(octets, at, 1)?;
        let base = 1_u64 << (10 + (byte >> 3));
        window = base + base / 8 * (byte & 7);
        at += 1;
    }
    let dictionary_length = [0, 1, 2, 4][(descriptor & 3) as usize];
    let dictionary = number(octets, at, dictionary_length)?;
    at += dictionary_length;
    let size_length = match descriptor >> 6 {
        0 => usize::from(is_single_segment),
        bits => 1 << bits,
    };
    let mut content_size = None;
    if size_length > 0 {
        // Two octets count from 256 on.
        let size = number(octets, at, size_length)? + if size_length == 2 { 256 } else { 0 };
        if is_single_segment {
            window = size;
        }
        content_size = Some(size);
        at += size_length;
    }
    if descriptor & 8 != 0 {
        return Err(Code::Corrupt);
    }
    if dictionary != 0 || window > MAX_WINDOW {
        return Err(Code::Unsupported);
    }
    loop {
        let header = number(octets, at, 3)?;
        at += 3;
        let kind = (header >> 1) & 3;
        let size = (header >> 3) as usize;
        if kind == 3 || size > MAX_BLOCK {
            return Err(Code::Corrupt);
        }
        at += if kind == 1 { 1 } else { size };
        if at > octets.len() {
            return Err(Code::Truncated);
        }
        if header & 1 == 1 {
            break;
        }
    }
    let length = at + if descriptor & 4 == 0 { 0 } else { 4 };
    if length > octets.len() {
        return Err(Code::Truncated);
    }
    Ok(Frame {
        length,
        is_skippable: false,
        content_size,
    })
}

/// A little-endian number of up to eight octets.
fn number(octets: &[u8], at: usize, length: usize) -> Result<u64, Code> {
    let digits = octets.get(at..at + length).ok_or(Code::Truncated)?;
    Ok(digits
        .iter()
        .rev()
        .fold(0, |number, &octet| number << 8 | u64::from(octet)))
}

fn decode_frame(
    decoder: &mut FrameDecoder,
    octets: &[u8],
    frame: &Frame,
    max_length: usize,
    out: &mut Vec<u8>,
) -> Result<(), Code> {
    let start = out.len();
    let mut source = octets;
    decoder.reset(&mut source).map_err(|_| Code::Corrupt)?;
    while !decoder.is_finished() || decoder.can_collect() > 0 {
        if !decoder.is_finished() {
            decoder
                .decode_blocks(&mut source, BlockDecodingStrategy::UptoBlocks(1))
                .map_err(|_| Code::Corrupt)?;
        }
        // A size that memory has no room for is an answer; a failed allocation would end the process.
        let length = decoder.can_collect();
        if length > max_length - out.len() || out.try_reserve(length).is_err() {
            return Err(Code::Limit);
        }
        decoder
            .collect_to_writer(&mut *out)
            .map_err(|_| Code::Corrupt)?;
    }
    let length = (out.len() - start) as u64;
    if frame.content_size.is_some_and(|size| size != length)
        || decoder.get_checksum_from_data().is_some()
            && decoder.get_checksum_from_data() != decoder.get_calculated_checksum()
    {
        return Err(Code::Corrupt);
    }
    Ok(())
}
