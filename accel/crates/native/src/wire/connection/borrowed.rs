use std::time::{Duration, Instant};

use super::super::command::{self, Command};
use super::super::event::Event;
use super::{Connection, Context, Fate, Phase};

/// Octets of records that are handed over before more is read.
const ENOUGH: usize = 4 << 20;

/// A connection in the hands of a thread that blocks.
impl Connection {
    /// Whether nothing is under way on it.
    pub fn is_idle(&self) -> bool {
        self.phase == Phase::Http
            && self.session.is_none()
            && self.exchange.is_none()
            && self.outgoing.is_empty()
            && self.early.is_empty()
            && self.write_failure.is_none()
            && !self.has_ended
            && !self.is_over
    }

    pub fn keep_alive_seconds(&self) -> Option<u32> {
        self.parser.keep_alive_seconds()
    }

    /// Whether it can carry another exchange: what the peer has sent meanwhile is looked at first.
    pub fn is_alive(&mut self, context: &mut Context) -> bool {
        self.is_readable = true;
        let fate = self.turn(context);
        fate == Fate::Waits && self.is_idle()
    }

    /// Does what belongs to one exchange.
    pub fn carry_out(&mut self, command: Command, context: &mut Context) -> Fate {
        match command.kind {
            command::EXCHANGE => self.exchange(command, context),
            command::GRANT => {
                self.grant(command.a);
                Fate::GoesOn
            }
            command::CLOSE => {
                self.close(command.a == 1, context);
                Fate::Over
            }
            // It has begun, and listens, long since.
            _ => Fate::Waits,
        }
    }

    /// Waits until there is something to tell, or the time is over.
    pub fn wait(&mut self, context: &mut Context, patience: Duration) -> Fate {
        let deadline = Instant::now() + patience;
        loop {
            let fate = self.turn(context);
            if fate == Fate::Over {
                context
                    .completions
                    .push(Event::Closed, self.id, [0; 3], &[]);
                return fate;
            }
            let backlog = context.completions.backlog();
            if fate == Fate::GoesOn && backlog < ENOUGH {
                continue;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if backlog > 0 || left.is_zero() || self.exchange.is_none() {
                return fate;
            }
            self.sleep(left);
        }
    }

    /// Sleeps until the socket has something, or takes something.
    fn sleep(&mut self, patience: Duration) {
        let (readable, writable) = self.socket.sleep(!self.outgoing.is_empty(), patience);
        self.note(readable, writable, false);
    }
}
