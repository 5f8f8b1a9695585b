//! Connections that a thread which blocks uses by itself. The engine that has opened them belongs to another thread, so
//! that loans are known to the whole process. A connection is in one hand at a time: that of the engine, or that of the
//! borrower, who takes it for one exchange after the other; between two of them the engine can have it back.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use napi::Result;
use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;

use super::boundary::shared_of;
use super::command::{self, EXCHANGE};
use super::completion::Completions;
use super::connection::{Connection, Context, Fate};
use super::shared::Shared;

/// Octets of one read.
const READ: usize = 262_144;
/// How long a borrower waits for a connection that was promised: its engine has to wake up.
const HANDOVER: Duration = Duration::from_millis(50);
/// Instead of a number of octets: the connection cannot be had.
const UNAVAILABLE: f64 = -1.0;

struct Loan {
    connection: Box<Connection>,
    completions: Completions,
    /// Nothing more is to come than what waits to be taken.
    is_over: bool,
}

enum Hand {
    /// The engine will hand it over as soon as it looks at its commands.
    Promised,
    /// It stayed with the engine, or is there again.
    Engine,
    /// Nobody uses it.
    Free(Box<Loan>),
    /// The borrower is in the middle of an exchange; null while it is at work.
    Borrower(Option<Box<Loan>>),
    /// As before, but it is not to be used again.
    Condemned(Option<Box<Loan>>),
    /// It was lost.
    Nobody,
}

struct State {
    hand: Hand,
    /// Exchanges since the engine has asked.
    uses: u32,
    last_use: Instant,
    keep_alive: Option<u32>,
}

struct Entry {
    home: Arc<Shared>,
    state: Mutex<State>,
    changed: Condvar,
}

impl Entry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Loans {
    last: u32,
    entries: HashMap<u32, Arc<Entry>>,
}

static LOANS: Mutex<Option<Loans>> = Mutex::new(None);

fn with_loans<T>(work: impl FnOnce(&mut Loans) -> T) -> T {
    let mut loans = LOANS.lock().unwrap_or_else(PoisonError::into_inner);
    work(loans.get_or_insert_default())
}

fn entry_of(loan: u32) -> Option<Arc<Entry>> {
    with_loans(|loans| loans.entries.get(&loan).cloned())
}

struct Desk {
    scratch: Vec<u8>,
    plain: Vec<u8>,
}

thread_local! {
    static DESK: RefCell<Option<Desk>> = const { RefCell::new(None) };
    /// What this thread has borrowed last: an exchange goes on when the loan has been ended meanwhile.
    static IN_HAND: RefCell<Option<(u32, Arc<Entry>)>> = const { RefCell::new(None) };
}

fn in_hand(loan: u32) -> Option<Arc<Entry>> {
    IN_HAND.with_borrow(|held| {
        let held = held.as_ref().filter(|(number, _)| *number == loan);
        held.map(|(_, entry)| Arc::clone(entry))
    })
}

/// Works on a connection with the memory of this thread.
fn at_desk<T>(loan: &mut Loan, work: impl FnOnce(&mut Connection, &mut Context) -> T) -> T {
    DESK.with_borrow_mut(|desk| {
        let desk = desk.get_or_insert_with(|| Desk {
            scratch: vec![0; READ],
            plain: Vec::new(),
        });
        let mut context = Context {
            shared: None,
            completions: &mut loan.completions,
            scratch: &mut desk.scratch,
            plain: &mut desk.plain,
        };
        work(&mut loan.connection, &mut context)
    })
}

// The engine

/// Whether the engine has not been told meanwhile that it is to stay where it is.
pub fn is_wanted(loan: u32) -> bool {
    entry_of(loan).is_some_and(|entry| matches!(entry.state().hand, Hand::Promised))
}

/// Gives the connection to the borrower; back, if it was asked back in this moment.
pub fn hand_over(loan: u32, connection: Box<Connection>) -> Option<Box<Connection>> {
    let Some(entry) = entry_of(loan) else {
        return Some(connection);
    };
    let mut state = entry.state();
    if !matches!(state.hand, Hand::Promised) {
        return Some(connection);
    }
    state.hand = Hand::Free(Box::new(Loan {
        connection,
        completions: Completions::default(),
        is_over: false,
    }));
    entry.changed.notify_all();
    None
}

/// The connection stays with the engine.
pub fn keep(loan: u32) {
    if let Some(entry) = entry_of(loan) {
        entry.state().hand = Hand::Engine;
        entry.changed.notify_all();
    }
}

/// An engine ends, and with it what it has lent.
pub fn abandon(home: &Arc<Shared>) {
    let lost: Vec<Arc<Entry>> = with_loans(|loans| {
        let of_home = |entry: &Arc<Entry>| Arc::ptr_eq(&entry.home, home);
        let lost = loans.entries.values().filter(|entry| of_home(entry));
        let lost = lost.cloned().collect();
        loans.entries.retain(|_, entry| !of_home(entry));
        lost
    });
    for entry in lost {
        condemn(&mut entry.state());
        entry.changed.notify_all();
    }
}

/// Whoever is in the middle of an exchange ends it.
fn condemn(state: &mut State) {
    state.hand = match std::mem::replace(&mut state.hand, Hand::Nobody) {
        Hand::Borrower(loan) | Hand::Condemned(loan) => Hand::Condemned(loan),
        _ => Hand::Nobody,
    };
}

// The thread of the engine

/// Promises a connection of an engine to whoever knows the number that this gives.
#[napi]
pub fn wire_promise(engine: u32) -> Result<u32> {
    let entry = Entry {
        home: shared_of(engine)?,
        state: Mutex::new(State {
            hand: Hand::Promised,
            uses: 0,
            last_use: Instant::now(),
            keep_alive: None,
        }),
        changed: Condvar::new(),
    };
    Ok(with_loans(|loans| {
        loans.last = loans.last.wrapping_add(1).max(1);
        loans.entries.insert(loans.last, Arc::new(entry));
        loans.last
    }))
}

/// Ends a loan. True: the connection `id` is with the engine again; false: it is lost, or will be with the exchange that
/// runs on it, and the engine tells that it is closed.
#[napi]
pub fn wire_recall(engine: u32, loan: u32, id: u32) -> Result<bool> {
    let shared = shared_of(engine)?;
    let Some(entry) = with_loans(|loans| loans.entries.remove(&loan)) else {
        return Ok(false);
    };
    let mut state = entry.state();
    let returned = match std::mem::replace(&mut state.hand, Hand::Engine) {
        Hand::Promised | Hand::Engine => return Ok(true),
        Hand::Free(loan) => Some(loan.connection),
        Hand::Borrower(loan) | Hand::Condemned(loan) => {
            state.hand = Hand::Condemned(loan);
            None
        }
        Hand::Nobody => {
            state.hand = Hand::Nobody;
            None
        }
    };
    drop(state);
    let is_back = returned.is_some();
    shared.inbox().returned.push((id, returned));
    shared.wake();
    Ok(is_back)
}

/// The connection is closed, as the engine knows: nobody may hope for it.
#[napi]
pub fn wire_forget(loan: u32) {
    if let Some(entry) = with_loans(|loans| loans.entries.remove(&loan)) {
        condemn(&mut entry.state());
        entry.changed.notify_all();
    }
}

/// What has become of a loan: 1 if the connection is lost, exchanges since the last time, milliseconds since the last one
/// of them, seconds of Keep-Alive or all bits.
#[napi(catch_unwind)]
pub fn wire_settle(loan: u32) -> Vec<u32> {
    let Some(entry) = entry_of(loan) else {
        return vec![1, 0, 0, u32::MAX];
    };
    let mut state = entry.state();
    if let Hand::Free(loan) = &mut state.hand
        && !at_desk(loan, Connection::is_alive)
    {
        state.hand = Hand::Nobody;
    }
    let is_used = matches!(state.hand, Hand::Borrower(_) | Hand::Condemned(_));
    let idle = if is_used {
        0
    } else {
        u32::try_from(state.last_use.elapsed().as_millis()).unwrap_or(u32::MAX)
    };
    vec![
        u32::from(matches!(state.hand, Hand::Nobody)),
        std::mem::take(&mut state.uses),
        idle,
        state.keep_alive.unwrap_or(u32::MAX),
    ]
}

// The borrower

/// Takes the connection for an exchange, or goes on with it: carries out the first `length` octets of `commands`, and
/// blocks until there is something to tell, or `patience` milliseconds are over. Then it moves records to `place`; the
/// outcome is twice the number of octets, and one more if there are more. -1: the connection cannot be had, and
/// nothing was sent.
#[napi(catch_unwind)]
pub fn wire_borrow(
    loan: u32,
    commands: &[u8],
    length: u32,
    mut place: Uint8ArraySlice,
    patience: f64,
) -> f64 {
    let batch = commands.get(..length as usize).unwrap_or_default();
    let begins = command::parse(batch).any(|command| command.kind == EXCHANGE);
    let found = if begins {
        entry_of(loan)
    } else {
        in_hand(loan)
    };
    let Some(entry) = found else {
        return UNAVAILABLE;
    };
    // SAFETY: this is the JavaScript thread, and nothing else holds a slice of it during this call.
    let place = unsafe { place.as_mut() };
    let number = loan;
    let Some(mut loan) = take(&entry, begins) else {
        return UNAVAILABLE;
    };
    if begins {
        IN_HAND.set(Some((number, Arc::clone(&entry))));
    }
    let patience = Duration::try_from_secs_f64(patience / 1000.0).unwrap_or_default();
    let is_over = loan.is_over;
    let fate = at_desk(&mut loan, |connection, context| {
        if is_over {
            return Some(Fate::Over);
        }
        if begins && !connection.is_alive(context) {
            return None;
        }
        let mut fate = Fate::Waits;
        for command in command::parse(batch) {
            if fate != Fate::Over {
                fate = connection.carry_out(command, context);
            }
        }
        Some(if fate == Fate::Over {
            fate
        } else {
            connection.wait(context, patience)
        })
    });
    let Some(fate) = fate else {
        entry.state().hand = Hand::Nobody;
        return UNAVAILABLE;
    };
    let octets = loan.completions.drain(place);
    let has_more = !loan.completions.is_empty();
    loan.is_over = fate == Fate::Over;
    put_back(&entry, loan, begins);
    (octets * 2 + usize::from(has_more)) as f64
}

/// Moves a piece of body to `place`, as `wire_take` does.
#[napi]
pub fn wire_borrow_take(loan: u32, key: u32, mut place: Uint8ArraySlice) -> bool {
    let Some(entry) = in_hand(loan) else {
        return false;
    };
    // SAFETY: as above.
    let place = unsafe { place.as_mut() };
    let Some(mut loan) = take(&entry, false) else {
        return false;
    };
    let has_taken = loan.completions.take(key, place);
    put_back(&entry, loan, false);
    has_taken
}

/// Takes the connection in hand, if it can be had.
fn take(entry: &Entry, begins: bool) -> Option<Box<Loan>> {
    let mut state = entry.state();
    if begins && matches!(state.hand, Hand::Promised) {
        let is_promised = |state: &mut State| matches!(state.hand, Hand::Promised);
        let waited = entry
            .changed
            .wait_timeout_while(state, HANDOVER, is_promised);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
    match &mut state.hand {
        Hand::Free(_) => {
            let Hand::Free(loan) = std::mem::replace(&mut state.hand, Hand::Borrower(None)) else {
                return None;
            };
            Some(loan)
        }
        Hand::Borrower(loan) | Hand::Condemned(loan) if !begins => loan.take(),
        _ => None,
    }
}

/// Lays it where it belongs now.
fn put_back(entry: &Entry, loan: Box<Loan>, begins: bool) {
    let mut state = entry.state();
    if begins {
        state.uses += 1;
    }
    state.last_use = Instant::now();
    state.keep_alive = loan.connection.keep_alive_seconds();
    let is_read = loan.completions.backlog() == 0;
    let is_idle = loan.connection.is_idle();
    let is_condemned = matches!(state.hand, Hand::Condemned(_));
    state.hand = match (loan.is_over || (is_condemned && is_idle), is_read) {
        (true, true) => Hand::Nobody,
        (false, true) if is_idle => Hand::Free(loan),
        _ if is_condemned => Hand::Condemned(Some(loan)),
        _ => Hand::Borrower(Some(loan)),
    };
}
