mod extractor;
mod levels;
mod selector;
mod tags;
mod tokenizer;
mod tree;

pub(crate) use extractor::extract;
