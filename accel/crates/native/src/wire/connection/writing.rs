use std::io;

use std::time::{Duration, Instant};

use super::super::event::{Event, Failure};
use super::{Connection, Context, Phase};

/// How long a response may take to come out of a connection that accepts no more data.
const GRACE: Duration = Duration::from_secs(1);

/// What goes out: through TLS to the socket.
impl Connection {
    pub(super) fn flush(&mut self, context: &mut Context) {
        if !self.is_writable || self.is_over || self.phase == Phase::Connecting {
            return;
        }
        let before = self.outgoing.sent;
        let (socket, tls) = (&mut self.socket, &mut self.tls);
        let outcome = if self.session.is_some() {
            self.flush_session(context)
        } else if tls.is_empty() {
            self.outgoing.flush(|octets| socket.write(octets))
        } else {
            let mut send = |octets: &[u8]| socket.write(octets);
            self.outgoing
                .flush(|octets| tls.write(octets, &mut send))
                .and_then(|()| tls.flush(&mut send))
        };
        let sent = self.outgoing.sent;
        if sent > before && self.exchange.is_some() {
            context.completions.push(
                Event::Sent,
                self.id,
                [sent as u32, (sent >> 32) as u32, 0],
                &[],
            );
        }
        match outcome {
            Ok(()) => self.say_end(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.is_writable = false,
            Err(error) => self.fail_write(error, context),
        }
    }

    /// Sends what TLS has to say. If that fails, reading tells why.
    pub(super) fn flush_tls(&mut self) {
        let socket = &mut self.socket;
        let _ = self.tls.flush(&mut |octets| socket.write(octets));
    }

    /// Tells the peer what there is to tell before the connection is closed.
    pub fn close(&mut self, is_orderly: bool, context: &mut Context) {
        self.say_farewell(context);
        if !is_orderly {
            return;
        }
        if !self.tls.is_empty() {
            self.tls.end();
            self.flush_tls();
        }
    }

    pub(super) fn say_end(&mut self) {
        if !self.must_end || self.has_said_end {
            return;
        }
        self.has_said_end = true;
        self.tls.end();
        self.flush_tls();
        // The peer may have gone; then there is nothing to say.
        let _ = self.socket.end();
        self.is_over = self.has_ended;
    }

    pub(super) fn fail_write(&mut self, error: io::Error, context: &mut Context) {
        self.outgoing.clear();
        let may_answer = self
            .exchange
            .as_ref()
            .is_some_and(|exchange| exchange.is_stream)
            || self
                .session
                .as_ref()
                .is_some_and(|session| !session.is_idle());
        if may_answer && !self.has_ended {
            // A server that refuses an upload answers and closes while the client is still sending; its answer must
            // not be lost (RFC 9112 §9.5).
            self.write_failure = Some(error);
            self.grace = Some(Instant::now() + GRACE);
        } else {
            self.fail_system(Failure::Write, &error, context);
        }
    }
}
