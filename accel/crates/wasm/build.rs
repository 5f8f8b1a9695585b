use std::env;

/// With rustup's target everything is in its sysroot. With a distribution's compiler the C library is elsewhere: the
/// build script names its folder.
fn main() {
    println!("cargo::rerun-if-env-changed=TERN_WASI_LIBC");
    if env::var("CARGO_CFG_TARGET_FAMILY").as_deref() != Ok("wasm") {
        return;
    }
    println!("cargo::rustc-link-arg=-zstack-size=1048576");
    if let Ok(folder) = env::var("TERN_WASI_LIBC") {
        println!("cargo::rustc-link-search={folder}");
        println!("cargo::rustc-link-arg={folder}/crt1-reactor.o");
        println!("cargo::rustc-link-arg=--export=_initialize");
    }
}
