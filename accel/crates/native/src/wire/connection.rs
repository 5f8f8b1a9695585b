use std::io;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use wire::{Code, Limits, ParseError, ResponseParser};

use super::command::Command;
use super::completion::Completions;
use super::event::{Event, Failure, IS_TUNNEL_END};
use super::exchange::{Exchange, Receiver};
use super::outgoing::Outgoing;
use super::shared::Shared;
use super::socket::Socket;
use super::system_error::{code_of, describe};
use super::tls::{TlsStack, config_of, describe_tls};

/// Reads in a row before others have their turn.
const TURNS: usize = 16;
/// How long a response may take to come out of a connection that accepts no more data.
const GRACE: Duration = Duration::from_secs(1);

/// What a connection works with while it has its turn.
pub struct Context<'a> {
    pub shared: &'a Shared,
    pub completions: &'a mut Completions,
    /// Memory into which sockets read.
    pub scratch: &'a mut [u8],
    /// What became of that in TLS.
    pub plain: &'a mut Vec<u8>,
}

/// Whether a connection goes on after its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It waits for something to happen.
    Waits,
    /// It has more to do at once.
    GoesOn,
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Connecting,
    /// Octets are passed to and fro: a proxy is asked for a tunnel.
    Raw,
    Securing,
    HTTP,
}

/// A connection, and what runs on it. It tells everything by records; when it is over, its owner says so.
pub struct Connection {
    id: u32,
    socket: Socket,
    phase: Phase,
    parser: ResponseParser,
    exchange: Option<Exchange>,
    outgoing: Outgoing,
    tls: TlsStack,
    is_readable: bool,
    is_writable: bool,
    /// The end lies behind what can be read.
    has_end: bool,
    /// Octets are wanted before HTTP begins.
    listens: bool,
    /// What came out of TLS before anybody wanted it.
    early: Vec<u8>,
    /// The peer has ended.
    has_ended: bool,
    /// Nothing more is to be written, once everything has left.
    must_end: bool,
    has_said_end: bool,
    /// Writing has failed, but there may be an answer to read.
    write_failure: Option<io::Error>,
    /// When to stop looking for it.
    pub grace: Option<Instant>,
    is_over: bool,
    /// It ended while nothing was asked for.
    pub was_idle: bool,
}

impl Connection {
    pub fn new(id: u32, socket: Socket, limits: Limits) -> Self {
        Connection {
            id,
            socket,
            phase: Phase::Connecting,
            parser: ResponseParser::new(limits),
            exchange: None,
            outgoing: Outgoing::default(),
            tls: TlsStack::default(),
            is_readable: false,
            is_writable: false,
            has_end: false,
            listens: false,
            early: Vec::new(),
            has_ended: false,
            must_end: false,
            has_said_end: false,
            write_failure: None,
            grace: None,
            is_over: false,
            was_idle: false,
        }
    }

    /// The system says that reading or writing may be possible again.
    pub fn note(&mut self, is_readable: bool, is_writable: bool, has_end: bool) {
        self.is_readable |= is_readable;
        self.has_end |= has_end;
        self.is_writable |= is_writable;
    }

    /// Does everything that can be done now.
    pub fn turn(&mut self, context: &mut Context) -> Fate {
        if self.phase == Phase::Connecting {
            if !self.is_writable || !self.check_connected(context) {
                return self.fate();
            }
        }
        if !self.early.is_empty() && self.wants_octets() {
            let early = std::mem::take(&mut self.early);
            self.receive(&early, context);
        }
        let mut turns = 0;
        while self.is_readable && self.wants_octets() && !self.is_over {
            if context.shared.must_hold() {
                // There will be a wake-up, after which every connection has its turn.
                break;
            }
            if turns == TURNS {
                return Fate::GoesOn;
            }
            turns += 1;
            self.read(context);
        }
        self.flush(context);
        self.fate()
    }

    pub fn exchange(&mut self, command: Command, context: &mut Context) -> Fate {
        let exchange = Exchange::new(command.a, command.b);
        self.parser.start(exchange.expect);
        self.exchange = Some(exchange);
        self.outgoing.sent = 0;
        self.write(command.octets, 0, context)
    }

    pub fn write(&mut self, octets: &[u8], body: u32, context: &mut Context) -> Fate {
        if self.write_failure.is_none() {
            self.outgoing.push(octets, body);
        }
        self.flush(context);
        self.fate()
    }

    pub fn finish(&mut self, octets: &[u8], context: &mut Context) -> Fate {
        if let Some(exchange) = &mut self.exchange {
            exchange.is_sent = true;
            self.must_end = exchange.is_tunnel;
        }
        self.write(octets, 0, context)
    }

    pub fn grant(&mut self, octets: u32) {
        if let Some(exchange) = &mut self.exchange {
            exchange.grant(octets);
        }
    }

    pub fn begin_http(&mut self) {
        self.phase = Phase::HTTP;
    }

    /// Begins TLS inside of what there is.
    pub fn secure(&mut self, command: Command, context: &mut Context) -> Fate {
        self.phase = Phase::Securing;
        if let Err(text) = self.begin_tls(command) {
            self.fail_tls(&text, context);
        }
        self.flush(context);
        self.fate()
    }

    fn begin_tls(&mut self, command: Command) -> Result<(), String> {
        let text = str::from_utf8(command.octets).unwrap_or_default();
        let (name, alpn) = text.split_once('\n').unwrap_or((text, ""));
        let config = config_of(command.a, alpn).ok_or("\nthere is no such configuration of TLS")?;
        let name = ServerName::try_from(name.to_owned())
            .map_err(|_| format!("\n'{name}' is no name that TLS can ask for"))?;
        self.tls.push(config, name).map_err(|error| describe_tls(&error))
    }

    pub fn listen(&mut self, listens: bool) {
        self.listens = listens;
    }

    /// The time to look for an answer is over.
    pub fn give_up(&mut self, context: &mut Context) -> Fate {
        self.grace = None;
        let is_answered = self.exchange.as_ref().is_none_or(|exchange| exchange.has_head);
        if !is_answered && let Some(error) = self.write_failure.take() {
            self.fail_system(Failure::Write, &error, context);
        }
        self.fate()
    }

    fn fate(&self) -> Fate {
        if self.is_over { Fate::Over } else { Fate::Waits }
    }

    fn check_connected(&mut self, context: &mut Context) -> bool {
        match self.socket.is_connected() {
            Ok(true) => {
                self.phase = Phase::Raw;
                let text = self.socket.describe();
                context.completions.push(Event::Connected, self.id, [0; 3], text.as_bytes());
                true
            }
            Ok(false) => {
                self.is_writable = false;
                false
            }
            Err(error) => {
                let text = describe(&error);
                let words = [code_of(&error), 0, 0];
                context.completions.push(Event::ConnectFailed, self.id, words, text.as_bytes());
                self.is_over = true;
                false
            }
        }
    }

    fn wants_octets(&self) -> bool {
        let is_asked = self.phase != Phase::Raw || self.listens;
        is_asked && !self.has_ended && self.exchange.as_ref().is_none_or(Exchange::may_receive)
    }

    fn read(&mut self, context: &mut Context) {
        let scratch = std::mem::take(&mut context.scratch);
        match self.socket.read(scratch) {
            Ok(0) => self.receive_end(context),
            Ok(length) => {
                // What comes later is announced again.
                if cfg!(unix) && length < scratch.len() && !self.has_end {
                    self.is_readable = false;
                }
                self.receive_wire(&scratch[..length], context);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.is_readable = false,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                let error = self.write_failure.take().map_or((Failure::Read, error), |first| (Failure::Write, first));
                self.fail_system(error.0, &error.1, context);
            }
        }
        context.scratch = scratch;
    }

    fn receive_wire(&mut self, octets: &[u8], context: &mut Context) {
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
            context.completions.push(Event::Secured, self.id, words, &octets);
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

    fn receive(&mut self, octets: &[u8], context: &mut Context) {
        if self.phase == Phase::Raw && !self.listens {
            self.early.extend_from_slice(octets);
            return;
        }
        if self.phase == Phase::Raw {
            context.completions.push(Event::Raw, self.id, [0; 3], octets);
            return;
        }
        let Some(exchange) = &mut self.exchange else {
            // Nothing was asked for: the connection is out of step and cannot be used again (RFC 9112 §9.2).
            self.drop_idle(context);
            return;
        };
        let mut receiver = Receiver { id: self.id, exchange, completions: context.completions };
        match self.parser.push(octets, &mut receiver) {
            Err(error) => self.fail_parse(&error, context),
            Ok(used) if self.parser.is_done() => self.complete(used == octets.len(), context),
            Ok(_) if self.parser.is_waiting() => {
                context.completions.push(Event::Received, self.id, [0; 3], &[]);
            }
            Ok(_) => {}
        }
    }

    fn receive_end(&mut self, context: &mut Context) {
        self.has_ended = true;
        if self.phase == Phase::Securing {
            self.fail_tls("ECONNRESET\nthe peer has ended", context);
            return;
        }
        if self.phase == Phase::Raw {
            context.completions.push(Event::RawEnd, self.id, [0; 3], &[]);
            return;
        }
        // After a reset the end proves nothing: not even that a body which lasts until then is complete.
        if let Some(error) = self.write_failure.take_if(|error| error.kind() != io::ErrorKind::BrokenPipe) {
            self.fail_system(Failure::Write, &error, context);
            return;
        }
        let Some(exchange) = &mut self.exchange else {
            self.drop_idle(context);
            return;
        };
        let mut receiver = Receiver { id: self.id, exchange, completions: context.completions };
        if let Err(error) = self.parser.finish(&mut receiver) {
            self.fail_parse(&error, context);
        } else if exchange.is_tunnel {
            // It is half-closed now: what is left to be said in the other direction still can be.
            context.completions.push(Event::End, self.id, [IS_TUNNEL_END, u32::MAX, 0], &[]);
            self.is_over = self.has_said_end;
        } else {
            self.complete(false, context);
        }
    }

    fn complete(&mut self, is_exact: bool, context: &mut Context) {
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
        exchange.tell_end(self.id, keeps, self.parser.keep_alive_seconds(), context.completions);
    }

    fn flush(&mut self, context: &mut Context) {
        if !self.is_writable || self.is_over || self.phase == Phase::Connecting {
            return;
        }
        let before = self.outgoing.sent;
        let (socket, tls) = (&mut self.socket, &mut self.tls);
        let outcome = if tls.is_empty() {
            self.outgoing.flush(|octets| socket.write(octets))
        } else {
            let mut send = |octets: &[u8]| socket.write(octets);
            self.outgoing.flush(|octets| tls.write(octets, &mut send)).and_then(|()| tls.flush(&mut send))
        };
        let sent = self.outgoing.sent;
        if sent > before && self.exchange.is_some() {
            context.completions.push(Event::Sent, self.id, [sent as u32, (sent >> 32) as u32, 0], &[]);
        }
        match outcome {
            Ok(()) => self.say_end(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.is_writable = false,
            Err(error) => self.fail_write(error, context),
        }
    }

    /// Sends what TLS has to say. If that fails, reading tells why.
    fn flush_tls(&mut self) {
        let socket = &mut self.socket;
        let _ = self.tls.flush(&mut |octets| socket.write(octets));
    }

    fn say_end(&mut self) {
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

    fn fail_write(&mut self, error: io::Error, context: &mut Context) {
        self.outgoing.clear();
        let may_answer = self.exchange.as_ref().is_some_and(|exchange| exchange.is_stream);
        if may_answer && !self.has_ended {
            // A server that refuses an upload answers and closes while the client is still sending; its answer must
            // not be lost (RFC 9112 §9.5).
            self.write_failure = Some(error);
            self.grace = Some(Instant::now() + GRACE);
        } else {
            self.fail_system(Failure::Write, &error, context);
        }
    }

    fn drop_idle(&mut self, context: &mut Context) {
        self.is_over = true;
        self.was_idle = true;
        context.completions.push(Event::Gone, self.id, [0; 3], &[]);
    }

    fn fail_parse(&mut self, error: &ParseError, context: &mut Context) {
        if error.code == Code::Truncated && self.parser.offset() == 0 {
            self.fail(Failure::Closed, 0, &format!("\n0\n{}", error.message), context);
            return;
        }
        let text = format!("{}\n{}\n{}", error.code.name(), error.offset, error.message);
        self.fail(Failure::RemoteProtocol, 0, &text, context);
    }

    /// `text` is a name, LF, and words.
    fn fail_tls(&mut self, text: &str, context: &mut Context) {
        if self.phase == Phase::Securing {
            self.is_over = true;
            context.completions.push(Event::SecureFailed, self.id, [0; 3], text.as_bytes());
            return;
        }
        let (name, words) = text.split_once('\n').unwrap_or(("", text));
        self.fail(Failure::Tls, 0, &format!("{name}\n0\n{words}"), context);
    }

    fn fail_system(&mut self, failure: Failure, error: &io::Error, context: &mut Context) {
        let text = describe(error);
        if self.phase == Phase::Securing {
            self.fail_tls(&text, context);
            return;
        }
        let (name, words) = text.split_once('\n').unwrap_or(("", &text));
        self.fail(failure, code_of(error), &format!("{name}\n0\n{words}"), context);
    }

    fn fail(&mut self, failure: Failure, code: u32, text: &str, context: &mut Context) {
        if self.exchange.take().is_none() && self.phase == Phase::HTTP {
            self.drop_idle(context);
            return;
        }
        self.is_over = true;
        let has_octets = u32::from(self.parser.offset() > 0);
        let words = [failure as u32, has_octets, code];
        context.completions.push(Event::Failed, self.id, words, text.as_bytes());
    }
}
