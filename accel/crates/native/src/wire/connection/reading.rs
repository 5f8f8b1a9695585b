use std::io;

use super::super::completion::PIECE;
use super::super::event::{Event, Failure, IS_TUNNEL_END};
use super::super::exchange::{Exchange, Receiver};
use super::super::tls::describe_tls;
use super::{Connection, Context, Phase};

/// Reads in a row before others have their turn.
pub(super) const TURNS: usize = 16;

/// What comes in: from the socket through TLS to the parser.
impl Connection {
    pub(super) fn wants_octets(&self) -> bool {
        let is_asked = self.phase != Phase::Raw || self.listens;
        is_asked && !self.has_ended && self.exchange.as_ref().is_none_or(Exchange::may_receive)
    }

    pub(super) fn read(&mut self, context: &mut Context) {
        // Whoever borrows a connection has one piece of memory for all of them.
        let outcome = if context.shared.is_some() && self.is_amid_body() {
            self.read_body(context)
        } else {
            self.read_scratch(context)
        };
        match outcome {
            Ok(0) => self.receive_end(context),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.is_readable = false,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                let error = self
                    .write_failure
                    .take()
                    .map_or((Failure::Read, error), |first| (Failure::Write, first));
                self.fail_system(error.0, &error.1, context);
            }
        }
    }

    fn read_scratch(&mut self, context: &mut Context) -> io::Result<usize> {
        let scratch = std::mem::take(&mut context.scratch);
        let outcome = self.socket.read(scratch);
        if let Ok(length @ 1..) = outcome {
            self.note_read(length, scratch.len());
            self.receive_wire(&scratch[..length], context);
        }
        context.scratch = scratch;
        outcome
    }

    /// What comes later is announced again.
    fn note_read(&mut self, length: usize, wanted: usize) {
        if cfg!(unix) && length < wanted && !self.has_end {
            self.is_readable = false;
        }
    }

    /// Whether what comes next is nothing but body for a while, so that it can be read to where it belongs.
    fn is_amid_body(&mut self) -> bool {
        let Some(exchange) = self.exchange.as_mut().filter(|_| self.tls.is_empty()) else {
            return false;
        };
        let ahead = self.parser.body_ahead();
        match exchange.place() {
            Some(place) => ahead > 0 && !place.rest().is_empty(),
            None => ahead >= PIECE as u64,
        }
    }

    /// Reads into the place of the body, or else into memory that becomes a piece of it.
    fn read_body(&mut self, context: &mut Context) -> io::Result<usize> {
        let Some(exchange) = &mut self.exchange else {
            return Ok(0);
        };
        let ahead = usize::try_from(self.parser.body_ahead()).unwrap_or(usize::MAX);
        let (outcome, wanted) = if let Some(place) = exchange.place() {
            let rest = place.rest();
            let wanted = rest.len().min(ahead).min(PIECE);
            let outcome = self.socket.read(&mut rest[..wanted]);
            if let Ok(length @ 1..) = outcome {
                place.pass(length);
                context.completions.push_filled(self.id, length);
            }
            (outcome, wanted)
        } else {
            let mut memory = context.completions.memory();
            let outcome = self.socket.read(&mut memory);
            match outcome {
                Ok(length @ 1..) => context.completions.push_piece(self.id, memory, length),
                _ => context.completions.give_back(memory),
            }
            (outcome, PIECE)
        };
        let Ok(length @ 1..) = outcome else {
            return outcome;
        };
        exchange.spend(length);
        let mut receiver = Receiver {
            id: self.id,
            exchange,
            completions: context.completions,
        };
        self.parser.pass_body(length, &mut receiver);
        self.note_read(length, wanted);
        if self.parser.is_done() {
            let is_exact = !self.has_surplus(context);
            self.complete(is_exact, context);
        }
        Ok(length)
    }

    /// Looks behind a body whose last read could not have shown what comes there, before another request may begin.
    fn has_surplus(&mut self, context: &mut Context) -> bool {
        match self.socket.read(context.scratch) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.is_readable = false;
                false
            }
            outcome => {
                self.has_ended = matches!(outcome, Ok(0));
                true
            }
        }
    }

    pub(super) fn receive_wire(&mut self, octets: &[u8], context: &mut Context) {
        if self.tls.is_empty() {
            self.receive(octets, context);
            return;
        }
        let mut plain = std::mem::take(context.plain);
        plain.clear();
        let outcome = self.tls.decrypt(octets, &mut plain);
        if let Some(secured) = self.tls.take_secured() {
            self.phase = Phase::Raw;
            let words = [secured.text.len() as u32, u32::from(secured.is_resumed), 0];
            let octets = [secured.text.as_bytes(), &secured.certificate].concat();
            context
                .completions
                .push(Event::Secured, self.id, words, &octets);
        }
        if !plain.is_empty() {
            self.receive(&plain, context);
        }
        *context.plain = plain;
        match outcome {
            _ if self.is_over => {}
            Ok(false) => {}
            Ok(true) => self.receive_end(context),
            Err(error) => {
                self.flush_tls();
                self.fail_tls(&describe_tls(&error), context);
            }
        }
    }

    pub(super) fn receive(&mut self, octets: &[u8], context: &mut Context) {
        if self.phase == Phase::Raw && !self.listens {
            self.early.extend_from_slice(octets);
            return;
        }
        if self.phase == Phase::Raw {
            context
                .completions
                .push(Event::Raw, self.id, [0; 3], octets);
            // The next one when this was taken: whoever takes the connection over must find what comes after it.
            self.raw_told = self.raw_told.wrapping_add(1);
            self.raw_last = octets.to_vec();
            self.listens = false;
            return;
        }
        if self.session.is_some() {
            self.receive_frames(octets, context);
            return;
        }
        let Some(exchange) = &mut self.exchange else {
            // Nothing was asked for: the connection is out of step and cannot be used again (RFC 9112 §9.2).
            self.drop_idle(context);
            return;
        };
        let mut receiver = Receiver {
            id: self.id,
            exchange,
            completions: context.completions,
        };
        match self.parser.push(octets, &mut receiver) {
            Err(error) => self.fail_parse(&error, context),
            Ok(used) if self.parser.is_done() => self.complete(used == octets.len(), context),
            Ok(_) if self.parser.is_waiting() => {
                context
                    .completions
                    .push(Event::Received, self.id, [0; 3], &[]);
            }
            Ok(_) => {}
        }
    }

    pub(super) fn receive_end(&mut self, context: &mut Context) {
        self.has_ended = true;
        if self.phase == Phase::Securing {
            self.fail_tls("ECONNRESET\nthe peer has ended", context);
            return;
        }
        if self.phase == Phase::Raw {
            context
                .completions
                .push(Event::RawEnd, self.id, [0; 3], &[]);
            return;
        }
        // After a reset the end proves nothing: not even that a body which lasts until then is complete.
        if let Some(error) = self
            .write_failure
            .take_if(|error| error.kind() != io::ErrorKind::BrokenPipe)
        {
            self.fail_system(Failure::Write, &error, context);
            return;
        }
        if self.session.is_some() {
            let text = "\n0\nthe connection was closed";
            self.fail(Failure::Closed, 0, text, context);
            return;
        }
        let Some(exchange) = &mut self.exchange else {
            self.drop_idle(context);
            return;
        };
        let mut receiver = Receiver {
            id: self.id,
            exchange,
            completions: context.completions,
        };
        if let Err(error) = self.parser.finish(&mut receiver) {
            self.fail_parse(&error, context);
        } else if exchange.is_tunnel {
            // It is half-closed now: what is left to be said in the other direction still can be.
            context
                .completions
                .push(Event::End, self.id, [IS_TUNNEL_END, u32::MAX, 0], &[]);
            self.is_over = self.has_said_end;
        } else {
            self.complete(false, context);
        }
    }

    pub(super) fn complete(&mut self, is_exact: bool, context: &mut Context) {
        let Some(exchange) = self.exchange.take() else {
            return;
        };
        let keeps = is_exact
            && self.parser.keeps_alive()
            && exchange.is_sent
            && !exchange.says_close
            && !self.has_ended
            && self.outgoing.is_empty()
            && self.write_failure.is_none();
        self.is_over = !keeps;
        exchange.tell_end(
            self.id,
            keeps,
            self.parser.keep_alive_seconds(),
            context.completions,
        );
    }
}
