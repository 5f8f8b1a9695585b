use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use mio::Waker;

use super::completion::Completions;
use super::connection::Connection;
use super::place::Place;

/// What the thread of JavaScript and the thread of I/O have in common.
pub struct Shared {
    waker: Waker,
    inbox: Mutex<Inbox>,
    outbox: Mutex<Outbox>,
    /// The thread of I/O sleeps, or is about to.
    is_parked: AtomicBool,
    /// It waits until JavaScript has taken more.
    is_stalled: AtomicBool,
    backlog: AtomicUsize,
}

#[derive(Default)]
pub struct Inbox {
    pub commands: Vec<u8>,
    /// Connections that come back from a thread that blocks; null: one that was lost there.
    pub returned: Vec<(u32, Option<Box<Connection>>)>,
    /// Where bodies belong that have begun.
    pub places: Vec<(u32, Place)>,
    pub must_stop: bool,
}

impl Inbox {
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
            && self.returned.is_empty()
            && self.places.is_empty()
            && !self.must_stop
    }
}

#[derive(Default)]
pub struct Outbox {
    pub completions: Completions,
    /// JavaScript has been told that there is something.
    pub is_announced: bool,
    /// Why the engine works no more.
    pub failure: Option<String>,
}

/// So much may wait for JavaScript before reading stops.
const HIGH: usize = 8 << 20;

impl Shared {
    pub fn new(waker: Waker) -> Self {
        Shared {
            waker,
            inbox: Mutex::default(),
            outbox: Mutex::default(),
            is_parked: AtomicBool::new(false),
            is_stalled: AtomicBool::new(false),
            backlog: AtomicUsize::new(0),
        }
    }

    /// A panic cannot leave either box in a state that matters: then the engine is dead anyway.
    pub fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called by JavaScript after it has put something into the inbox.
    pub fn wake(&self) {
        if self.is_parked.swap(false, Ordering::SeqCst) {
            self.wake_always();
        }
    }

    pub fn wake_always(&self) {
        // It fails only when the thread is gone, which is known by other means.
        let _ = self.waker.wake();
    }

    /// Announces sleep. What comes into the inbox from now on wakes; so it is looked at once more before.
    pub fn park(&self) {
        self.is_parked.store(true, Ordering::SeqCst);
    }

    pub fn unpark(&self) {
        self.is_parked.store(false, Ordering::SeqCst);
    }

    pub fn note_backlog(&self, octets: usize) {
        self.backlog.store(octets, Ordering::SeqCst);
        if octets < HIGH / 2 && self.is_stalled.swap(false, Ordering::SeqCst) {
            self.wake_always();
        }
    }

    /// There will be a wake-up once JavaScript has taken what there is.
    pub fn ask_for_wake(&self) {
        self.is_stalled.store(true, Ordering::SeqCst);
    }

    /// Whether so much waits for JavaScript that no more should be read; then there will be a wake-up.
    pub fn must_hold(&self) -> bool {
        if self.backlog.load(Ordering::SeqCst) < HIGH {
            return false;
        }
        self.is_stalled.store(true, Ordering::SeqCst);
        // It may have been taken in between.
        if self.backlog.load(Ordering::SeqCst) >= HIGH {
            return true;
        }
        self.is_stalled.store(false, Ordering::SeqCst);
        false
    }
}
