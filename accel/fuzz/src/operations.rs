//! The kernels, as the boundary calls them.

use kernels::{Code, Fault};

/// Octets that a result may have.
const MAX_OUTPUT: usize = 1 << 20;
/// Of a cell: its octets are those behind the cells.
const IN_ARENA: u32 = 0x100;
/// The length of a model of `charsetDetect`.
const MODEL: usize = 257;

fn call(operation: u32, input: &[u8], program: &[u8], max: usize) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let result = kernels::run(operation, input, program, max, &mut out);
    if let Err(fault) = result {
        assert_ne!(fault.code, Code::Internal, "a defect of the kernel");
        // In a program it is whatever the word says that is wrong.
        assert!(
            fault.code == Code::Program || fault.offset as usize <= input.len(),
            "{fault:?} is outside of {} octets",
            input.len()
        );
        return Err(fault);
    }
    Ok(out)
}

/// A length in one octet, so many words of program, and the input.
fn split(data: &[u8]) -> (&[u8], &[u8]) {
    let Some((&words, rest)) = data.split_first() else {
        return (&[], &[]);
    };
    rest.split_at((usize::from(words) * 4).min(rest.len()))
}

fn words(octets: &[u8]) -> Vec<u32> {
    let (chunks, rest) = octets.as_chunks::<4>();
    assert!(rest.is_empty(), "a table of {} octets", octets.len());
    chunks
        .iter()
        .map(|&chunk| u32::from_le_bytes(chunk))
        .collect()
}

pub fn json_validate(data: &[u8]) {
    let result = call(1, data, &[], 0);
    match result {
        Ok(out) => {
            assert!(out.is_empty());
            assert!(
                std::str::from_utf8(data).is_ok(),
                "no UTF-8 was let through"
            );
            // White space around it, or more of it, changes nothing.
            let padded = [b" [", data, b",\t", data, b"]\n"].concat();
            assert_eq!(call(1, &padded, &[], 0), Ok(vec![]));
        }
        Err(fault) => {
            assert_eq!(fault.code, Code::Syntax);
            // What stands behind the first wrong octet does not matter.
            let end = (fault.offset as usize + 1).min(data.len());
            assert_eq!(call(1, &data[..end], &[], 0), Err(fault));
        }
    }
}

pub fn json_pluck(data: &[u8]) {
    let (program, input) = split(data);
    let is_json = call(1, input, &[], 0).is_ok();
    if let Ok(table) = call(2, input, program, MAX_OUTPUT) {
        assert!(table.len() <= MAX_OUTPUT + 8);
        assert!(is_json, "a table of what is no JSON");
        let (head, rest) = table.split_at(8);
        let [rows, columns] = words(head)[..] else {
            panic!("a table without its head")
        };
        let (cells, arena) = rest.split_at((rows * columns * 12) as usize);
        for cell in words(cells).chunks(3) {
            let source = if cell[0] & IN_ARENA == 0 {
                input
            } else {
                arena
            };
            assert!(
                source.get(cell[1] as usize..cell[2] as usize).is_some(),
                "{cell:?} is outside of {} octets",
                source.len()
            );
        }
        // Two words are its head.
        if let Some(less) = table.len().checked_sub(9) {
            let fault = call(2, input, program, less).unwrap_err();
            assert_eq!(fault.code, Code::Limit);
        }
    }
}

pub fn html_extract(data: &[u8]) {
    let (program, input) = split(data);
    if let Ok(table) = call(3, input, program, MAX_OUTPUT) {
        assert!(table.len() <= MAX_OUTPUT + 12);
        let words = words(&table);
        let [_, records, runs] = words[..3] else {
            panic!("a table without its head")
        };
        assert_eq!(words.len(), 3 + records as usize * 5 + runs as usize * 3);
        for run in words[3 + records as usize * 5..].chunks(3) {
            assert!(
                run[0] <= run[1] && run[1] as usize <= input.len(),
                "{run:?}"
            );
        }
    }
}

pub fn charset_detect(data: &[u8]) {
    let Some((&models, rest)) = data.split_first() else {
        return;
    };
    let length = usize::from(models % 4) * MODEL;
    let (program, input) = rest.split_at(length.min(rest.len()));
    if let Ok(found) = call(4, input, program, 1) {
        assert_eq!(found.len(), 1);
        let count = 9 + program.len() / MODEL;
        assert!(
            usize::from(found[0]) < count.max(10),
            "encoding {}",
            found[0]
        );
    }
}

pub fn zstd_decode(data: &[u8]) {
    let Some((&limit, frame)) = data.split_first() else {
        return;
    };
    let max = 1 << (limit % 21);
    if let Ok(content) = call(5, frame, &[], max) {
        assert!(content.len() <= max, "{} of {max} octets", content.len());
        let twice = call(5, &[frame, frame].concat(), &[], 2 * max);
        assert_eq!(twice, Ok([&content[..], &content].concat()));
    }
}
