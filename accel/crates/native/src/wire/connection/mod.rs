mod borrowed;
mod failing;
mod multiplexing;
mod reading;
mod writing;

use std::io;
use std::time::Instant;

use mio::{Registry, Token};
use rustls::pki_types::ServerName;
use wire::http2::Session;
use wire::{Limits, ResponseParser};

use super::command::Command;
use super::completion::Completions;
use super::event::{Event, Failure};
use super::exchange::Exchange;
use super::outgoing::Outgoing;
use super::place::Place;
use super::shared::Shared;
use super::socket::Socket;
use super::system_error::{code_of, describe};
use super::tls::{TlsStack, config_of, describe_tls};

/// What a connection works with while it has its turn.
pub struct Context<'a> {
    /// Null in the hands of a thread that blocks: it takes everything at once.
    pub shared: Option<&'a Shared>,
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
    Http,
}

/// A connection, and what runs on it. It tells everything by records; when it is over, its owner says so.
pub struct Connection {
    id: u32,
    socket: Socket,
    phase: Phase,
    limits: Limits,
    parser: ResponseParser,
    /// What HTTP/2 is spoken by.
    session: Option<Box<Session>>,
    exchange: Option<Exchange>,
    outgoing: Outgoing,
    tls: TlsStack,
    is_readable: bool,
    is_writable: bool,
    /// The end lies behind what can be read.
    has_end: bool,
    /// Octets are wanted before HTTP begins.
    listens: bool,
    /// Raw pieces that were told, and the last of them as long as nobody has said that it was taken.
    raw_told: u32,
    raw_last: Vec<u8>,
    /// Octets at the front of `early` that were put back.
    put_back: usize,
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
            limits,
            parser: ResponseParser::new(limits),
            session: None,
            exchange: None,
            outgoing: Outgoing::default(),
            tls: TlsStack::default(),
            is_readable: false,
            is_writable: false,
            has_end: false,
            listens: false,
            raw_told: 0,
            raw_last: Vec::new(),
            put_back: 0,
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
        if self.phase == Phase::Connecting && !(self.is_writable && self.check_connected(context)) {
            return self.fate();
        }
        if !self.early.is_empty() && self.wants_octets() {
            let early = std::mem::take(&mut self.early);
            self.put_back = 0;
            self.receive(&early, context);
        }
        let mut turns = 0;
        while self.is_readable && self.wants_octets() && !self.is_over {
            if context.shared.is_some_and(Shared::must_hold) {
                // There will be a wake-up, after which every connection has its turn.
                break;
            }
            if turns == reading::TURNS {
                return Fate::GoesOn;
            }
            turns += 1;
            self.read(context);
        }
        self.flush(context);
        self.fate()
    }

    pub fn register(&mut self, registry: &Registry) -> io::Result<()> {
        self.socket.register(registry, Token(self.id as usize))
    }

    pub fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        self.socket.deregister(registry)
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

    /// Takes the place for the body that has begun.
    pub fn receive_into(&mut self, place: Place) {
        if let Some(exchange) = &mut self.exchange {
            exchange.receive_into(place);
        }
    }

    pub fn begin_http(&mut self, command: Command) {
        self.phase = Phase::Http;
        if command.a == 1 {
            self.begin_session(command.octets);
        }
    }

    /// Puts octets back that were read too early.
    pub fn unread(&mut self, octets: &[u8]) {
        self.early.splice(..0, octets.iter().copied());
        self.put_back += octets.len();
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
        self.tls
            .push(config, name)
            .map_err(|error| describe_tls(&error))
    }

    /// Asks for the next raw piece, or for none, after so many that were taken: one that has crossed with that comes again.
    pub fn listen(&mut self, listens: bool, taken: u32) {
        self.listens = listens;
        let last = std::mem::take(&mut self.raw_last);
        if !listens && taken != self.raw_told {
            self.raw_told = taken;
            // Behind what came before it and was put back already.
            let at = self.put_back;
            self.early.splice(at..at, last);
        }
    }

    /// The time to look for an answer is over.
    pub fn give_up(&mut self, context: &mut Context) -> Fate {
        self.grace = None;
        let is_answered = self
            .exchange
            .as_ref()
            .is_none_or(|exchange| exchange.has_head);
        if (!is_answered || self.session.is_some())
            && let Some(error) = self.write_failure.take()
        {
            self.fail_system(Failure::Write, &error, context);
        }
        self.fate()
    }

    fn fate(&self) -> Fate {
        if self.is_over {
            Fate::Over
        } else {
            Fate::Waits
        }
    }

    fn check_connected(&mut self, context: &mut Context) -> bool {
        match self.socket.is_connected() {
            Ok(true) => {
                self.phase = Phase::Raw;
                let text = self.socket.describe();
                context
                    .completions
                    .push(Event::Connected, self.id, [0; 3], text.as_bytes());
                true
            }
            Ok(false) => {
                self.is_writable = false;
                false
            }
            Err(error) => {
                let text = describe(&error);
                let words = [code_of(&error), 0, 0];
                context
                    .completions
                    .push(Event::ConnectFailed, self.id, words, text.as_bytes());
                self.is_over = true;
                false
            }
        }
    }
}
