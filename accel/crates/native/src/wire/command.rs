//! What JavaScript asks for: records of five words of 32 bits, little endian, and octets behind them, filled up to a
//! multiple of four. `src/backends/native/commands.ts` is the other side.

/// Words of a record before its octets: kind, connection, two that depend on the kind, number of octets.
pub const HEADER: usize = 20;

#[derive(Clone, Copy, Debug)]
pub struct Command<'a> {
    pub kind: u32,
    pub id: u32,
    pub a: u32,
    pub b: u32,
    pub octets: &'a [u8],
}

/// Octets: remote address, port, local address, path, five limits of the parser, with LF between them. a: flags.
pub const OPEN: u32 = 1;
/// Octets go out as they are; a: how many of them are body.
pub const WRITE: u32 = 2;
/// What comes from now on belongs to exchanges. a: 1 for HTTP/2; octets then: window of a stream, of the connection,
/// largest frame, table of fields, with LF between them.
pub const BEGIN_HTTP: u32 = 3;
/// a: flags; b: credit, all bits for any amount. Octets: head, and the body if it is small.
pub const EXCHANGE: u32 = 4;
/// a: octets that may be delivered besides.
pub const GRANT: u32 = 5;
/// The request is complete after these octets; a tunnel ends in this direction.
pub const FINISH: u32 = 6;
/// a: 1 for an orderly end.
pub const CLOSE: u32 = 7;
/// a: number of the configuration; octets: server name, LF, protocols for ALPN with commas between them.
pub const SECURE: u32 = 8;

/// a: 1 if octets are to be read before HTTP begins; b: raw pieces that have been taken.
pub const LISTEN: u32 = 9;

/// HTTP/2: begins a stream. a: its number, and IS_LAST if there is no body; b: credit, all bits for any amount. Octets:
/// name, value, name, value, each with a LF behind it.
pub const STREAM: u32 = 10;
/// a: stream, and IS_LAST if the body ends here. Octets: body.
pub const STREAM_DATA: u32 = 11;
/// The body has ended. a: stream. Octets: trailers, in the form of fields.
pub const STREAM_TRAILERS: u32 = 12;
/// a: stream; b: octets that may be delivered besides.
pub const STREAM_GRANT: u32 = 13;
/// a: stream that is given up.
pub const STREAM_RESET: u32 = 14;
/// Asks the other side for a sign of life.
pub const PING: u32 = 15;
/// Octets that were read before HTTP/2 began, and belong to it.
pub const UNREAD: u32 = 16;
/// A thread that blocks may use the connection until it is asked back. a: number of the loan.
pub const LEND: u32 = 17;

/// In the word with the number of a stream.
pub const IS_LAST: u32 = 1 << 31;

pub const NO_DELAY: u32 = 1;

pub const IS_HEAD: u32 = 1;
pub const IS_CONNECT: u32 = 2;
pub const IS_UPGRADE: u32 = 4;
/// The request asks for the end of the connection.
pub const SAYS_CLOSE: u32 = 8;
/// The body follows.
pub const IS_STREAM: u32 = 16;
/// There is more of the request than these octets.
pub const IS_PARTIAL: u32 = 32;
/// A large body of known length gets a place of its own (`wire_place`), for which the engine waits after the head.
pub const IS_WHOLE: u32 = 64;

pub const ANY_CREDIT: u32 = u32::MAX;

/// The records of a batch.
pub fn parse(batch: &[u8]) -> impl Iterator<Item = Command<'_>> {
    let mut rest = batch;
    std::iter::from_fn(move || {
        let header = rest.get(..HEADER)?;
        let word = |index: usize| {
            let at = index * 4;
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let length = word(4) as usize;
        let octets = rest.get(HEADER..HEADER + length)?;
        let command = Command {
            kind: word(0),
            id: word(1),
            a: word(2),
            b: word(3),
            octets,
        };
        rest = rest
            .get(HEADER + length.next_multiple_of(4)..)
            .unwrap_or_default();
        Some(command)
    })
}
