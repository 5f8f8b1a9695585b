/// Receives what a connection of HTTP/2 brings, in order.
pub trait SessionEvents {
    /// How many streams the other side allows, if it says so.
    fn settings(&mut self, max_streams: Option<u32>);
    /// No stream after `last` will be looked at.
    fn goaway(&mut self, code: u32, last: u32);
    /// The answer to a PING.
    fn pong(&mut self);
    /// `text` is name, value, name, value, each with a LF behind it.
    fn informational(&mut self, stream: u32, status: u16, text: &[u8]);
    /// `length` is that of the body, if the head tells.
    fn head(&mut self, stream: u32, status: u16, text: &[u8], length: Option<u64>);
    fn data(&mut self, stream: u32, octets: &[u8]);
    /// The last of a stream, as are the next two.
    fn end(&mut self, stream: u32, trailers: Option<&[u8]>);
    /// The other side gave the stream up.
    fn reset(&mut self, stream: u32, code: u32);
    /// This side did, because of what came.
    fn refused(&mut self, stream: u32, reason: &str);
    /// Octets of body that have left, in all.
    fn sent(&mut self, stream: u32, octets: u64);
}
