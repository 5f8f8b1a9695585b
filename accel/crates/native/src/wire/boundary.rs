//! What JavaScript calls.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use mio::{Poll, Waker};
use napi::bindgen_prelude::{Function, Uint8ArraySlice};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi::{Env, Error, Result};
use napi_derive::napi;

use super::lend;
use super::place::Place;
use super::reactor::{Reactor, WAKER};
use super::shared::Shared;

/// Version of the records that cross.
const ABI: u32 = 4;

/// The engine of one JavaScript environment.
struct Engine {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

thread_local! {
    /// Those of this thread; an environment has one thread, and a thread one environment.
    static ENGINES: RefCell<Vec<Option<Engine>>> = const { RefCell::new(Vec::new()) };
}

#[napi]
pub fn wire_abi() -> u32 {
    ABI
}

/// Octets of a block of memory whose release tells glibc that so much comes and goes here.
const TIDE: usize = 8 << 20;

/// Lets the heap keep what bodies take while they stream. glibc gives the end of the heap back to the system as soon as
/// it is twice as large as the largest block that was ever freed, and the next pieces then cost a page fault for every
/// 4 KiB. Nothing of the block is touched, so it takes no memory.
fn expect_tide() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(TIDE)));
}

/// Starts an engine. `on_ready` is called when there is something to drain, once until that has been done.
#[napi]
pub fn wire_open(env: Env, on_ready: Function<(), ()>) -> Result<u32> {
    let ready = on_ready
        .build_threadsafe_function::<()>()
        .callee_handled::<false>()
        .weak::<true>()
        .build()?;
    expect_tide();
    let poll = Poll::new().map_err(failed)?;
    let waker = Waker::new(poll.registry(), WAKER).map_err(failed)?;
    let shared = Arc::new(Shared::new(waker));
    let of_thread = Arc::clone(&shared);
    let thread = thread::Builder::new()
        .name("tern-wire".to_owned())
        .spawn(move || {
            let announce = move || {
                ready.call((), ThreadsafeFunctionCallMode::NonBlocking);
            };
            serve(poll, &of_thread, Box::new(announce));
        })
        .map_err(failed)?;
    let id = ENGINES.with_borrow_mut(|engines| {
        engines.push(Some(Engine {
            shared,
            thread: Some(thread),
        }));
        engines.len() - 1
    });
    env.add_env_cleanup_hook(id, stop)?;
    Ok(id as u32)
}

/// Runs the thread. A panic ends it, and is told like everything else.
fn serve(poll: Poll, shared: &Arc<Shared>, announce: Box<dyn Fn() + Send>) {
    let mut reactor = Reactor::new(poll, Arc::clone(shared), announce);
    let outcome = catch_unwind(AssertUnwindSafe(|| reactor.run()));
    let failure = match outcome {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "a panic without words".to_owned()),
    };
    shared.outbox().failure = Some(failure);
    reactor.announce();
}

/// Ends an engine; idempotent. Nothing is told any more.
fn stop(id: usize) {
    let engine = ENGINES.with_borrow_mut(|engines| engines.get_mut(id).and_then(Option::take));
    let Some(mut engine) = engine else {
        return;
    };
    lend::abandon(&engine.shared);
    engine.shared.inbox().must_stop = true;
    engine.shared.wake_always();
    if let Some(thread) = engine.thread.take() {
        // It catches its panics, so it ends in order.
        let _ = thread.join();
    }
}

pub(super) fn shared_of(engine: u32) -> Result<Arc<Shared>> {
    ENGINES.with_borrow(|engines| {
        let engine = engines.get(engine as usize).and_then(Option::as_ref);
        engine
            .map(|engine| Arc::clone(&engine.shared))
            .ok_or_else(|| Error::from_reason("the engine has been closed"))
    })
}

/// Takes the first `length` octets of `commands`, a batch of records.
#[napi]
pub fn wire_submit(engine: u32, commands: &[u8], length: u32) -> Result<()> {
    let shared = shared_of(engine)?;
    let batch = commands
        .get(..length as usize)
        .ok_or_else(|| Error::from_reason("a batch is not there"))?;
    shared.inbox().commands.extend_from_slice(batch);
    shared.wake();
    Ok(())
}

/// Moves records to `place`. The outcome is twice the number of octets, and one more if there are more.
#[napi]
pub fn wire_drain(engine: u32, mut place: Uint8ArraySlice) -> Result<u32> {
    let shared = shared_of(engine)?;
    // SAFETY: this is the JavaScript thread, and nothing else holds a slice of it during this call.
    let place = unsafe { place.as_mut() };
    let mut outbox = shared.outbox();
    let length = outbox.completions.drain(place);
    let has_more = !outbox.completions.is_empty();
    outbox.is_announced = has_more;
    shared.note_backlog(outbox.completions.backlog());
    Ok(length as u32 * 2 + u32::from(has_more))
}

/// Moves a piece of body to `place`, which must have its size; else it is dropped.
#[napi]
pub fn wire_take(engine: u32, key: u32, mut place: Uint8ArraySlice) -> Result<bool> {
    let shared = shared_of(engine)?;
    // SAFETY: as above.
    let place = unsafe { place.as_mut() };
    let mut outbox = shared.outbox();
    let has_taken = outbox.completions.take(key, place);
    shared.note_backlog(outbox.completions.backlog());
    Ok(has_taken)
}

/// Gives the body that a connection receives the place where it belongs, which must have its length and be kept until
/// the exchange has ended, or else until the event `closed`.
#[napi]
pub fn wire_place(engine: u32, id: u32, mut place: Uint8ArraySlice) -> Result<()> {
    let shared = shared_of(engine)?;
    // SAFETY: as above. What outlives the call is the business of `Place`.
    let place = Place::new(unsafe { place.as_mut() });
    shared.inbox().places.push((id, place));
    shared.wake();
    Ok(())
}

/// Why the engine works no more, if so.
#[napi]
pub fn wire_failure(engine: u32) -> Result<Option<String>> {
    Ok(shared_of(engine)?.outbox().failure.clone())
}

/// Ends an engine with all its connections.
#[napi]
pub fn wire_close(engine: u32) {
    stop(engine as usize);
}

fn failed(error: std::io::Error) -> Error {
    Error::from_reason(error.to_string())
}
