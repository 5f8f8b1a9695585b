//! Error codes (RFC 9113 §7).

pub const NO_ERROR: u32 = 0;
pub const PROTOCOL_ERROR: u32 = 1;
pub const FLOW_CONTROL_ERROR: u32 = 3;
pub const FRAME_SIZE_ERROR: u32 = 6;
pub const CANCEL: u32 = 8;
pub const COMPRESSION_ERROR: u32 = 9;
pub const ENHANCE_YOUR_CALM: u32 = 11;

/// The other side broke the rules, which ends the connection (RFC 9113 §5.4.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionError {
    pub code: u32,
    pub reason: &'static str,
}

pub(super) fn broken<T>(code: u32, reason: &'static str) -> Result<T, SessionError> {
    Err(SessionError { code, reason })
}
