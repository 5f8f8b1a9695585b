use std::cell::RefCell;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

thread_local! {
    /// What was wrong with the chain that this thread has looked at last.
    static VERDICT: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// What is said of a certificate that is trusted as it stands.
pub const PINNED: &str = "PINNED";

/// What was wrong with the chain that was looked at since this was asked last, if it was let pass.
pub fn take_verdict() -> Option<Error> {
    VERDICT.with_borrow_mut(Option::take)
}

/// Checks that a certificate leads to a trusted authority. For whom it was made is checked in TypeScript, where the rule
/// is the same for all engines.
#[derive(Debug)]
pub struct ChainVerifier {
    pub roots: Arc<RootCertStore>,
    /// Certificates that are trusted as they stand, whoever has signed them.
    pub pinned: Vec<CertificateDer<'static>>,
    pub algorithms: WebPkiSupportedAlgorithms,
    /// Refuses what is not trusted; else that is only told.
    pub must_trust: bool,
}

impl ServerCertVerifier for ChainVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.pinned.iter().any(|pinned| pinned == end_entity) {
            // As with OpenSSL, a certificate that signs itself can be its own authority. Its period is left to TypeScript.
            VERDICT.set(Some(Error::General(PINNED.to_owned())));
            return Ok(ServerCertVerified::assertion());
        }
        let outcome = ParsedCertificate::try_from(end_entity).and_then(|certificate| {
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &self.roots,
                intermediates,
                now,
                self.algorithms.all,
            )
        });
        let outcome = outcome.map_err(|error| match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer)
                if intermediates.is_empty() =>
            {
                Error::General("UNABLE_TO_VERIFY_LEAF_SIGNATURE".to_owned())
            }
            error => error,
        });
        match outcome {
            Err(error) if self.must_trust => Err(error),
            outcome => {
                VERDICT.set(outcome.err());
                Ok(ServerCertVerified::assertion())
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
