//! Frames (RFC 9113 §4.1, §6).

/// Octets of a frame before its payload.
pub const HEADER: usize = 9;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const ACK: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const PADDED: u8 = 8;
pub const PRIORITY: u8 = 0x20;

pub const HEADER_TABLE_SIZE: u16 = 1;
pub const ENABLE_PUSH: u16 = 2;
pub const MAX_CONCURRENT_STREAMS: u16 = 3;
pub const INITIAL_WINDOW_SIZE: u16 = 4;
pub const MAX_FRAME_SIZE: u16 = 5;
pub const MAX_HEADER_LIST_SIZE: u16 = 6;

/// Sent before the first frame (RFC 9113 §3.4).
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The first octets of a frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame {
    pub length: usize,
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
}

impl Frame {
    pub fn read(octets: [u8; HEADER]) -> Frame {
        let [a, b, c, kind, flags, stream @ ..] = octets;
        Frame {
            length: usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c),
            kind,
            flags,
            stream: u32::from_be_bytes(stream) & 0x7fff_ffff,
        }
    }

    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

pub fn begin(output: &mut Vec<u8>, length: usize, kind: u8, flags: u8, stream: u32) {
    output.extend_from_slice(&(length as u32).to_be_bytes()[1..]);
    output.extend_from_slice(&[kind, flags]);
    output.extend_from_slice(&stream.to_be_bytes());
}

/// The four octets of a number at the beginning.
pub fn number(payload: &[u8]) -> Option<u32> {
    payload
        .first_chunk()
        .map(|octets| u32::from_be_bytes(*octets))
}

pub fn put_setting(output: &mut Vec<u8>, id: u16, value: u32) {
    output.extend_from_slice(&id.to_be_bytes());
    output.extend_from_slice(&value.to_be_bytes());
}

/// Writes a frame whose payload is a number.
pub fn put_number(output: &mut Vec<u8>, kind: u8, stream: u32, value: u32) {
    begin(output, 4, kind, 0, stream);
    output.extend_from_slice(&value.to_be_bytes());
}

/// Writes a field section, in as many frames as it takes.
pub fn put_section(
    output: &mut Vec<u8>,
    section: &[u8],
    stream: u32,
    is_end: bool,
    max_frame: usize,
) {
    let mut kind = HEADERS;
    let mut flags = if is_end { END_STREAM } else { 0 };
    let mut rest = section;
    loop {
        let (part, after) = rest.split_at(rest.len().min(max_frame));
        if after.is_empty() {
            flags |= END_HEADERS;
        }
        begin(output, part.len(), kind, flags, stream);
        output.extend_from_slice(part);
        if after.is_empty() {
            return;
        }
        (kind, flags, rest) = (CONTINUATION, 0, after);
    }
}
