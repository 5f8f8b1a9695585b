use crate::fault::{Code, Fault};
use crate::json::{Quoted, Scanner, kind, unescape, validate};
use crate::words::{Words, push_words};

/// Steps from a value to one inside it. The numbers are those of `STEPS` in `src/kernels/json-program.ts`.
mod step {
    pub(super) const KEY: u32 = 1;
    pub(super) const INDEX: u32 = 2;
    pub(super) const EACH: u32 = 3;
    pub(super) const EMBEDDED: u32 = 4;
    pub(super) const FIELD: u32 = 5;
}

const VERSION: u32 = 1;
const NONE: u32 = u32::MAX;
/// The value lies in the arena and not in the input.
const IN_ARENA: u32 = 0x100;
const CELL: usize = 3;
const MAX_DEPTH: usize = 64;
/// Nodes of a program: 4,096 columns of 60 steps have fewer.
const MAX_NODES: usize = 300_000;

/// Takes the values at the paths of a program out of a JSON text.
///
/// The result: number of rows, number of columns; for each cell kind, start and end; the arena.
#[inline(never)]
pub(crate) fn pluck(
    text: &[u8],
    program: &[u8],
    max_output: usize,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    if std::str::from_utf8(text).is_err() {
        return validate(text);
    }
    let words = Words::new(program);
    if words.at(0)? != VERSION {
        return Err(Fault::new(Code::Program, 0));
    }
    let columns = words.at(1)? as usize;
    if columns > 4096 {
        return Err(Fault::new(Code::Program, 1));
    }
    let mut nodes_left = MAX_NODES;
    let root = read_node(&words, words.at(2)? as usize, 0, columns, &mut nodes_left)?;
    let mut results = Results {
        columns,
        max_output,
        cells: Vec::new(),
        arena: Vec::new(),
        length: 0,
    };
    let mut walker = Walker {
        scanner: Scanner::new(text),
        base: 0,
        flag: 0,
    };
    walker.document(&root, &mut results)?;
    let rows = results.cells.len().checked_div(columns * CELL).unwrap_or(0);
    push_words(out, &[rows as u32, columns as u32]);
    push_words(out, &results.cells);
    out.extend_from_slice(&results.arena);
    Ok(())
}

/// What is wanted of a value and of those inside it.
struct Node<'p> {
    column: u32,
    /// The columns of this value and of those inside it.
    columns: std::ops::Range<usize>,
    /// The value makes a row.
    is_row: bool,
    /// No row has begun above this value.
    is_above_row: bool,
    keys: Vec<(&'p [u8], Node<'p>)>,
    indexes: Vec<(usize, Node<'p>)>,
    fields: Vec<(usize, Node<'p>)>,
    each: Option<Box<Node<'p>>>,
    embedded: Option<Box<Node<'p>>>,
}

fn read_node<'p>(
    words: &Words<'p>,
    index: usize,
    depth: usize,
    columns: usize,
    nodes_left: &mut usize,
) -> Result<Node<'p>, Fault> {
    let wrong = Fault::new(Code::Program, index);
    *nodes_left = nodes_left.checked_sub(1).ok_or(wrong)?;
    if depth > MAX_DEPTH {
        return Err(wrong);
    }
    let column = words.at(index)?;
    let range = words.at(index + 1)? as usize..words.at(index + 2)? as usize;
    if (column != NONE && column as usize >= columns)
        || range.end > columns
        || range.start > range.end
    {
        return Err(wrong);
    }
    let flags = words.at(index + 3)?;
    let mut node = Node {
        column,
        columns: range,
        is_row: flags & 1 != 0,
        is_above_row: flags & 2 != 0,
        keys: Vec::new(),
        indexes: Vec::new(),
        fields: Vec::new(),
        each: None,
        embedded: None,
    };
    let children = words.at(index + 4)? as usize;
    for child in 0..children {
        let at = index + 5 + child * 4;
        let (operation, operand) = (words.at(at)?, words.at(at + 1)? as usize);
        let target = words.at(at + 3)? as usize;
        // Children lie behind their parents, so there are no cycles.
        if target <= index {
            return Err(wrong);
        }
        let target = read_node(words, target, depth + 1, columns, nodes_left)?;
        match operation {
            step::KEY => node.keys.push((words.text(at + 1)?, target)),
            step::INDEX => node.indexes.push((operand, target)),
            step::FIELD => node.fields.push((operand, target)),
            step::EACH => node.each = Some(Box::new(target)),
            step::EMBEDDED => node.embedded = Some(Box::new(target)),
            _ => return Err(wrong),
        }
    }
    Ok(node)
}

struct Results {
    columns: usize,
    max_output: usize,
    cells: Vec<u32>,
    arena: Vec<u8>,
    /// Octets of the arena, also while it is lent.
    length: usize,
}

impl Results {
    fn begin_row(&mut self, at: usize) -> Result<(), Fault> {
        let length = self.cells.len() + self.columns * CELL;
        if length * 4 + self.length > self.max_output
            || self.cells.try_reserve(self.columns * CELL).is_err()
        {
            return Err(Fault::new(Code::Limit, at));
        }
        self.cells.resize(length, 0);
        Ok(())
    }

    fn check(&self, at: usize) -> Result<(), Fault> {
        if self.cells.len() * 4 + self.length > self.max_output {
            return Err(Fault::new(Code::Limit, at));
        }
        Ok(())
    }

    fn row(&mut self) -> &mut [u32] {
        let start = self.cells.len().saturating_sub(self.columns * CELL);
        &mut self.cells[start..]
    }

    fn set(&mut self, column: u32, cell: [u32; CELL]) {
        let at = column as usize * CELL;
        if let Some(place) = self.row().get_mut(at..at + CELL) {
            place.copy_from_slice(&cell);
        }
    }

    /// Forgets what an earlier member of the same name had: the last one counts.
    fn forget(&mut self, node: &Node, length: usize) {
        if node.is_above_row {
            self.cells.truncate(length);
            return;
        }
        let cells = node.columns.start * CELL..node.columns.end * CELL;
        if let Some(place) = self.row().get_mut(cells) {
            place.fill(0);
        }
    }
}

struct Walker<'t> {
    scanner: Scanner<'t>,
    /// Where the text begins in the arena.
    base: usize,
    flag: u32,
}

impl Walker<'_> {
    fn document(&mut self, root: &Node, results: &mut Results) -> Result<(), Fault> {
        self.scanner.skip_space();
        self.value(root, results)?;
        self.scanner.end().map_err(syntax)
    }

    fn value(&mut self, node: &Node, results: &mut Results) -> Result<(), Fault> {
        let start = self.scanner.at;
        if node.is_row {
            results.begin_row(start)?;
        }
        let kind = match self.scanner.peek() {
            b'{' if !node.keys.is_empty() => self.object(node, results)?,
            b'[' if node.each.is_some() || !node.indexes.is_empty() || !node.fields.is_empty() => {
                self.array(node, results)?
            }
            b'"' if node.embedded.is_some() => self.embedded(node, results)?,
            _ => self.scanner.skip_value().map_err(syntax)?,
        };
        if node.column != NONE {
            let (start, end) = (self.base + start, self.base + self.scanner.at);
            results.set(node.column, [kind | self.flag, start as u32, end as u32]);
        }
        Ok(())
    }

    fn object(&mut self, node: &Node, results: &mut Results) -> Result<u32, Fault> {
        let length = results.cells.len();
        self.members(results, length, |walker, name| {
            node.keys
                .iter()
                .find(|(key, _)| walker.is_named(name, key))
                .map(|(_, child)| child)
        })
    }

    fn members<'n, 'p: 'n>(
        &mut self,
        results: &mut Results,
        length: usize,
        find: impl Fn(&Self, Quoted) -> Option<&'n Node<'p>>,
    ) -> Result<u32, Fault> {
        self.scanner.at += 1;
        self.scanner.skip_space();
        if self.scanner.peek() == b'}' {
            self.scanner.at += 1;
            return Ok(kind::OBJECT);
        }
        loop {
            let name = self.scanner.name().map_err(syntax)?;
            match find(self, name) {
                Some(child) => {
                    results.forget(child, length);
                    self.value(child, results)?;
                }
                None => {
                    self.scanner.skip_value().map_err(syntax)?;
                }
            }
            self.scanner.skip_space();
            match self.scanner.peek() {
                b',' => self.scanner.at += 1,
                b'}' => {
                    self.scanner.at += 1;
                    return Ok(kind::OBJECT);
                }
                _ => return Err(syntax(self.scanner.at)),
            }
            self.scanner.skip_space();
        }
    }

    fn array(&mut self, node: &Node, results: &mut Results) -> Result<u32, Fault> {
        let length = results.cells.len();
        self.scanner.at += 1;
        self.scanner.skip_space();
        if self.scanner.peek() == b']' {
            self.scanner.at += 1;
            return Ok(kind::ARRAY);
        }
        for index in 0.. {
            if node.fields.is_empty() {
                match node.each.as_deref().or_else(|| find(&node.indexes, index)) {
                    Some(child) => self.value(child, results)?,
                    None => {
                        self.scanner.skip_value().map_err(syntax)?;
                    }
                }
                self.scanner.skip_space();
            } else {
                self.field(node, index, length, results)?;
            }
            match self.scanner.peek() {
                b',' => self.scanner.at += 1,
                b']' => {
                    self.scanner.at += 1;
                    break;
                }
                _ => return Err(syntax(self.scanner.at)),
            }
            self.scanner.skip_space();
        }
        Ok(kind::ARRAY)
    }

    /// An element of an array that may end with an object of the further ones, by their numbers from 1 on.
    fn field(
        &mut self,
        node: &Node,
        index: usize,
        length: usize,
        results: &mut Results,
    ) -> Result<(), Fault> {
        let start = self.scanner.at;
        let child = find(&node.fields, index);
        if self.scanner.peek() != b'{' {
            match child {
                Some(child) => self.value(child, results)?,
                None => {
                    self.scanner.skip_value().map_err(syntax)?;
                }
            }
            self.scanner.skip_space();
            return Ok(());
        }
        self.scanner.skip_value().map_err(syntax)?;
        self.scanner.skip_space();
        let end = self.scanner.at;
        if self.scanner.peek() == b']' {
            self.scanner.at = start;
            self.members(results, length, |walker, name| {
                walker
                    .field_number(name)
                    .and_then(|number| find(&node.fields, number - 1))
            })?;
        } else if let Some(child) = child {
            self.scanner.at = start;
            self.value(child, results)?;
        }
        self.scanner.at = end;
        Ok(())
    }

    /// A name that is a decimal number from 1 on, as a number is written.
    fn field_number(&self, name: Quoted) -> Option<usize> {
        let digits = &self.scanner.text[name.start..name.end];
        if name.has_escapes || digits.len() > 9 || !matches!(digits.first(), Some(b'1'..=b'9')) {
            return None;
        }
        digits.iter().try_fold(0_usize, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + usize::from(digit - b'0'))
        })
    }

    fn is_named(&self, name: Quoted, key: &[u8]) -> bool {
        let text = &self.scanner.text[name.start..name.end];
        if !name.has_escapes {
            return text == key;
        }
        let mut unescaped = Vec::with_capacity(text.len());
        unescape(text, true, &mut unescaped) && unescaped == key
    }

    /// A string that holds a JSON text.
    fn embedded(&mut self, node: &Node, results: &mut Results) -> Result<u32, Fault> {
        let start = self.scanner.at;
        let quoted = self.scanner.string().map_err(syntax)?;
        let kind = if quoted.has_escapes {
            kind::ESCAPED
        } else {
            kind::STRING
        };
        let Some(child) = node.embedded.as_deref() else {
            return Ok(kind);
        };
        if self.flag != 0 {
            return Err(Fault::new(Code::Program, 0));
        }
        let mut arena = std::mem::take(&mut results.arena);
        let base = arena.len();
        unescape(
            &self.scanner.text[quoted.start..quoted.end],
            false,
            &mut arena,
        );
        results.length = arena.len();
        let result = results.check(start).and_then(|()| {
            let mut inner = Walker {
                scanner: Scanner::new(&arena[base..]),
                base,
                flag: IN_ARENA,
            };
            inner.document(child, results)
        });
        results.arena = arena;
        match result {
            Ok(()) => Ok(kind),
            // Offsets are those of the input, and there is only the string to point at.
            Err(fault) if fault.code != Code::Program => Err(Fault::new(fault.code, start)),
            Err(fault) => Err(fault),
        }
    }
}

fn find<'n, 'p>(children: &'n [(usize, Node<'p>)], index: usize) -> Option<&'n Node<'p>> {
    children
        .iter()
        .find(|(wanted, _)| *wanted == index)
        .map(|(_, child)| child)
}

fn syntax(offset: usize) -> Fault {
    Fault::new(Code::Syntax, offset)
}
