//! What is told to JavaScript: records of six words of 32 bits, little endian, and octets behind them, filled up to a
//! multiple of four. `src/backends/native/records.ts` is the other side.

/// Words of a record before its octets: kind, connection, three that depend on the kind, number of octets.
pub const HEADER: usize = 24;

#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub enum Event {
    /// Octets: local address, local port, remote address, remote port, with LF between them.
    Connected = 1,
    /// a: system error. Octets: its name, LF, words.
    ConnectFailed = 2,
    /// Octets that came before HTTP began.
    Raw = 3,
    /// The peer has ended, before HTTP began.
    RawEnd = 4,
    /// a: status, flags; c: stream, as in those that follow, where there are streams. Octets: fields and reason.
    Informational = 5,
    /// a: status, flags; b: octets of the body, or all bits. Octets: fields and reason.
    Head = 6,
    Data = 7,
    /// a: number of a piece that waits to be taken; b: its octets.
    Chunk = 8,
    /// a: flags; b: seconds of Keep-Alive, or all bits. Octets: trailers.
    End = 9,
    /// a: failure; b: 1 if octets of the response had come; c: system error. Octets: name, LF, offset, LF, words.
    Failed = 10,
    /// a, b: octets of body that have left, in all; low and high half.
    Sent = 11,
    /// Octets came that make no event.
    Received = 12,
    /// The connection became useless while no exchange ran.
    Gone = 13,
    /// The last record of a connection; its number is free again.
    Closed = 14,
    /// a: octets of text; b: 1 if a session was resumed. Octets: protocol, cipher, ALPN, name of what is wrong with the
    /// chain, with LF between them; then the certificate of the peer.
    Secured = 15,
    /// Octets: name, LF, words.
    SecureFailed = 16,
    /// HTTP/2: a: streams that the other side allows, or all bits.
    Settings = 17,
    /// a: code; b: the last stream that the other side looks at.
    Goaway = 18,
    /// The other side has given the sign of life that was asked for.
    Pong = 19,
    /// a: code; c: the stream that the other side gave up.
    Reset = 20,
    /// c: the stream that was given up for what came on it. Octets: why.
    Refused = 21,
    /// a: octets that were put into the place of the body.
    Filled = 22,
}

/// `a` of a head beside the status.
pub const IS_HTTP_1_0: u32 = 1 << 16;
pub const IS_TUNNEL: u32 = 1 << 17;
/// `a` of an end.
pub const KEEPS: u32 = 1;
pub const HAS_TRAILERS: u32 = 2;
pub const IS_TUNNEL_END: u32 = 4;

/// How an exchange failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Failure {
    Closed = 1,
    Read = 2,
    Write = 3,
    RemoteProtocol = 4,
    Tls = 5,
}
