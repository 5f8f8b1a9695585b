use std::io::{Error, ErrorKind};

/// The number of an error, or 0; `util.getSystemErrorName` knows it where errors are those of POSIX.
pub fn code_of(error: &Error) -> u32 {
    error
        .raw_os_error()
        .and_then(|code| u32::try_from(code).ok())
        .unwrap_or(0)
}

/// Its name as POSIX has it, as far as the kind tells, a LF, and what it means in words.
pub fn describe(error: &Error) -> String {
    let name = match error.kind() {
        ErrorKind::AddrInUse => "EADDRINUSE",
        ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL",
        ErrorKind::BrokenPipe => "EPIPE",
        ErrorKind::ConnectionAborted => "ECONNABORTED",
        ErrorKind::ConnectionRefused => "ECONNREFUSED",
        ErrorKind::ConnectionReset => "ECONNRESET",
        ErrorKind::HostUnreachable => "EHOSTUNREACH",
        ErrorKind::InvalidInput => "EINVAL",
        ErrorKind::NetworkUnreachable => "ENETUNREACH",
        ErrorKind::NotConnected => "ENOTCONN",
        ErrorKind::NotFound => "ENOENT",
        ErrorKind::PermissionDenied => "EACCES",
        ErrorKind::TimedOut => "ETIMEDOUT",
        _ => "",
    };
    let words = error.to_string();
    format!(
        "{name}\n{}",
        words.split(" (os error").next().unwrap_or(&words)
    )
}
