use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use rustls::KeyLog;

/// Appends the secrets of connections to a file, for packet analysers.
#[derive(Debug)]
pub struct KeyLogFile(Mutex<File>);

impl KeyLogFile {
    /// The file exists already, and is for its owner only.
    pub fn open(path: &str) -> std::io::Result<Self> {
        let file = File::options().append(true).open(path)?;
        Ok(KeyLogFile(Mutex::new(file)))
    }
}

impl KeyLog for KeyLogFile {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let hex = |octets: &[u8]| {
            octets
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect::<String>()
        };
        let line = format!("{label} {} {}\n", hex(client_random), hex(secret));
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // There is nobody to tell here; the connection does not depend on it.
        let _ = file.write_all(line.as_bytes());
    }
}
