//! TLS by rustls: what is negotiated, and how octets pass through it. Names of hosts are checked by JavaScript.

mod config;
mod key_log;
mod stack;
mod tls_error;
mod verifier;

pub use config::config_of;
pub use stack::TlsStack;
pub use tls_error::describe_tls;
