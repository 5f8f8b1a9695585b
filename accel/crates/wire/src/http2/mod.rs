//! The client side of HTTP/2 (RFC 9113): octets in, events out, and the other way round. No socket, no clock, no panic.

mod code;
mod control;
mod decoder;
mod encoder;
mod events;
mod frame;
mod huffman;
mod receiving;
mod responses;
mod section;
mod sending;
mod session;
mod stream;
mod table;

pub use code::{CANCEL, SessionError};
pub use events::SessionEvents;
pub use session::{Session, Settings};

#[cfg(test)]
mod receiving_tests;
#[cfg(test)]
mod rules_tests;
#[cfg(test)]
mod sending_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod windows_tests;
