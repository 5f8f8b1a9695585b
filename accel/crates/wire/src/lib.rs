//! The client side of HTTP/1.1 framing (RFC 9112), the mirror of `src/backends/js/http1`: the same events, the same
//! errors with the same words and offsets, the same limits. In `http2` that of HTTP/2. Octets in, events out: no socket, no
//! clock, no panic.

#![forbid(unsafe_code)]

mod chunk_size;
mod content;
mod events;
mod fields;
mod head;
pub mod http2;
mod parse_error;
mod parser;
mod text;

pub use events::{Events, Expectation, Limits};
pub use head::Head;
pub use parse_error::{Code, ParseError};
pub use parser::ResponseParser;
