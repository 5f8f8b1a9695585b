/// What went wrong. The numbers are those of `FAULT_CODES` in `src/kernels/kernel-fault.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Code {
    /// The program is none: a defect of who compiled it.
    Program = 1,
    /// The input is not in the format.
    Syntax = 2,
    /// The result is longer than was allowed, or the input longer than offsets reach.
    Limit = 3,
    /// Compressed content is damaged.
    Corrupt = 4,
    /// Compressed content ends too early.
    Truncated = 5,
    /// Compressed content needs what is not offered: a dictionary, a large window.
    Unsupported = 6,
    /// A panic: a defect in here.
    Internal = 255,
}

/// An operation that failed, and where in its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: Code,
    pub offset: u32,
}

impl Fault {
    pub fn new(code: Code, offset: usize) -> Self {
        Self {
            code,
            offset: u32::try_from(offset).unwrap_or(u32::MAX),
        }
    }
}
