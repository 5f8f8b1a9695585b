//! The kernels as plain exports. The host writes into [`input`] and [`program`], calls [`run`] and reads from
//! [`result`]; every call may move the memory. A panic traps, and then the instance is of no use any more.

#![allow(clippy::must_use_candidate)]

use std::cell::RefCell;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static PROGRAM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static RESULT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Version of the boundary that this module implements.
#[unsafe(no_mangle)]
pub extern "C" fn abi() -> u32 {
    kernels::ABI
}

/// Room for an input of so many octets.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| room(input, length))
}

/// Room for a program of so many octets.
#[unsafe(no_mangle)]
pub extern "C" fn program(length: usize) -> *mut u8 {
    PROGRAM.with_borrow_mut(|program| room(program, length))
}

fn room(memory: &mut Vec<u8>, length: usize) -> *mut u8 {
    if memory.len() < length {
        // What is there need not be kept, so it is not copied.
        *memory = vec![0; length];
    }
    memory.as_mut_ptr()
}

/// Runs an operation. The length of the result, or the fault, as [`kernels::pack`] puts it.
#[unsafe(no_mangle)]
pub extern "C" fn run(operation: u32, input: usize, program: usize, max_output: f64) -> f64 {
    RESULT.with_borrow_mut(|result| {
        result.clear();
        let outcome = INPUT.with_borrow(|octets| {
            PROGRAM.with_borrow(|words| {
                kernels::run(
                    operation,
                    octets.get(..input).unwrap_or_default(),
                    words.get(..program).unwrap_or_default(),
                    max_output as usize,
                    result,
                )
            })
        });
        kernels::pack(outcome.map(|()| result.len()))
    })
}

/// Where the result of the last call is.
#[unsafe(no_mangle)]
pub extern "C" fn result() -> *const u8 {
    RESULT.with_borrow(|result| result.as_ptr())
}
