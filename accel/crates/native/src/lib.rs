//! The Node-API face of the kernels and of the wire engine.

mod wire;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kernels::{Code, Fault};
use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;

/// Memory that is kept between calls.
const KEPT: usize = 1 << 20;

thread_local! {
    /// The result of the last call on this thread, until it is taken.
    static RESULT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Version of the boundary that this addon implements.
#[napi]
pub fn abi() -> u32 {
    kernels::ABI
}

/// Runs an operation on octets that JavaScript owns. A result that fits is in `out`; a longer one is kept for `take`.
#[napi]
pub fn run(
    operation: u32,
    input: &[u8],
    program: &[u8],
    max_output: f64,
    mut out: Uint8ArraySlice,
) -> f64 {
    RESULT.with_borrow_mut(|result| {
        result.clear();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            kernels::run(operation, input, program, max_output as usize, result)
        }));
        match outcome {
            Ok(Ok(())) => {
                // SAFETY: this is the JavaScript thread and `out` is no part of what `result` borrows; nothing else
                // holds a slice of it during this call.
                let place = unsafe { out.as_mut() };
                if let Some(place) = place.get_mut(..result.len()) {
                    place.copy_from_slice(result);
                }
                kernels::pack(Ok(result.len()))
            }
            Ok(Err(fault)) => kernels::pack(Err(fault)),
            Err(_) => kernels::pack(Err(Fault::new(Code::Internal, 0))),
        }
    })
}

/// Copies the result of the last call and lets go of it.
#[napi]
pub fn take(mut out: Uint8ArraySlice) {
    RESULT.with_borrow_mut(|result| {
        // SAFETY: as above; `result` is memory of our own.
        let place = unsafe { out.as_mut() };
        if place.len() == result.len() {
            place.copy_from_slice(result);
        }
        result.clear();
        result.shrink_to(KEPT);
    });
}
