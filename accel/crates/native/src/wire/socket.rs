use std::io::{self, Read, Write};
use std::net::Shutdown;

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
