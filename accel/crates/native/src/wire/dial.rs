use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use mio::net::TcpStream;
use socket2::{Domain, Protocol, SockAddr, Socket as RawSocket, TcpKeepalive, Type};
use wire::Limits;

use super::command::NO_DELAY;
use super::socket::Socket;

/// After so long a silence the system asks whether the other end is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(60);

/// Where a connection leads, and what its responses may hold.
pub struct Target {
    place: Place,
    pub limits: Limits,
}

enum Place {
    Address {
        remote: SocketAddr,
        local: Option<IpAddr>,
        no_delay: bool,
    },
    Path(String),
}

impl Target {
    pub fn parse(octets: &[u8], flags: u32) -> Option<Target> {
        let text = std::str::from_utf8(octets).ok()?;
        let mut parts = text.split('\n');
        let (address, port) = (parts.next()?, parts.next()?);
        let (local, path) = (parts.next()?, parts.next()?);
        let mut limit = || parts.next()?.parse().ok();
        let limits = Limits {
            max_head_bytes: limit()?,
            max_head_fields: limit()?,
            max_chunk_line_bytes: limit()?,
            max_trailer_bytes: limit()?,
            max_informational: limit()?,
        };
        let place = if path.is_empty() {
            Place::Address {
                remote: SocketAddr::new(address.parse().ok()?, port.parse().ok()?),
                local: if local.is_empty() {
                    None
                } else {
                    Some(local.parse().ok()?)
                },
                no_delay: flags & NO_DELAY != 0,
            }
        } else {
            Place::Path(path.to_owned())
        };
        Some(Target { place, limits })
    }

    /// Begins to connect.
    pub fn dial(&self) -> io::Result<Socket> {
        match &self.place {
            Place::Address {
                remote,
                local,
                no_delay,
            } => dial_tcp(*remote, *local, *no_delay),
            Place::Path(path) => dial_path(path),
        }
    }
}

fn dial_tcp(remote: SocketAddr, local: Option<IpAddr>, no_delay: bool) -> io::Result<Socket> {
    let socket = RawSocket::new(
        Domain::for_address(remote),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(no_delay)?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEP_ALIVE))?;
    if let Some(local) = local {
        socket.bind(&SocketAddr::new(local, 0).into())?;
    }
    begin(&socket, &remote.into())?;
    Ok(Socket::Tcp(TcpStream::from_std(socket.into())))
}

#[cfg(unix)]
fn dial_path(path: &str) -> io::Result<Socket> {
    let socket = RawSocket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    begin(&socket, &SockAddr::unix(path)?)?;
    let socket = std::os::unix::net::UnixStream::from(std::os::fd::OwnedFd::from(socket));
    Ok(Socket::Unix(mio::net::UnixStream::from_std(socket)))
}

#[cfg(not(unix))]
fn dial_path(_path: &str) -> io::Result<Socket> {
    Err(io::ErrorKind::Unsupported.into())
}

fn begin(socket: &RawSocket, address: &SockAddr) -> io::Result<()> {
    match socket.connect(address) {
        Err(error) if !is_under_way(&error) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn is_under_way(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EINPROGRESS)
}

#[cfg(not(unix))]
fn is_under_way(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}
