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
/// Offsets are 32 bits wide, so an input may have at most `u32::MAX` octets. The operations are not inlined here: V8
/// compiles functions of wasm when they are first called, and the first call of one should not wait for all of them.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn call(operation: u32, input: &[u8], program: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::new();
        run(operation, input, program, 1 << 20, &mut out).map(|()| out)
    }

    /// Pseudo-random numbers (xorshift).
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % limit
        }

        /// Octets out of an alphabet.
        fn text(&mut self, alphabet: &[u8]) -> Vec<u8> {
            (0..self.below(60))
                .map(|_| alphabet[self.below(alphabet.len() as u64) as usize])
                .collect()
        }

        /// Words that are small or extreme, as those of programs are.
        fn program(&mut self) -> Vec<u8> {
            let length = self.below(40) as usize;
            let mut words: Vec<u32> = (0..length)
                .map(|_| match self.below(8) {
                    0 => u32::MAX - self.below(3) as u32,
                    1 => self.below(1 << 32) as u32,
                    _ => self.below(24) as u32,
                })
                .collect();
            if let Some(version) = words.first_mut() {
                *version = 1;
            }
            words.iter().flat_map(|word| word.to_le_bytes()).collect()
        }
    }

    #[test]
    fn nothing_panics() {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let alphabets: [&[u8]; 3] = [
            b"{}[]:,\"\\u0019abtrue -.e\n\xc3\xa9",
            b"<>/!-\"'=& apbdivscript\n[]",
            b"\x28\xb5\x2f\xfd\x00\x01\x20\x58\x19\x09",
        ];
        let mut results = 0;
        for round in 0..200_000_u32 {
            let mut input = random.text(alphabets[(round % 3) as usize]);
            if round % 3 == 2 {
                input.splice(..0, *b"\x28\xb5\x2f\xfd");
            }
            let program = random.program();
            for operation in 0..=6 {
                results += u32::from(call(operation, &input, &program).is_ok());
            }
        }
        assert!(results > 1000, "{results}");
    }

    #[test]
    fn outcomes_cross_as_one_number() {
        assert_eq!(pack(Ok(5)), 5.0);
        let fault = Fault::new(Code::Syntax, 7);
        assert_eq!(pack(Err(fault)), -(2.0 * 4_294_967_296.0 + 7.0));
        assert_eq!(Fault::new(Code::Limit, usize::MAX).offset, u32::MAX);
    }

    #[test]
    fn json() {
        let syntax = |offset| Err(Fault::new(Code::Syntax, offset));
        assert_eq!(call(1, b"[1, \"\\u00e9\", {}]", b""), Ok(vec![]));
        assert_eq!(call(1, b"[1,]", b""), syntax(3));
        assert_eq!(call(1, b"\"\xc3\xa9\xff\"", b""), syntax(3));
    }

    #[test]
    fn operations_that_are_none() {
        assert_eq!(call(9, b"", b""), Err(Fault::new(Code::Program, 0)));
        for operation in [2, 3] {
            assert_eq!(
                call(operation, b"[]", b"").map_err(|fault| fault.code),
                Err(Code::Program)
            );
        }
    }
}
