//! The kernels: octets in, tables out. Each one has a twin in TypeScript (`src/kernels`) that says what is right;
//! results and faults are the same to the octet.

#![forbid(unsafe_code)]

mod charset;
mod fault;
mod html;
mod json;
mod json_pluck;
mod words;
mod zstd;

pub use fault::{Code, Fault};

/// Version of the boundary: of the operations, their programs and their results.
pub const ABI: u32 = 1;

/// Runs an operation. What it makes is appended to `out`.
///
/// Offsets are 32 bits wide, so an input may have at most `u32::MAX` octets.
pub fn run(
    operation: u32,
    input: &[u8],
    program: &[u8],
    max_output: usize,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    if input.len() > u32::MAX as usize {
        return Err(Fault::new(Code::Limit, 0));
    }
    match operation {
        1 => json::validate(input),
        2 => json_pluck::pluck(input, program, max_output, out),
        3 => html::extract(input, program, max_output, out),
        4 => charset::detect(input, program, out),
        5 => zstd::decode(input, max_output, out),
        _ => Err(Fault::new(Code::Program, 0)),
    }
}

/// What crosses the boundary: the length of the result, or `-(code * 2^32 + offset)`. A double holds either exactly.
pub fn pack(result: Result<usize, Fault>) -> f64 {
    match result {
        Ok(length) => length as f64,
        Err(fault) => -(f64::from(fault.code as u32) * 4_294_967_296.0 + f64::from(fault.offset)),
    }
}
