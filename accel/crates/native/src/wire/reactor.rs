use std::io;
use std::sync::Arc;
use std::time::Instant;

use mio::{Events, Poll, Token};

use super::command::{self, Command};
use super::completion::Completions;
use super::connection::{Connection, Context, Fate};
use super::dial::Target;
use super::event::Event;
use super::lend;
use super::shared::Shared;
use super::system_error::{code_of, describe};

pub const WAKER: Token = Token(usize::MAX);
/// Octets of one read.
const READ: usize = 262_144;

/// The thread of I/O: takes commands, lets connections have their turn, and announces what became of it.
pub struct Reactor {
    poll: Poll,
    shared: Arc<Shared>,
    announce: Box<dyn Fn() + Send>,
    connections: Vec<Option<Box<Connection>>>,
    completions: Completions,
    scratch: Vec<u8>,
    plain: Vec<u8>,
    /// Connections that were idle when they ended. They are closed once JavaScript knows, so that it does not learn it
    /// from the peer.
    gone: Vec<Connection>,
    /// Connections that have something to do.
    busy: Vec<u32>,
    /// Those that look for an answer after a failed write.
    graces: Vec<u32>,
    commands: Vec<u8>,
}

impl Reactor {
    pub fn new(poll: Poll, shared: Arc<Shared>, announce: Box<dyn Fn() + Send>) -> Self {
        Reactor {
            poll,
            shared,
            announce,
            connections: Vec::new(),
            completions: Completions::default(),
            scratch: vec![0; READ],
            plain: Vec::new(),
            gone: Vec::new(),
            busy: Vec::new(),
            graces: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// Tells JavaScript that there is something to look at.
    pub fn announce(&self) {
        (self.announce)();
    }

    /// Runs until it is told to stop.
    pub fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(1024);
        loop {
            if !self.take_commands() {
                return Ok(());
            }
            let busy = std::mem::take(&mut self.busy);
            for id in busy {
                self.turn(id);
            }
            self.end_graces();
            self.close_gone();
            self.publish();
            self.wait(&mut events)?;
            for event in &events {
                if event.token() == WAKER {
                    // It may mean that there is room again for what was held back.
                    self.busy.extend(self.open_ids());
                    continue;
                }
                let id = event.token().0 as u32;
                if let Some(connection) = self.connection(id) {
                    let is_closed = event.is_read_closed() || event.is_error();
                    let is_writable = event.is_writable() || event.is_error();
                    connection.note(event.is_readable() || is_closed, is_writable, is_closed);
                    self.busy.push(id);
                }
            }
        }
    }

    fn wait(&mut self, events: &mut Events) -> io::Result<()> {
        let timeout = if self.busy.is_empty() {
            self.shared.park();
            let inbox = self.shared.inbox();
            let has_commands = !inbox.is_empty();
            drop(inbox);
            let now = Instant::now();
            let next = self
                .graces
                .iter()
                .filter_map(|&id| self.connections[id as usize].as_ref()?.grace)
                .min();
            if has_commands {
                Some(std::time::Duration::ZERO)
            } else {
                next.map(|at| at.saturating_duration_since(now))
            }
        } else {
            Some(std::time::Duration::ZERO)
        };
        let outcome = self.poll.poll(events, timeout);
        self.shared.unpark();
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            outcome => outcome,
        }
    }

    fn open_ids(&self) -> Vec<u32> {
        let ids = self.connections.iter().enumerate();
        ids.filter(|(_, connection)| connection.is_some())
            .map(|(id, _)| id as u32)
            .collect()
    }

    fn connection(&mut self, id: u32) -> Option<&mut Box<Connection>> {
        self.connections.get_mut(id as usize)?.as_mut()
    }

    /// Whether the thread is to go on.
    fn take_commands(&mut self) -> bool {
        let mut batch = std::mem::take(&mut self.commands);
        batch.clear();
        let mut inbox = self.shared.inbox();
        let must_stop = inbox.must_stop;
        std::mem::swap(&mut batch, &mut inbox.commands);
        let returned = std::mem::take(&mut inbox.returned);
        let places = std::mem::take(&mut inbox.places);
        drop(inbox);
        // Before commands: one of them may give the number to another connection.
        for (id, place) in places {
            if let Some(connection) = self.connection(id) {
                connection.receive_into(place);
                self.busy.push(id);
            }
        }
        for (id, connection) in returned {
            self.take_back(id, connection);
        }
        for command in command::parse(&batch) {
            self.carry_out(command);
        }
        self.commands = batch;
        !must_stop
    }

    fn carry_out(&mut self, command: Command) {
        let id = command.id;
        match command.kind {
            command::OPEN => self.open(command),
            command::CLOSE => {
                self.with(id, |connection, context| {
                    connection.close(command.a == 1, context);
                    Fate::Over
                });
            }
            command::GRANT => {
                if let Some(connection) = self.connection(id) {
                    connection.grant(command.a);
                    self.busy.push(id);
                }
            }
            command::LISTEN => {
                if let Some(connection) = self.connection(id) {
                    connection.listen(command.a == 1, command.b);
                    self.busy.push(id);
                }
            }
            command::BEGIN_HTTP => {
                if let Some(connection) = self.connection(id) {
                    connection.begin_http(command);
                    self.busy.push(id);
                }
            }
            command::STREAM..=command::PING => self.with(id, |connection, context| {
                connection.command_stream(command, context)
            }),
            command::UNREAD => {
                if let Some(connection) = self.connection(id) {
                    connection.unread(command.octets);
                }
            }
            command::EXCHANGE => self.with(id, |connection, context| {
                connection.exchange(command, context)
            }),
            command::LEND => self.lend(id, command.a),
            command::SECURE => self.with(id, |connection, context| {
                connection.secure(command, context)
            }),
            command::FINISH => self.with(id, |connection, context| {
                connection.finish(command.octets, context)
            }),
            command::WRITE => self.with(id, |connection, context| {
                connection.write(command.octets, command.a, context)
            }),
            kind => panic!("there is no command {kind}"),
        }
    }

    fn open(&mut self, command: Command) {
        let id = command.id;
        let target = Target::parse(command.octets, command.a)
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput));
        let opened = target.and_then(|target| {
            let mut socket = target.dial()?;
            socket.register(self.poll.registry(), Token(id as usize))?;
            Ok(Connection::new(id, socket, target.limits))
        });
        match opened {
            Ok(connection) => {
                let index = id as usize;
                if index >= self.connections.len() {
                    self.connections.resize_with(index + 1, || None);
                }
                self.connections[index] = Some(Box::new(connection));
            }
            Err(error) => {
                let text = describe(&error);
                let words = [code_of(&error), 0, 0];
                self.completions
                    .push(Event::ConnectFailed, id, words, text.as_bytes());
                self.completions.push(Event::Closed, id, [0; 3], &[]);
            }
        }
    }

    /// Gives a connection away, if nothing happens on it.
    fn lend(&mut self, id: u32, loan: u32) {
        let Some(place) = self.connections.get_mut(id as usize) else {
            return;
        };
        let registry = self.poll.registry();
        let connection = place.take_if(|connection| {
            connection.is_idle() && lend::is_wanted(loan) && connection.deregister(registry).is_ok()
        });
        let Some(connection) = connection else {
            lend::keep(loan);
            return;
        };
        // It may have been asked back in this moment; nobody watches it any more.
        if let Some(connection) = lend::hand_over(loan, connection) {
            self.take_back(id, Some(connection));
        }
    }

    /// Takes a connection back that was lent; what came meanwhile is looked at in its next turn.
    fn take_back(&mut self, id: u32, connection: Option<Box<Connection>>) {
        let registered = connection.and_then(|mut connection| {
            let outcome = connection.register(self.poll.registry());
            outcome.is_ok().then_some(connection)
        });
        let Some(mut connection) = registered else {
            self.completions.push(Event::Closed, id, [0; 3], &[]);
            return;
        };
        connection.note(true, true, false);
        self.connections[id as usize] = Some(connection);
        self.busy.push(id);
    }

    fn turn(&mut self, id: u32) {
        self.with(id, Connection::turn);
    }

    /// Lets a connection do something; it may be gone already.
    fn with(&mut self, id: u32, work: impl FnOnce(&mut Connection, &mut Context) -> Fate) {
        let Some(Some(connection)) = self.connections.get_mut(id as usize) else {
            return;
        };
        let mut context = Context {
            shared: Some(&self.shared),
            completions: &mut self.completions,
            scratch: &mut self.scratch,
            plain: &mut self.plain,
        };
        let had_grace = connection.grace.is_some();
        let fate = work(connection, &mut context);
        if connection.grace.is_some() && !had_grace {
            self.graces.push(id);
        }
        match fate {
            Fate::Waits => {}
            Fate::GoesOn if self.busy.last() == Some(&id) => {}
            Fate::GoesOn => self.busy.push(id),
            Fate::Over => self.remove(id),
        }
    }

    fn remove(&mut self, id: u32) {
        if let Some(connection) = self.connections[id as usize].take()
            && connection.was_idle
        {
            self.gone.push(*connection);
        }
        self.graces.retain(|&other| other != id);
        self.completions.push(Event::Closed, id, [0; 3], &[]);
    }

    fn end_graces(&mut self) {
        if self.graces.is_empty() {
            return;
        }
        let now = Instant::now();
        for id in self.graces.clone() {
            let is_due = self
                .connection(id)
                .is_some_and(|connection| connection.grace.is_some_and(|at| at <= now));
            if is_due {
                self.graces.retain(|&other| other != id);
                self.with(id, Connection::give_up);
            }
        }
    }

    fn close_gone(&mut self) {
        if self.gone.is_empty() {
            return;
        }
        if self.completions.is_empty() && self.shared.outbox().completions.is_empty() {
            self.gone.clear();
        } else {
            self.shared.ask_for_wake();
        }
    }

    /// Hands over what there is to tell.
    fn publish(&mut self) {
        if self.completions.is_empty() {
            return;
        }
        let mut outbox = self.shared.outbox();
        outbox.completions.append(&mut self.completions);
        self.shared.note_backlog(outbox.completions.backlog());
        let was_announced = std::mem::replace(&mut outbox.is_announced, true);
        drop(outbox);
        if !was_announced {
            (self.announce)();
        }
    }
}
