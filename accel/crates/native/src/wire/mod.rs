//! The wire engine: one thread of I/O for each JavaScript environment, reached by batches of records.

mod boundary;
mod command;
mod completion;
mod connection;
mod dial;
mod event;
mod exchange;
mod frames;
mod lend;
mod outgoing;
mod parse;
mod place;
mod reactor;
mod shared;
mod socket;
mod system_error;
mod tls;
