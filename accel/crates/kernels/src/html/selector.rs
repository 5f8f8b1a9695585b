use std::borrow::Cow;

use super::tokenizer::{Attribute, Tokenizer};
use crate::fault::{Code, Fault};
use crate::words::Words;

/// How an element stands to the one that the compound in front matched.
pub(crate) mod combinator {
    pub(crate) const NONE: u32 = 0;
    pub(crate) const DESCENDANT: u32 = 1;
    pub(crate) const CHILD: u32 = 2;
    pub(crate) const NEXT: u32 = 3;
    pub(crate) const LATER: u32 = 4;
}

/// Conditions. The numbers are those of `CONDITIONS` in `src/kernels/html-program.ts`.
mod condition {
    pub(super) const ID: u32 = 1;
    pub(super) const CLASS: u32 = 2;
    pub(super) const HAS: u32 = 3;
    pub(super) const EQUALS: u32 = 4;
    pub(super) const INCLUDES: u32 = 5;
    pub(super) const DASH: u32 = 6;
    pub(super) const PREFIX: u32 = 7;
    pub(super) const SUFFIX: u32 = 8;
    pub(super) const SUBSTRING: u32 = 9;
    pub(super) const NTH_CHILD: u32 = 10;
    pub(super) const TAG: u32 = 11;
}

const IGNORE_CASE: u32 = 1;
const NEGATED: u32 = 2;
const WORDS_OF_STATE: usize = 6;
const WORDS_OF_CONDITION: usize = 6;

/// A compound selector in its place in a complex one; the one in front is the state before it.
pub(crate) struct State<'p> {
    pub(crate) combinator: u32,
    tag: &'p [u8],
    conditions: Vec<Condition<'p>>,
    /// The field that a match of the whole selector gives.
    pub(crate) target: u32,
}

struct Condition<'p> {
    kind: u32,
    name: &'p [u8],
    value: &'p [u8],
    /// Of `nth-child(An+B)`.
    step: i32,
    offset: i32,
    flags: u32,
}

pub(crate) fn read_state<'p>(words: &Words<'p>, index: usize) -> Result<State<'p>, Fault> {
    let first = words.at(index + 3)? as usize;
    let count = words.at(index + 4)? as usize;
    if count > 256 {
        return Err(Fault::new(Code::Program, index));
    }
    let conditions = (0..count)
        .map(|number| read_condition(words, first.saturating_add(number * WORDS_OF_CONDITION)))
        .collect::<Result<_, _>>()?;
    Ok(State {
        combinator: words.at(index)?,
        tag: words.text(index + 1)?,
        conditions,
        target: words.at(index + 5)?,
    })
}

pub(crate) const fn words_of_state() -> usize {
    WORDS_OF_STATE
}

fn read_condition<'p>(words: &Words<'p>, index: usize) -> Result<Condition<'p>, Fault> {
    let kind = words.at(index)?;
    let mut condition = Condition {
        kind,
        name: &[],
        value: &[],
        step: 0,
        offset: 0,
        flags: words.at(index.saturating_add(5))?,
    };
    match kind {
        condition::NTH_CHILD => {
            condition.step = words.at(index + 1)?.cast_signed();
            condition.offset = words.at(index + 2)?.cast_signed();
        }
        condition::ID..=condition::TAG => {
            condition.name = words.text(index + 1)?;
            condition.value = words.text(index + 3)?;
        }
        _ => return Err(Fault::new(Code::Program, index)),
    }
    Ok(condition)
}

impl State<'_> {
    /// Whether the compound matches an element, the one of the last tag.
    pub(crate) fn matches(&self, tokens: &Tokenizer, name: &[u8], index: u32) -> bool {
        (self.tag.is_empty() || name.eq_ignore_ascii_case(self.tag))
            && self.conditions.iter().all(|condition| {
                condition.holds(tokens, name, index) != (condition.flags & NEGATED != 0)
            })
    }
}

impl Condition<'_> {
    fn holds(&self, tokens: &Tokenizer, name: &[u8], index: u32) -> bool {
        match self.kind {
            condition::TAG => return name.eq_ignore_ascii_case(self.name),
            condition::NTH_CHILD => return self.is_nth(index),
            _ => {}
        }
        let attribute_name = match self.kind {
            condition::ID => b"id".as_slice(),
            condition::CLASS => b"class",
            _ => self.name,
        };
        let Some(attribute) = find_attribute(tokens, attribute_name) else {
            return false;
        };
        if self.kind == condition::HAS {
            return true;
        }
        let value = decode(tokens.slice(attribute.value));
        let ignores_case = self.flags & IGNORE_CASE != 0;
        let is_equal = |part: &[u8]| {
            if ignores_case {
                part.eq_ignore_ascii_case(self.value)
            } else {
                part == self.value
            }
        };
        let wanted = self.value.len();
        match self.kind {
            condition::ID | condition::EQUALS => is_equal(&value),
            condition::CLASS | condition::INCLUDES => value
                .split(|octet| matches!(octet, b'\t' | b'\n' | b'\x0c' | b'\r' | b' '))
                .any(|word| !word.is_empty() && is_equal(word)),
            condition::DASH => {
                value.get(..wanted).is_some_and(is_equal)
                    && matches!(value.get(wanted), None | Some(b'-'))
            }
            // An empty prefix, suffix or part is in nothing.
            condition::PREFIX => wanted > 0 && value.get(..wanted).is_some_and(is_equal),
            condition::SUFFIX => {
                wanted > 0
                    && value
                        .len()
                        .checked_sub(wanted)
                        .and_then(|start| value.get(start..))
                        .is_some_and(is_equal)
            }
            condition::SUBSTRING => wanted > 0 && value.windows(wanted).any(is_equal),
            _ => false,
        }
    }

    fn is_nth(&self, index: u32) -> bool {
        let distance = i64::from(index) - i64::from(self.offset);
        match i64::from(self.step) {
            0 => distance == 0,
            step => distance % step == 0 && distance / step >= 0,
        }
    }
}

/// The attribute of a name; of several the first one counts.
pub(crate) fn find_attribute(tokens: &Tokenizer, name: &[u8]) -> Option<Attribute> {
    tokens
        .attributes
        .iter()
        .find(|attribute| tokens.slice(attribute.name).eq_ignore_ascii_case(name))
        .copied()
}

/// Names of the character references that selectors see; numbers come on top.
const REFERENCES: [(&[u8], &str); 6] = [
    (b"amp;", "&"),
    (b"lt;", "<"),
    (b"gt;", ">"),
    (b"quot;", "\""),
    (b"apos;", "'"),
    (b"nbsp;", "\u{a0}"),
];

/// What 128 to 159 stand for (§13.2.5.80).
const C1: [u16; 32] = [
    0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039,
    0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc,
    0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
];

fn decode(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'&', value).is_none() {
        return Cow::Borrowed(value);
    }
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = memchr::memchr(b'&', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some((character, length)) = number_reference(rest) {
            let mut buffer = [0; 4];
            out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
            rest = &rest[length..];
        } else if let Some((name, text)) =
            REFERENCES.iter().find(|(name, _)| rest.starts_with(name))
        {
            out.extend_from_slice(text.as_bytes());
            rest = &rest[name.len()..];
        } else {
            out.push(b'&');
        }
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// The character of `#123;` or `#x7b;`, and the length of that.
fn number_reference(text: &[u8]) -> Option<(char, usize)> {
    let digits = text.strip_prefix(b"#")?;
    let (radix, start) = match digits.first() {
        Some(b'x' | b'X') => (16, 2),
        _ => (10, 1),
    };
    let mut at = start;
    let mut number = 0_u32;
    while let Some(digit) = text
        .get(at)
        .and_then(|&octet| char::from(octet).to_digit(radix))
    {
        number = (number * radix + digit).min(0x11_0000);
        at += 1;
    }
    if at == start {
        return None;
    }
    if text.get(at) == Some(&b';') {
        at += 1;
    }
    let code = match number {
        0 => 0xfffd,
        0x80..=0x9f => u32::from(C1[number as usize - 0x80]),
        other => other,
    };
    Some((char::from_u32(code).unwrap_or('\u{fffd}'), at))
}
