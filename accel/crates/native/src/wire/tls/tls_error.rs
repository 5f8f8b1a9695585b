use super::verifier::PINNED;
use rustls::{AlertDescription, CertificateError, Error};

/// The name of an error as OpenSSL and Node have it, as far as there is one, a LF, and what it means in words.
pub fn describe_tls(error: &Error) -> String {
    let name = match error {
        Error::InvalidCertificate(error) => certificate_name(error).to_owned(),
        Error::General(name) if name == "UNABLE_TO_VERIFY_LEAF_SIGNATURE" || name == PINNED => {
            name.clone()
        }
        Error::InvalidMessage(_) | Error::InappropriateMessage { .. } => {
            "ERR_SSL_WRONG_VERSION_NUMBER".to_owned()
        }
        Error::AlertReceived(alert) => alert_name(*alert),
        Error::PeerIncompatible(_) => "ERR_SSL_UNSUPPORTED_PROTOCOL".to_owned(),
        Error::DecryptError => "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC".to_owned(),
        Error::NoApplicationProtocol => "ERR_SSL_NO_APPLICATION_PROTOCOL".to_owned(),
        _ => String::new(),
    };
    format!("{name}\n{error}")
}

fn certificate_name(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "CERT_HAS_EXPIRED",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "CERT_NOT_YET_VALID"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "INVALID_PURPOSE"
        }
        CertificateError::UnknownIssuer => "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        CertificateError::BadSignature => "CERT_SIGNATURE_FAILURE",
        CertificateError::Revoked => "CERT_REVOKED",
        CertificateError::BadEncoding => "ERR_SSL_BAD_CERTIFICATE",
        // A certificate that signs itself.
        CertificateError::Other(error) if format!("{error:?}").contains("CaUsedAsEndEntity") => {
            "DEPTH_ZERO_SELF_SIGNED_CERT"
        }
        _ => "CERT_UNTRUSTED",
    }
}

/// OpenSSL names alerts by the version of the protocol that brought them.
fn alert_name(alert: AlertDescription) -> String {
    let prefix = match alert {
        AlertDescription::CertificateRequired | AlertDescription::MissingExtension => {
            "TLSV13_ALERT_"
        }
        AlertDescription::UnexpectedMessage
        | AlertDescription::BadRecordMac
        | AlertDescription::HandshakeFailure
        | AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::IllegalParameter => "SSLV3_ALERT_",
        _ => "TLSV1_ALERT_",
    };
    let camel = format!("{alert:?}");
    let mut name = format!("ERR_SSL_{prefix}");
    let mut was_lower = false;
    for character in camel.chars() {
        if character.is_ascii_uppercase() && was_lower {
            name.push('_');
        }
        was_lower = character.is_ascii_lowercase();
        name.push(character.to_ascii_uppercase());
    }
    name
}
