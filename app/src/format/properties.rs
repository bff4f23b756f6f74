/// What the rest of the program knows about a format.
#[derive(Debug)]
pub(crate) struct Properties {
    /// The name in an address.
    pub(crate) name: &'static str,
    /// The name in a page.
    pub(crate) label: &'static str,
    /// The value of `Content-Type`.
    pub(crate) media_type: &'static str,
    /// The name under which a browser saves the answer; `None` if it shows it.
    pub(crate) file_name: Option<&'static str>,
    /// Which link a page of items has to this format.
    pub(crate) link: PageLink,
    /// Whether the answer can say where the next page starts. Only such an answer may end before all
    /// items are read.
    pub(crate) has_cursor: bool,
}

/// Which link a page of items has to a format.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum PageLink {
    /// None: the page itself has this format.
    Nothing,
    /// The items of this page.
    Page,
    /// All items that are selected.
    All,
}
