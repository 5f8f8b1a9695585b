use memchr::{memchr, memchr2};

/// A part of the input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Span,
    pub(crate) value: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Token {
    /// Text; `is_raw` if it has no character references.
    Text {
        span: Span,
        is_raw: bool,
    },
    Start {
        span: Span,
        name: Span,
        is_self_closing: bool,
    },
    End {
        span: Span,
        name: Span,
    },
}

/// Cuts HTML into tokens as the HTML Living Standard does (§13.2.5), but for what is inside text and values: they
/// are given as they stand. Comments and declarations are left out.
pub(crate) struct Tokenizer<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) at: usize,
    /// Attributes of the last tag.
    pub(crate) attributes: Vec<Attribute>,
}

enum Markup {
    Start,
    End,
    Declaration,
    Bogus,
}

impl<'t> Tokenizer<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            attributes: Vec::new(),
        }
    }

    pub(crate) fn slice(&self, span: Span) -> &'t [u8] {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The next token; CDATA sections are text in foreign elements only.
    pub(crate) fn next(&mut self, is_foreign: bool) -> Option<Token> {
        loop {
            let start = self.at;
            if start >= self.text.len() {
                return None;
            }
            let (at, markup) = self.find_markup(start);
            if at > start {
                self.at = at;
                let span = Span { start, end: at };
                return Some(Token::Text {
                    span,
                    is_raw: false,
                });
            }
            match markup? {
                Markup::Start => return self.tag(at, at + 1),
                Markup::End => return self.tag(at, at + 2),
                Markup::Bogus => self.skip_to(at + 2, b'>'),
                Markup::Declaration => {
                    if self.starts_with(at + 2, b"--") {
                        self.at = self.comment_end(at + 4);
                    } else if is_foreign && self.starts_with(at + 2, b"[CDATA[") {
                        let start = at + 9;
                        let end = find(self.text, start, b"]]>").unwrap_or(self.text.len());
                        self.at = (end + 3).min(self.text.len());
                        if end > start {
                            let span = Span { start, end };
                            return Some(Token::Text { span, is_raw: true });
                        }
                    } else {
                        self.skip_to(at + 2, b'>');
                    }
                }
            }
        }
    }

    /// Where the next markup begins; the end if there is none.
    fn find_markup(&self, start: usize) -> (usize, Option<Markup>) {
        let text = self.text;
        let mut from = start;
        while let Some(found) = memchr(b'<', text.get(from..).unwrap_or_default()) {
            let at = from + found;
            let markup = match text.get(at + 1) {
                Some(octet) if octet.is_ascii_alphabetic() => Some(Markup::Start),
                Some(b'!') => Some(Markup::Declaration),
                Some(b'?') => Some(Markup::Bogus),
                Some(b'/') => match text.get(at + 2) {
                    Some(octet) if octet.is_ascii_alphabetic() => Some(Markup::End),
                    Some(_) => Some(Markup::Bogus),
                    None => None,
                },
                _ => None,
            };
            if markup.is_some() {
                return (at, markup);
            }
            from = at + 1;
        }
        (text.len(), None)
    }

    fn starts_with(&self, at: usize, prefix: &[u8]) -> bool {
        self.text.get(at..).unwrap_or_default().starts_with(prefix)
    }

    /// Goes behind an octet, or to the end.
    fn skip_to(&mut self, from: usize, octet: u8) {
        let rest = self.text.get(from..).unwrap_or_default();
        self.at = memchr(octet, rest).map_or(self.text.len(), |found| from + found + 1);
    }

    /// The offset behind a comment whose content begins at `start`.
    fn comment_end(&self, start: usize) -> usize {
        if self.starts_with(start, b">") {
            return start + 1;
        }
        if self.starts_with(start, b"->") {
            return start + 2;
        }
        let text = self.text;
        let mut from = start;
        while let Some(found) = memchr(b'>', text.get(from..).unwrap_or_default()) {
            let at = from + found;
            let content = text.get(start..at).unwrap_or_default();
            if content.ends_with(b"--") || content.ends_with(b"--!") {
                return at + 1;
            }
            from = at + 1;
        }
        text.len()
    }

    /// A tag whose name begins at `name_start`. One that does not end is none, and all behind it is lost.
    fn tag(&mut self, start: usize, name_start: usize) -> Option<Token> {
        let text = self.text;
        let mut at = name_start;
        while !matches!(
            text.get(at),
            None | Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>')
        ) {
            at += 1;
        }
        let name = Span {
            start: name_start,
            end: at,
        };
        self.attributes.clear();
        let mut is_self_closing = false;
        loop {
            match text.get(at) {
                None => {
                    self.at = text.len();
                    return None;
                }
                Some(b'>') => break,
                Some(b'/') => {
                    at += 1;
                    is_self_closing = text.get(at) == Some(&b'>');
                }
                Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ') => at += 1,
                Some(_) => at = self.attribute(at)?,
            }
        }
        self.at = at + 1;
        let span = Span { start, end: at + 1 };
        Some(if name_start == start + 1 {
            Token::Start {
                span,
                name,
                is_self_closing,
            }
        } else {
            Token::End { span, name }
        })
    }

    fn attribute(&mut self, start: usize) -> Option<usize> {
        let text = self.text;
        // An equals sign in front belongs to the name.
        let mut at = start + 1;
        while !matches!(
            text.get(at),
            None | Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>' | b'=')
        ) {
            at += 1;
        }
        let name = Span { start, end: at };
        let after = self.skip_space(at);
        let mut value = Span { start: at, end: at };
        if text.get(after) == Some(&b'=') {
            at = self.skip_space(after + 1);
            match text.get(at) {
                Some(&quote @ (b'"' | b'\'')) => {
                    let start = at + 1;
                    let Some(length) = memchr(quote, text.get(start..).unwrap_or_default()) else {
                        self.at = text.len();
                        return None;
                    };
                    value = Span {
                        start,
                        end: start + length,
                    };
                    at = value.end + 1;
                }
                _ => {
                    let start = at;
                    while !matches!(
                        text.get(at),
                        None | Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'>')
                    ) {
                        at += 1;
                    }
                    value = Span { start, end: at };
                }
            }
        }
        self.attributes.push(Attribute { name, value });
        Some(at)
    }

    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(
            self.text.get(at),
            Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
        ) {
            at += 1;
        }
        at
    }

    /// The text of an element that ends only with its own end tag.
    pub(crate) fn raw_text(&mut self, name: &[u8], is_script: bool) -> Span {
        let start = self.at;
        let text = self.text;
        let mut from = start;
        // §13.2.5.4, script data: where a comment in a script begins, and whether a script is inside it.
        let mut comment: Option<usize> = None;
        let mut is_double = false;
        self.at = text.len();
        while let Some(found) = memchr2(b'<', b'>', text.get(from..).unwrap_or_default()) {
            let at = from + found;
            from = at + 1;
            if text.get(at) == Some(&b'>') {
                if let Some(dashes) = comment
                    && text.get(dashes..at).unwrap_or_default().ends_with(b"--")
                {
                    comment = None;
                    is_double = false;
                }
                continue;
            }
            if self.starts_with(at + 1, b"/") && self.is_tag(at + 2, name) {
                if is_double {
                    is_double = false;
                    continue;
                }
                self.at = at;
                break;
            }
            if !is_script {
                continue;
            }
            if comment.is_none() && self.starts_with(at + 1, b"!--") {
                comment = Some(at + 2);
            } else if comment.is_some() && self.is_tag(at + 1, name) {
                is_double = true;
            }
        }
        Span {
            start,
            end: self.at,
        }
    }

    /// All that follows.
    pub(crate) fn rest(&mut self) -> Span {
        let start = self.at;
        self.at = self.text.len();
        Span {
            start,
            end: self.at,
        }
    }

    fn is_tag(&self, at: usize, name: &[u8]) -> bool {
        let end = at + name.len();
        self.text
            .get(at..end)
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
            && matches!(
                self.text.get(end),
                Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>')
            )
    }
}

fn find(text: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(text.get(from..)?, wanted).map(|found| from + found)
}
