/// What of the selectors matched at one depth, as sets of states.
pub(crate) struct Level {
    /// By the element or one around it.
    pub(crate) around: Vec<u32>,
    /// By the element.
    pub(crate) own: Vec<u32>,
    /// By its last child.
    pub(crate) last: Vec<u32>,
    /// By any of its children.
    pub(crate) children: Vec<u32>,
    pub(crate) count: u32,
}

impl Level {
    pub(crate) fn new(words: usize) -> Self {
        let empty = vec![0; words];
        Self {
            around: empty.clone(),
            own: empty.clone(),
            last: empty.clone(),
            children: empty,
            count: 0,
        }
    }
}

/// Whether a state is in a set.
pub(crate) fn has(set: &[u32], number: usize) -> bool {
    set.get(number / 32)
        .is_some_and(|word| word >> (number % 32) & 1 == 1)
}
