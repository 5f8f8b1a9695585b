use super::tags::{Id, Tag, flag};
use super::tokenizer::Span;

/// Elements that can be open; deeper ones are closed at once.
pub(crate) const MAX_DEPTH: usize = 512;

#[derive(Clone, Copy)]
pub(crate) struct Element {
    pub(crate) id: Id,
    /// None of them if the element is foreign.
    pub(crate) flags: u32,
    pub(crate) name: Span,
    pub(crate) is_foreign: bool,
    pub(crate) is_integration: bool,
}

/// The elements that are open, and which of them tags close. Misnested formatting is not repaired, and nothing is
/// moved out of tables.
pub(crate) struct Tree<'t> {
    text: &'t [u8],
    pub(crate) open: Vec<Element>,
}

impl<'t> Tree<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            open: Vec::new(),
        }
    }

    /// Whether what comes next is inside a foreign element and not HTML.
    pub(crate) fn is_foreign(&self) -> bool {
        self.open
            .last()
            .is_some_and(|element| element.is_foreign && !element.is_integration)
    }

    pub(crate) fn contains(&self, id: Id) -> bool {
        self.open.iter().any(|element| element.id == id)
    }

    pub(crate) fn element(&self, tag: Tag, name: Span) -> Element {
        let is_foreign = tag.id == Id::Foreign || self.is_foreign();
        Element {
            id: if is_foreign { Id::Other } else { tag.id },
            flags: if is_foreign { 0 } else { tag.flags },
            name,
            is_foreign,
            is_integration: is_foreign && tag.flags & flag::INTEGRATION != 0,
        }
    }

    /// How many elements are still open once a start tag has closed those that cannot hold it.
    pub(crate) fn height_for(&self, element: &Element) -> usize {
        let mut height = self.open.len();
        if element.is_foreign {
            return height;
        }
        let lower = |height: usize, found: Option<usize>| found.unwrap_or(height);
        height = lower(
            height,
            match element.id {
                Id::Li => self.up(height, |id, _| id == Id::Li, is_list_boundary),
                Id::Dt | Id::Dd => self.up(
                    height,
                    |id, _| matches!(id, Id::Dt | Id::Dd),
                    is_list_boundary,
                ),
                Id::Button => self.up(
                    height,
                    |id, _| id == Id::Button,
                    |_, flags| flags & flag::SCOPE != 0,
                ),
                Id::Tr => self.up(height, |id, _| id == Id::Tr, is_table_boundary),
                Id::Td => self.up(
                    height,
                    |id, _| id == Id::Td,
                    |id, flags| id == Id::Tr || is_table_boundary(id, flags),
                ),
                Id::TableSection => {
                    self.up(height, |id, _| id == Id::TableSection, is_table_boundary)
                }
                _ => None,
            },
        );
        if element.flags & flag::CLOSES_P != 0 {
            let paragraph = self.up(
                height,
                |id, _| id == Id::P,
                |id, flags| flags & flag::SCOPE != 0 || id == Id::Button,
            );
            height = lower(height, paragraph);
        }
        let top = |height: usize| height.checked_sub(1).and_then(|index| self.open.get(index));
        let closes_top = |height: usize| {
            top(height).is_some_and(|top| match element.id {
                Id::Option => top.id == Id::Option,
                Id::Optgroup => matches!(top.id, Id::Option | Id::Optgroup),
                Id::RubyPart => top.id == Id::RubyPart,
                Id::Body => top.id == Id::Head,
                Id::A => top.id == Id::A,
                _ => element.flags & flag::HEADING != 0 && top.flags & flag::HEADING != 0,
            })
        };
        while closes_top(height) {
            height -= 1;
        }
        height
    }

    /// The place of the element that an end tag closes.
    pub(crate) fn closed_by(&self, tag: Tag, name: Span) -> Option<usize> {
        if tag.flags & flag::VOID != 0 || matches!(tag.id, Id::Html | Id::Body) {
            return None;
        }
        let wanted = self.text.get(name.start..name.end)?;
        for (index, element) in self.open.iter().enumerate().rev() {
            let found = self.text.get(element.name.start..element.name.end)?;
            if found.eq_ignore_ascii_case(wanted) || element.flags & tag.flags & flag::HEADING != 0
            {
                return Some(index);
            }
            let is_boundary = if tag.flags & flag::TABLE_PART != 0 {
                is_table_boundary(element.id, element.flags)
            } else if tag.flags & flag::SPECIAL != 0 {
                element.flags & flag::SCOPE != 0 || tag.id == Id::Li && element.id == Id::List
            } else {
                element.flags & flag::SPECIAL != 0
            };
            if is_boundary {
                return None;
            }
        }
        None
    }

    /// The nearest element for which `is_wanted` holds, if no boundary is in between.
    fn up(
        &self,
        height: usize,
        is_wanted: impl Fn(Id, u32) -> bool,
        is_boundary: impl Fn(Id, u32) -> bool,
    ) -> Option<usize> {
        for (index, element) in self.open.iter().enumerate().take(height).rev() {
            if is_wanted(element.id, element.flags) {
                return Some(index);
            }
            if is_boundary(element.id, element.flags) {
                return None;
            }
        }
        None
    }
}

fn is_list_boundary(id: Id, flags: u32) -> bool {
    flags & flag::SPECIAL != 0 && !matches!(id, Id::Address | Id::Div | Id::P)
}

fn is_table_boundary(id: Id, _: u32) -> bool {
    matches!(id, Id::Table | Id::Template | Id::Html)
}
