//! What is special about elements (HTML Living Standard §13.2.4.2, §13.2.6). `src/kernels/html-tags.ts` is the same.

pub(crate) mod flag {
    /// Has no content and no end tag.
    pub(crate) const VOID: u32 = 1;
    pub(crate) const SPECIAL: u32 = 2;
    /// Most end tags do not reach beyond it.
    pub(crate) const SCOPE: u32 = 4;
    /// Its content is text up to its end tag.
    pub(crate) const RAW: u32 = 8;
    /// The same, with character references.
    pub(crate) const ESCAPABLE_RAW: u32 = 16;
    /// Its start tag ends a paragraph.
    pub(crate) const CLOSES_P: u32 = 32;
    pub(crate) const HEADING: u32 = 64;
    /// Its end tag reaches up to the table.
    pub(crate) const TABLE_PART: u32 = 128;
    /// A line break behind the start tag is no content.
    pub(crate) const NEWLINE: u32 = 256;
    pub(crate) const PLAIN: u32 = 512;
    /// HTML begins again inside it, if it is a foreign element.
    pub(crate) const INTEGRATION: u32 = 1024;
}

/// Elements that rules name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Id {
    Other,
    A,
    Address,
    Body,
    Button,
    Dd,
    Div,
    Dt,
    Head,
    Html,
    Li,
    List,
    Optgroup,
    Option,
    P,
    RubyPart,
    Script,
    Foreign,
    Table,
    TableSection,
    Td,
    Template,
    Tr,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag {
    pub(crate) id: Id,
    pub(crate) flags: u32,
}

const LONGEST: usize = 14;

pub(crate) fn lookup(name: &[u8]) -> Tag {
    use flag::*;
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..name.len()) else {
        return Tag {
            id: Id::Other,
            flags: 0,
        };
    };
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    let (id, flags) = match &*lower {
        b"area" | b"base" | b"basefont" | b"bgsound" | b"br" | b"col" | b"embed" | b"frame"
        | b"img" | b"input" | b"keygen" | b"link" | b"meta" | b"param" | b"source" | b"track"
        | b"wbr" => (Id::Other, VOID | SPECIAL),
        b"hr" => (Id::Other, VOID | SPECIAL | CLOSES_P),
        b"address" => (Id::Address, SPECIAL | CLOSES_P),
        b"div" => (Id::Div, SPECIAL | CLOSES_P),
        b"article" | b"aside" | b"blockquote" | b"center" | b"details" | b"dialog" | b"dir"
        | b"dl" | b"fieldset" | b"figcaption" | b"figure" | b"footer" | b"form" | b"header"
        | b"hgroup" | b"main" | b"menu" | b"nav" | b"search" | b"section" | b"summary" => {
            (Id::Other, SPECIAL | CLOSES_P)
        }
        b"ul" | b"ol" => (Id::List, SPECIAL | CLOSES_P),
        b"pre" | b"listing" => (Id::Other, SPECIAL | CLOSES_P | NEWLINE),
        b"p" => (Id::P, SPECIAL | CLOSES_P),
        b"li" => (Id::Li, SPECIAL | CLOSES_P),
        b"dd" => (Id::Dd, SPECIAL | CLOSES_P),
        b"dt" => (Id::Dt, SPECIAL | CLOSES_P),
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => (Id::Other, SPECIAL | CLOSES_P | HEADING),
        b"plaintext" => (Id::Other, SPECIAL | CLOSES_P | PLAIN),
        b"xmp" => (Id::Other, SPECIAL | CLOSES_P | RAW),
        b"table" => (Id::Table, SPECIAL | CLOSES_P | SCOPE | TABLE_PART),
        b"tr" => (Id::Tr, SPECIAL | TABLE_PART),
        b"td" | b"th" => (Id::Td, SPECIAL | SCOPE | TABLE_PART),
        b"tbody" | b"thead" | b"tfoot" => (Id::TableSection, SPECIAL | TABLE_PART),
        b"caption" => (Id::Other, SPECIAL | SCOPE | TABLE_PART),
        b"html" => (Id::Html, SPECIAL | SCOPE),
        b"template" => (Id::Template, SPECIAL | SCOPE),
        b"applet" | b"marquee" | b"object" => (Id::Other, SPECIAL | SCOPE),
        b"head" => (Id::Head, SPECIAL),
        b"body" => (Id::Body, SPECIAL),
        b"button" => (Id::Button, SPECIAL),
        b"colgroup" | b"frameset" | b"noscript" | b"select" => (Id::Other, SPECIAL),
        b"script" => (Id::Script, SPECIAL | RAW),
        b"style" | b"iframe" | b"noembed" | b"noframes" => (Id::Other, SPECIAL | RAW),
        b"title" => (Id::Other, SPECIAL | ESCAPABLE_RAW | INTEGRATION),
        b"textarea" => (Id::Other, SPECIAL | ESCAPABLE_RAW | NEWLINE),
        b"a" => (Id::A, 0),
        b"option" => (Id::Option, 0),
        b"optgroup" => (Id::Optgroup, 0),
        b"rb" | b"rt" | b"rtc" | b"rp" => (Id::RubyPart, 0),
        b"svg" | b"math" => (Id::Foreign, 0),
        b"foreignobject" | b"desc" | b"mi" | b"mo" | b"mn" | b"ms" | b"mtext"
        | b"annotation-xml" => (Id::Other, INTEGRATION),
        _ => (Id::Other, 0),
    };
    Tag { id, flags }
}
