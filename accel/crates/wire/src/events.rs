use crate::head::Head;

/// What the request says about the framing of its response (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, Default)]
pub struct Expectation {
    /// HEAD: the response has no body, whatever its fields say.
    pub is_head: bool,
    /// CONNECT: a 2xx turns the connection into a tunnel.
    pub is_connect: bool,
    /// The request carries Upgrade, so that a 101 is welcome.
    pub is_upgrade: bool,
}

/// Bounds of what a response may make the parser hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub max_head_bytes: usize,
    pub max_head_fields: usize,
    pub max_chunk_line_bytes: usize,
    pub max_trailer_bytes: usize,
    pub max_informational: usize,
}

/// Receives what the parser finds, in order.
pub trait Events {
    fn informational(&mut self, head: Head);
    /// `length` is that of the body if the head tells, 0 if there is none, `None` if its end will show.
    fn head(&mut self, head: Head, length: Option<u64>);
    fn body(&mut self, octets: &[u8]);
    /// `trailers` are name, value, name, value, each with a LF behind it.
    fn end(&mut self, trailers: Option<Vec<u8>>);
}
