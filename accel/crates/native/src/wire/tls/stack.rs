use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, Error, HandshakeKind};

use super::verifier::take_verdict;

/// Octets of plain text that are encrypted at once.
const PORTION: usize = 65_536;

/// What the last handshake agreed upon.
pub struct Secured {
    /// Protocol, cipher, ALPN, what is wrong with the chain, with LF between them.
    pub text: String,
    pub is_resumed: bool,
    pub certificate: Vec<u8>,
}

/// TLS on a connection, once, or twice where a proxy is spoken to over TLS, and the origin through it.
#[derive(Default)]
pub struct TlsStack {
    /// From the wire to the application.
    layers: Vec<ClientConnection>,
    /// Encrypted octets on their way out.
    outgoing: Vec<u8>,
    verdict: Option<Error>,
    /// The handshake of the last layer is not over yet.
    is_handshaking: bool,
}

impl TlsStack {
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// Begins a handshake inside of what there is.
    pub fn push(
        &mut self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
    ) -> Result<(), Error> {
        let mut layer = ClientConnection::new(config, name)?;
        layer.set_buffer_limit(None);
        self.layers.push(layer);
        self.is_handshaking = true;
        self.verdict = None;
        self.collect()
            .map_err(|error| Error::General(error.to_string()))
    }

    /// What was agreed upon, once after each handshake.
    pub fn take_secured(&mut self) -> Option<Secured> {
        let layer = self.layers.last()?;
        if !self.is_handshaking || layer.is_handshaking() {
            return None;
        }
        self.is_handshaking = false;
        let protocol = layer
            .protocol_version()
            .map_or_else(String::new, |version| format!("{version:?}"));
        let cipher = layer
            .negotiated_cipher_suite()
            .map_or_else(String::new, |suite| format!("{:?}", suite.suite()));
        let alpn = String::from_utf8_lossy(layer.alpn_protocol().unwrap_or_default());
        let problem = self
            .verdict
            .take()
            .map_or_else(String::new, |error| super::describe_tls(&error));
        let problem = problem.split('\n').next().unwrap_or_default();
        Some(Secured {
            text: format!("{protocol}\n{cipher}\n{alpn}\n{problem}"),
            is_resumed: layer.handshake_kind() == Some(HandshakeKind::Resumed),
            certificate: layer
                .peer_certificates()
                .and_then(|chain| chain.first())
                .map_or_else(Vec::new, |certificate| certificate.to_vec()),
        })
    }

    /// Takes octets from the wire, and puts what they mean to the application into `plain`. True: the peer has ended.
    pub fn decrypt(&mut self, octets: &[u8], plain: &mut Vec<u8>) -> Result<bool, Error> {
        let mut between = Vec::new();
        let mut has_ended = false;
        for index in 0..self.layers.len() {
            let is_last = index + 1 == self.layers.len();
            let mut output = if is_last {
                std::mem::take(plain)
            } else {
                Vec::new()
            };
            let input = if index == 0 { octets } else { &between };
            let outcome = feed(&mut self.layers[index], input, &mut output);
            if let Some(verdict) = take_verdict() {
                self.verdict = Some(verdict);
            }
            // What there is to answer goes out in any case: an alert says what is wrong.
            let collected = self.collect();
            if is_last {
                *plain = output;
            } else {
                between = output;
            }
            has_ended = outcome?;
            collected.map_err(|error| Error::General(error.to_string()))?;
        }
        Ok(has_ended)
    }

    /// Takes plain text, and writes as much of the result as goes; how much was taken.
    pub fn write(
        &mut self,
        octets: &[u8],
        send: &mut impl FnMut(&[u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.flush(send)?;
        let portion = &octets[..octets.len().min(PORTION)];
        if let Some(layer) = self.layers.last_mut() {
            layer.writer().write_all(portion)?;
        }
        self.collect()?;
        match self.flush(send) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(portion.len()),
        }
    }

    /// Writes what waits.
    pub fn flush(&mut self, send: &mut impl FnMut(&[u8]) -> io::Result<usize>) -> io::Result<()> {
        let mut start = 0;
        let outcome = loop {
            if start == self.outgoing.len() {
                break Ok(());
            }
            match send(&self.outgoing[start..]) {
                Ok(length) => start += length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.outgoing.drain(..start);
        outcome
    }

    /// Says that nothing more will be written.
    pub fn end(&mut self) {
        if let Some(layer) = self.layers.last_mut() {
            layer.send_close_notify();
            // Into memory: it cannot fail.
            let _ = self.collect();
        }
    }

    /// Passes what the layers have to say down to the wire.
    fn collect(&mut self) -> io::Result<()> {
        for index in (0..self.layers.len()).rev() {
            while self.layers[index].wants_write() {
                if index == 0 {
                    self.layers[0].write_tls(&mut self.outgoing)?;
                } else {
                    let mut octets = Vec::new();
                    self.layers[index].write_tls(&mut octets)?;
                    self.layers[index - 1].writer().write_all(&octets)?;
                }
            }
        }
        Ok(())
    }
}

/// Passes octets through a layer. True: the peer has said that no more will come.
fn feed(
    layer: &mut ClientConnection,
    mut input: &[u8],
    output: &mut Vec<u8>,
) -> Result<bool, Error> {
    let mut has_ended = false;
    while !input.is_empty() && !has_ended {
        layer
            .read_tls(&mut input)
            .map_err(|error| Error::General(error.to_string()))?;
        let state = layer.process_new_packets()?;
        let start = output.len();
        output.resize(start + state.plaintext_bytes_to_read(), 0);
        // So many are there.
        let _ = layer.reader().read_exact(&mut output[start..]);
        has_ended = state.peer_has_closed();
    }
    Ok(has_ended)
}
