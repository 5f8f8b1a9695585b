//! Field sections of responses (RFC 9113 §8.2, §8.3).

use crate::text::is_token;

/// What counts for a field besides its name and its value (RFC 9113 §6.5.2).
const OVERHEAD: usize = 32;

/// A field section as it is collected, within bounds.
#[derive(Debug, Default)]
pub struct Section {
    /// Name, value, name, value, each with a LF behind it; without pseudo-fields.
    pub text: Vec<u8>,
    pub status: Option<u16>,
    pub content_length: Option<u64>,
    /// Octets and fields, pseudo-fields included.
    pub size: usize,
    pub count: usize,
    /// Why it is malformed, if it is.
    pub fault: Option<&'static str>,
}

impl Section {
    /// @param max octets beyond which nothing is kept
    pub fn add(&mut self, name: &[u8], value: &[u8], max: usize) {
        self.count += 1;
        self.size += name.len() + value.len() + OVERHEAD;
        if self.size > max || self.fault.is_some() {
            return;
        }
        if let Err(fault) = self.take(name, value) {
            self.fault = Some(fault);
        }
    }

    fn take(&mut self, name: &[u8], value: &[u8]) -> Result<(), &'static str> {
        if name.first() == Some(&b':') {
            return self.take_pseudo(name, value);
        }
        if !is_token(name) || name.iter().any(u8::is_ascii_uppercase) {
            return Err("an illegal field name");
        }
        if !is_value(value) {
            return Err("an illegal field value");
        }
        match name {
            b"connection" | b"keep-alive" | b"proxy-connection" | b"transfer-encoding"
            | b"upgrade" => return Err("a field that speaks about the connection"),
            b"te" if value != b"trailers" => {
                return Err("a field that speaks about the connection");
            }
            b"content-length" => {
                if self.content_length.is_some() {
                    return Err("two lengths");
                }
                self.content_length = Some(length_of(value).ok_or("an illegal length")?);
            }
            _ => {}
        }
        for part in [name, value] {
            self.text.extend_from_slice(part);
            self.text.push(b'\n');
        }
        Ok(())
    }

    fn take_pseudo(&mut self, name: &[u8], value: &[u8]) -> Result<(), &'static str> {
        if name != b":status" {
            return Err("an unknown pseudo-field");
        }
        if self.status.is_some() {
            return Err("two statuses");
        }
        if !self.text.is_empty() {
            return Err("a pseudo-field after other fields");
        }
        let is_number = value.len() == 3 && value.iter().all(u8::is_ascii_digit);
        if !is_number || value[0] == b'0' {
            return Err("an illegal status");
        }
        let digit = |index: usize| u16::from(value[index] - b'0');
        self.status = Some(digit(0) * 100 + digit(1) * 10 + digit(2));
        Ok(())
    }
}

fn is_value(value: &[u8]) -> bool {
    let is_space = |octet: &u8| *octet == b' ' || *octet == b'\t';
    !value.first().is_some_and(is_space)
        && !value.last().is_some_and(is_space)
        && value
            .iter()
            .all(|&octet| octet == b'\t' || (octet >= b' ' && octet != 0x7f))
}

fn length_of(value: &[u8]) -> Option<u64> {
    if value.is_empty() || value.len() > 18 || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |sum: u64, &octet: &u8| sum * 10 + u64::from(octet - b'0');
    Some(value.iter().fold(0, add))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(fields: &[(&str, &str)]) -> Section {
        let mut section = Section::default();
        for (name, value) in fields {
            section.add(name.as_bytes(), value.as_bytes(), 1000);
        }
        section
    }

    #[test]
    fn fields_in_their_order() {
        let found = section(&[(":status", "204"), ("b", "1"), ("a", ""), ("b", "2")]);
        assert_eq!(found.text, b"b\n1\na\n\nb\n2\n");
        assert_eq!((found.status, found.fault), (Some(204), None));
        assert_eq!(
            (found.count, found.size),
            (4, 10 + 2 + 1 + 2 + 4 * OVERHEAD)
        );
        assert_eq!(
            section(&[("content-length", "12")]).content_length,
            Some(12)
        );
    }

    #[test]
    fn what_is_malformed() {
        for (fields, fault) in [
            (&[("A", "b")][..], "an illegal field name"),
            (&[("", "b")], "an illegal field name"),
            (&[("a", "b\n")], "an illegal field value"),
            (&[("a", " b")], "an illegal field value"),
            (
                &[("te", "gzip")],
                "a field that speaks about the connection",
            ),
            (
                &[("upgrade", "x")],
                "a field that speaks about the connection",
            ),
            (&[("content-length", "+1")], "an illegal length"),
            (
                &[("content-length", "1"), ("content-length", "1")],
                "two lengths",
            ),
            (
                &[("a", "b"), (":status", "200")],
                "a pseudo-field after other fields",
            ),
            (&[(":status", "20")], "an illegal status"),
            (&[(":status", "200"), (":status", "200")], "two statuses"),
            (&[(":path", "/")], "an unknown pseudo-field"),
        ] {
            assert_eq!(section(fields).fault, Some(fault), "{fields:?}");
        }
    }

    #[test]
    fn beyond_the_bound_nothing_is_kept() {
        let mut found = section(&[("a", "b")]);
        found.add(b"c", &[b'x'; 2000], 1000);
        found.add(b"d", b"e", 1000);
        assert_eq!((found.text.len(), found.count), (4, 3));
        assert!(found.size > 2000);
    }
}
