//! Coverage-guided fuzzing: `npm run fuzz:rust`. TERN_FUZZ_TARGET names what is fuzzed; libFuzzer calls it with one
//! input after another. A panic, a sanitizer's complaint or a difference ends it.

#![no_main]

mod http1;
mod http2;
mod operations;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

type Target = fn(&[u8]);

static TARGET: OnceLock<Target> = OnceLock::new();

fn named() -> Target {
    let name = std::env::var("TERN_FUZZ_TARGET").unwrap_or_default();
    match name.as_str() {
        "http1" => http1::parse,
        "http2" => http2::frames,
        "hpack" => http2::fields,
        "jsonValidate" => operations::json_validate,
        "jsonPluck" => operations::json_pluck,
        "htmlExtract" => operations::html_extract,
        "charsetDetect" => operations::charset_detect,
        "zstdDecode" => operations::zstd_decode,
        _ => panic!("TERN_FUZZ_TARGET: there is no target '{name}'"),
    }
}

fuzz_target!(|input: &[u8]| TARGET.get_or_init(named)(input));
