use std::io::{self, Read, Write};
use std::net::Shutdown;
#[cfg(unix)]
use std::os::fd::AsRawFd;
use std::time::Duration;

use mio::net::TcpStream;
#[cfg(unix)]
use mio::net::UnixStream;
use mio::{Interest, Registry, Token};

/// A connection of the operating system, that never blocks.
pub enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Socket {
    pub fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        let interest = Interest::READABLE | Interest::WRITABLE;
        match self {
            Socket::Tcp(socket) => registry.register(socket, token, interest),
            #[cfg(unix)]
            Socket::Unix(socket) => registry.register(socket, token, interest),
        }
    }

    pub fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        match self {
            Socket::Tcp(socket) => registry.deregister(socket),
            #[cfg(unix)]
            Socket::Unix(socket) => registry.deregister(socket),
        }
    }

    /// Blocks until the socket can be read, or written if that is wanted, or the time is over; tells which.
    #[cfg(unix)]
    pub fn sleep(&self, wants_to_write: bool, patience: Duration) -> (bool, bool) {
        let fd = match self {
            Socket::Tcp(socket) => socket.as_raw_fd(),
            Socket::Unix(socket) => socket.as_raw_fd(),
        };
        let events = if wants_to_write {
            libc::POLLIN | libc::POLLOUT
        } else {
            libc::POLLIN
        };
        let mut place = libc::pollfd {
            fd,
            events,
            revents: 0,
        };
        // Up, so that what is left when it wakes is not a part of a millisecond.
        let millis = i32::try_from(patience.as_micros().div_ceil(1000)).unwrap_or(i32::MAX);
        // SAFETY: `place` is one record that lives as long as the call.
        let count = unsafe { libc::poll(&raw mut place, 1, millis) };
        // An interruption is nothing else than a wake-up too early.
        if count <= 0 {
            return (false, false);
        }
        let is_broken = place.revents & (libc::POLLERR | libc::POLLHUP | libc::POLLNVAL) != 0;
        (
            is_broken || place.revents & libc::POLLIN != 0,
            is_broken || place.revents & libc::POLLOUT != 0,
        )
    }

    /// Nobody borrows a connection here.
    #[cfg(not(unix))]
    pub fn sleep(&self, _wants_to_write: bool, patience: Duration) -> (bool, bool) {
        std::thread::sleep(patience);
        (true, true)
    }

    /// Whether the connection stands; an error if it will not.
    pub fn is_connected(&self) -> io::Result<bool> {
        let (error, peer) = match self {
            Socket::Tcp(socket) => (socket.take_error()?, socket.peer_addr().map(drop)),
            #[cfg(unix)]
            Socket::Unix(socket) => (socket.take_error()?, socket.peer_addr().map(drop)),
        };
        match (error, peer) {
            (Some(error), _) => Err(error),
            (None, Ok(())) => Ok(true),
            (None, Err(_)) => Ok(false),
        }
    }

    /// Local address and port, remote address and port, with LF between them.
    pub fn describe(&self) -> String {
        match self {
            Socket::Tcp(socket) => {
                let place = |address: io::Result<std::net::SocketAddr>| {
                    address.map_or_else(
                        |_| "\n".to_owned(),
                        |place| format!("{}\n{}", place.ip(), place.port()),
                    )
                };
                format!(
                    "{}\n{}",
                    place(socket.local_addr()),
                    place(socket.peer_addr())
                )
            }
            #[cfg(unix)]
            Socket::Unix(_) => "\n\n\n".to_owned(),
        }
    }

    pub fn read(&mut self, place: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(socket) => socket.read(place),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.read(place),
        }
    }

    pub fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(socket) => socket.write(octets),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.write(octets),
        }
    }

    /// Says that nothing more will be written.
    pub fn end(&self) -> io::Result<()> {
        match self {
            Socket::Tcp(socket) => socket.shutdown(Shutdown::Write),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.shutdown(Shutdown::Write),
        }
    }
}
