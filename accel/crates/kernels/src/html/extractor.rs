use super::levels::{Level, has};
use super::selector::{State, combinator, find_attribute, read_state, words_of_state};
use super::tags::{Id, flag, lookup};
use super::tokenizer::{Span, Token, Tokenizer};
use super::tree::{MAX_DEPTH, Tree};
use crate::fault::{Code, Fault};
use crate::words::{Words, push_words};

const VERSION: u32 = 1;
const NONE: u32 = u32::MAX;
/// The target of the selector of rows.
const ROW: u32 = u32::MAX - 1;
const HEADER: usize = 5;
const WORDS_OF_FIELD: usize = 4;
const MAX_STATES: usize = 1024;
const MAX_FIELDS: usize = 1024;

/// What is taken of an element. The numbers are those of `TAKES` in `src/kernels/html-program.ts`.
mod take {
    pub(super) const TEXT: u32 = 1;
    pub(super) const INNER: u32 = 2;
    pub(super) const OUTER: u32 = 3;
    pub(super) const ATTRIBUTE: u32 = 4;
    pub(super) const ELEMENT: u32 = 5;
}

const FIRST: u32 = 1;
/// The field is taken of the element of the row itself.
const SELF: u32 = 2;

/// Octets of a record (field, row, what, from, to) and of a run of text (start, end, whether it is raw).
const RECORD: usize = 20;
const RUN: usize = 12;

/// Finds elements by selectors and says where what is wanted of them is.
///
/// The result: numbers of rows, of records and of runs; the records; the runs.
#[inline(never)]
pub(crate) fn extract(
    text: &[u8],
    program: &[u8],
    max_output: usize,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let words = Words::new(program);
    if words.at(0)? != VERSION {
        return Err(Fault::new(Code::Program, 0));
    }
    let mut extractor = Extractor::new(text, &words, max_output)?;
    extractor.document()?;
    push_words(
        out,
        &[
            extractor.rows,
            extractor.records.len() as u32,
            extractor.runs.len() as u32,
        ],
    );
    for record in &extractor.records {
        push_words(out, record);
    }
    for run in &extractor.runs {
        push_words(out, run);
    }
    Ok(())
}

struct Field<'p> {
    take: u32,
    attribute: &'p [u8],
    flags: u32,
}

/// A record whose end is not known yet.
struct Open {
    record: usize,
    depth: usize,
    take: u32,
}

struct OpenRow {
    number: u32,
    depth: usize,
    /// For each field whether it has been found.
    found: Vec<bool>,
}

struct Extractor<'t, 'p> {
    states: Vec<State<'p>>,
    fields: Vec<Field<'p>>,
    has_rows: bool,
    max_output: usize,
    tokens: Tokenizer<'t>,
    tree: Tree<'t>,
    /// By depth; the first is the document. Those deeper than what is open are kept to be used again.
    levels: Vec<Level>,
    matched: Vec<u32>,
    is_target: Vec<bool>,
    open: Vec<Open>,
    /// Those of them that take text.
    open_texts: usize,
    open_rows: Vec<OpenRow>,
    /// Fields that are still to be found; `usize::MAX` if it does not matter.
    missing: usize,
    rows: u32,
    records: Vec<[u32; 5]>,
    runs: Vec<[u32; 3]>,
}

impl<'t, 'p> Extractor<'t, 'p> {
    fn new(text: &'t [u8], words: &Words<'p>, max_output: usize) -> Result<Self, Fault> {
        let state_count = words.at(1)? as usize;
        let field_count = words.at(2)? as usize;
        if state_count > MAX_STATES || field_count > MAX_FIELDS {
            return Err(Fault::new(Code::Program, 1));
        }
        let first_field = words.at(3)? as usize;
        let has_rows = words.at(4)? != 0;
        let states = (0..state_count)
            .map(|number| read_state(words, HEADER + number * words_of_state()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut fields = Vec::with_capacity(field_count);
        for number in 0..field_count {
            let index = first_field.saturating_add(number * WORDS_OF_FIELD);
            let take = words.at(index)?;
            if !(take::TEXT..=take::ELEMENT).contains(&take) {
                return Err(Fault::new(Code::Program, index));
            }
            fields.push(Field {
                take,
                attribute: words.text(index.saturating_add(1))?,
                flags: words.at(index.saturating_add(3))?,
            });
        }
        for (number, state) in states.iter().enumerate() {
            let is_field = (state.target as usize) < field_count || state.target >= ROW;
            let is_chained = state.combinator == combinator::NONE || number > 0;
            if !is_field || !is_chained || state.combinator > combinator::LATER {
                return Err(Fault::new(
                    Code::Program,
                    HEADER + number * words_of_state(),
                ));
            }
        }
        let set = vec![0; state_count.div_ceil(32)];
        let are_first = !has_rows && fields.iter().all(|field| field.flags & FIRST != 0);
        let mut extractor = Self {
            states,
            has_rows,
            max_output,
            tokens: Tokenizer::new(text),
            tree: Tree::new(text),
            levels: vec![Level::new(set.len())],
            matched: set,
            is_target: vec![false; field_count],
            open: Vec::new(),
            open_texts: 0,
            open_rows: Vec::new(),
            missing: if are_first { field_count } else { usize::MAX },
            rows: 0,
            records: Vec::new(),
            runs: Vec::new(),
            fields,
        };
        if !has_rows {
            extractor.begin_row(0);
        }
        Ok(extractor)
    }

    fn begin_row(&mut self, depth: usize) {
        let found = vec![false; self.fields.len()];
        self.open_rows.push(OpenRow {
            number: self.rows,
            depth,
            found,
        });
        self.rows += 1;
    }

    fn document(&mut self) -> Result<(), Fault> {
        let mut skips_newline = false;
        while self.missing > 0 || !self.open.is_empty() {
            let Some(token) = self.tokens.next(self.tree.is_foreign()) else {
                break;
            };
            let skips = std::mem::take(&mut skips_newline);
            match token {
                Token::Text { span, is_raw } => self.text(span, is_raw, skips)?,
                Token::End { span, name } => {
                    let tag = lookup(self.tokens.slice(name));
                    if let Some(index) = self.tree.closed_by(tag, name) {
                        self.close_to(index + 1, span.start);
                        self.close(span.start, span.end);
                    }
                }
                Token::Start {
                    span,
                    name,
                    is_self_closing,
                } => {
                    skips_newline = self.start(span, name, is_self_closing)?;
                }
            }
        }
        let end = self.tokens.text.len();
        self.close_to(0, end);
        Ok(())
    }

    fn text(&mut self, span: Span, is_raw: bool, skips_newline: bool) -> Result<(), Fault> {
        let mut start = span.start;
        if skips_newline {
            let text = self.tokens.slice(span);
            start += if text.starts_with(b"\r\n") {
                2
            } else {
                usize::from(text.starts_with(b"\n") || text.starts_with(b"\r"))
            };
        }
        if self.open_texts == 0 || start >= span.end {
            return Ok(());
        }
        self.runs
            .push([start as u32, span.end as u32, u32::from(is_raw)]);
        self.check(span.start)
    }

    /// A start tag. Whether a line break behind it is no content.
    fn start(&mut self, span: Span, name: Span, is_self_closing: bool) -> Result<bool, Fault> {
        let name_text = self.tokens.slice(name);
        let tag = lookup(name_text);
        let element = self.tree.element(tag, name);
        if matches!(element.id, Id::Html | Id::Head | Id::Body) && self.tree.contains(element.id) {
            return Ok(false);
        }
        let height = self.tree.height_for(&element);
        self.close_to(height, span.start);
        self.match_element(name_text);
        let depth = self.tree.open.len();
        let has_content = if element.is_foreign {
            !is_self_closing
        } else {
            element.flags & flag::VOID == 0
        } && depth < MAX_DEPTH;
        self.emit(span, depth)?;
        self.tree.open.push(element);
        if has_content {
            self.open_level(depth);
        } else {
            self.close(span.end, span.end);
        }
        // At the greatest depth too, because a tag in a text is none.
        if element.flags & flag::PLAIN != 0 {
            let rest = self.tokens.rest();
            self.text(rest, true, false)?;
        } else if element.flags & (flag::RAW | flag::ESCAPABLE_RAW) != 0 {
            let text = self.tokens.raw_text(name_text, element.id == Id::Script);
            let is_raw = element.flags & flag::RAW != 0;
            self.text(text, is_raw, element.flags & flag::NEWLINE != 0)?;
            return Ok(false);
        }
        Ok(element.flags & flag::NEWLINE != 0)
    }

    /// Finds the states that an element inside the innermost open one matches.
    fn match_element(&mut self, name: &[u8]) {
        let Some(level) = self.levels.get_mut(self.tree.open.len()) else {
            return;
        };
        level.count += 1;
        self.matched.fill(0);
        for (number, state) in self.states.iter().enumerate() {
            let before = match state.combinator {
                combinator::NONE => None,
                combinator::DESCENDANT => Some(&level.around),
                combinator::CHILD => Some(&level.own),
                combinator::NEXT => Some(&level.last),
                _ => Some(&level.children),
            };
            if before.is_some_and(|set| !has(set, number.wrapping_sub(1))) {
                continue;
            }
            if state.matches(&self.tokens, name, level.count) {
                self.matched[number / 32] |= 1 << (number % 32);
            }
        }
        level.last.copy_from_slice(&self.matched);
        for (all, own) in level.children.iter_mut().zip(&self.matched) {
            *all |= own;
        }
    }

    /// Makes the level of the content of an element that is the child of the one at `depth`.
    fn open_level(&mut self, depth: usize) {
        if self.levels.len() == depth + 1 {
            self.levels.push(Level::new(self.matched.len()));
        }
        if let [parent, level] = &mut self.levels[depth..depth + 2] {
            level.count = 0;
            level.last.fill(0);
            level.children.fill(0);
            level.own.copy_from_slice(&self.matched);
            for (all, (own, outer)) in level
                .around
                .iter_mut()
                .zip(self.matched.iter().zip(&parent.around))
            {
                *all = own | outer;
            }
        }
    }

    /// Writes the records of an element that is about to be opened.
    fn emit(&mut self, span: Span, depth: usize) -> Result<(), Fault> {
        if self.matched.iter().all(|&word| word == 0) {
            return Ok(());
        }
        self.is_target.fill(false);
        let mut is_row = false;
        let mut is_any = false;
        for (number, state) in self.states.iter().enumerate() {
            if state.target == NONE || !has(&self.matched, number) {
                continue;
            }
            if state.target == ROW {
                is_row = true;
            } else {
                self.is_target[state.target as usize] = true;
                is_any = true;
            }
        }
        if is_any {
            for row in 0..self.open_rows.len() {
                for field in 0..self.fields.len() {
                    if self.is_target[field] && self.fields[field].flags & SELF == 0 {
                        self.record(field, row, span, depth)?;
                    }
                }
            }
        }
        if is_row && self.has_rows {
            self.begin_row(depth + 1);
            let row = self.open_rows.len() - 1;
            for field in 0..self.fields.len() {
                if self.fields[field].flags & SELF != 0 {
                    self.record(field, row, span, depth)?;
                }
            }
            self.check(span.start)?;
        }
        Ok(())
    }

    fn record(&mut self, field: usize, row: usize, span: Span, depth: usize) -> Result<(), Fault> {
        let Field {
            take,
            attribute,
            flags,
        } = self.fields[field];
        let row = &mut self.open_rows[row];
        if flags & FIRST != 0 && row.found[field] {
            return Ok(());
        }
        let (from, to) = match take {
            take::TEXT => (self.runs.len(), self.runs.len()),
            take::INNER => (span.end, span.end),
            take::ATTRIBUTE => match find_attribute(&self.tokens, attribute) {
                Some(attribute) => (attribute.value.start, attribute.value.end),
                None => return Ok(()),
            },
            _ => (span.start, span.end),
        };
        if !row.found[field] {
            row.found[field] = true;
            self.missing = self
                .missing
                .saturating_sub(usize::from(self.missing != usize::MAX));
        }
        if matches!(take, take::TEXT | take::INNER | take::OUTER) {
            self.open.push(Open {
                record: self.records.len(),
                depth: depth + 1,
                take,
            });
            self.open_texts += usize::from(take == take::TEXT);
        }
        self.records
            .push([field as u32, row.number, take, from as u32, to as u32]);
        self.check(span.start)
    }

    fn check(&self, at: usize) -> Result<(), Fault> {
        if self.records.len() * RECORD + self.runs.len() * RUN > self.max_output {
            return Err(Fault::new(Code::Limit, at));
        }
        Ok(())
    }

    /// Closes elements until so many are open.
    fn close_to(&mut self, height: usize, at: usize) {
        while self.tree.open.len() > height {
            self.close(at, at);
        }
    }

    /// Closes the innermost element.
    fn close(&mut self, content_end: usize, end: usize) {
        let depth = self.tree.open.len();
        while let Some(open) = self.open.pop_if(|open| open.depth == depth) {
            let to = match open.take {
                take::TEXT => {
                    self.open_texts -= 1;
                    self.runs.len()
                }
                take::INNER => content_end,
                _ => end,
            };
            if let Some(record) = self.records.get_mut(open.record) {
                record[4] = to as u32;
            }
        }
        if self.has_rows {
            while self.open_rows.pop_if(|row| row.depth == depth).is_some() {}
        }
        self.tree.open.pop();
    }
}
