use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::Uint8Array;
use napi::{Error, Result};
use napi_derive::napi;
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};

use super::key_log::KeyLogFile;
use super::verifier::ChainVerifier;

/// Sessions that are kept to be resumed.
const SESSIONS: usize = 256;

/// Options of TLS, for all connections of a set of them.
#[napi(object)]
pub struct TlsOptions {
    /// Certificates of authorities, as PEM.
    pub authorities: String,
    /// Those that cannot be used are left out.
    pub is_lenient: bool,
    /// The chain of the client, as PEM; empty if there is none.
    pub chain: String,
    /// The key of the client, as PKCS #8.
    pub key: Option<Uint8Array>,
    /// Refuse what is not trusted.
    pub must_trust: bool,
    pub has_tls12: bool,
    pub has_tls13: bool,
    /// Names of rustls, with commas between them; empty for all.
    pub ciphers: String,
    /// Where secrets are logged; empty: nowhere.
    pub key_log: String,
}

/// All sets of options that are in use, of all engines.
static CONFIGS: Mutex<Option<HashMap<u32, Arc<ClientConfig>>>> = Mutex::new(None);
static LAST_ID: AtomicU32 = AtomicU32::new(0);

fn configs() -> MutexGuard<'static, Option<HashMap<u32, Arc<ClientConfig>>>> {
    CONFIGS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The configuration of a number, with the protocols to offer.
pub fn config_of(id: u32, alpn: &str) -> Option<Arc<ClientConfig>> {
    let found = configs().as_ref()?.get(&id).cloned()?;
    let mut config = ClientConfig::clone(&found);
    let protocols = alpn.split(',').filter(|name| !name.is_empty());
    config.alpn_protocols = protocols.map(|name| name.as_bytes().to_vec()).collect();
    Some(Arc::new(config))
}

/// Makes a configuration; the outcome is its number.
#[napi]
pub fn wire_tls(options: TlsOptions) -> Result<u32> {
    let config = build(&options).map_err(Error::from_reason)?;
    let id = LAST_ID.fetch_add(1, Ordering::Relaxed) + 1;
    configs()
        .get_or_insert_default()
        .insert(id, Arc::new(config));
    Ok(id)
}

/// Forgets a configuration; connections that have it keep it.
#[napi]
pub fn wire_tls_drop(id: u32) {
    if let Some(configs) = configs().as_mut() {
        configs.remove(&id);
    }
}

fn build(options: &TlsOptions) -> std::result::Result<ClientConfig, String> {
    let provider = Arc::new(provider(&options.ciphers));
    let versions: Vec<&SupportedProtocolVersion> = [
        options.has_tls12.then_some(&version::TLS12),
        options.has_tls13.then_some(&version::TLS13),
    ]
    .into_iter()
    .flatten()
    .collect();
    let authorities = certificates(&options.authorities)?;
    let pinned = if options.is_lenient {
        Vec::new()
    } else {
        authorities.clone()
    };
    let verifier = ChainVerifier {
        roots: Arc::new(roots(authorities, options.is_lenient)?),
        pinned,
        algorithms: provider.signature_verification_algorithms,
        must_trust: options.must_trust,
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions)
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &options.key {
        None => builder.with_no_client_auth(),
        Some(key) => {
            let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.to_vec()));
            let chain = certificates(&options.chain)?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| error.to_string())?
        }
    };
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    if !options.key_log.is_empty() {
        let log = KeyLogFile::open(&options.key_log).map_err(|error| error.to_string())?;
        config.key_log = Arc::new(log);
    }
    Ok(config)
}

fn provider(ciphers: &str) -> CryptoProvider {
    let mut provider = ring::default_provider();
    if !ciphers.is_empty() {
        let position = |name: String| ciphers.split(',').position(|cipher| cipher == name);
        provider
            .cipher_suites
            .retain(|suite| position(format!("{:?}", suite.suite())).is_some());
        provider
            .cipher_suites
            .sort_by_key(|suite| position(format!("{:?}", suite.suite())));
    }
    provider
}

fn roots(
    authorities: Vec<CertificateDer<'static>>,
    is_lenient: bool,
) -> std::result::Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in authorities {
        match roots.add(certificate) {
            Err(error) if !is_lenient => return Err(error.to_string()),
            _ => {}
        }
    }
    Ok(roots)
}

fn certificates(text: &str) -> std::result::Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_slice_iter(text.as_bytes())
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| error.to_string())
}
