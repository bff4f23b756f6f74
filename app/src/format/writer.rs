use super::context::Context;
use super::progress::Progress;
use super::summary::Ending;
use crate::error::WebError;
use crate::parse::Item;
use crate::table::{Next, Reading};

/// Writes the items of one answer in one format.
///
/// A format without a beginning or an end writes nothing there. The methods that take several items
/// exist once for each format, so that a call for one item costs no dynamic dispatch.
pub(crate) trait Writer: CloneWriter + Send + Sync {
    /// Writes the beginning of the answer, before the items.
    fn begin(&mut self, _: &Context, _out: &mut Vec<u8>) -> Result<(), WebError> {
        Ok(())
    }

    /// Writes one item.
    fn item(&mut self, context: &Context, item: &Item<'_>, out: &mut Vec<u8>);

    /// Writes the items that were kept until their columns are known. More items may follow.
    fn flush(&mut self, _: &Context, _more_follow: bool, _out: &mut Vec<u8>) {}

    /// Writes the end of the answer, after the items.
    fn end(&mut self, _: &Context, _: &Ending, _out: &mut Vec<u8>) -> Result<(), WebError> {
        Ok(())
    }

    /// Writes the end of an answer that cannot be completed. Returns `false` if the format has no
    /// place to say so: then the connection breaks off.
    fn broken(
        &mut self,
        _: &Context,
        _: &Ending,
        _: &WebError,
        _out: &mut Vec<u8>,
    ) -> Result<bool, WebError> {
        Ok(false)
    }

    /// Writes the items that have arrived, until `out` has `most` bytes. The beginning is written
    /// before the first of them.
    fn items(
        &mut self,
        progress: &mut Progress,
        reading: &mut Reading,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<Option<Next>, WebError> {
        let mut begun = Ok(());
        let next = reading.drain(|item| {
            if !progress.has_begun {
                begun = self.begin(&progress.context, out);
                if begun.is_err() {
                    return false;
                }
                progress.has_begun = true;
            }
            if progress.takes(item) {
                self.item(&progress.context, item, out);
            }
            out.len() < most
        });
        begun?;
        Ok(next?)
    }

    /// Writes items that were read before, from their texts.
    fn texts(&mut self, context: &Context, texts: Vec<String>, out: &mut Vec<u8>) {
        let mut attributes = Vec::new();
        for text in texts {
            let item = Item::read(&text, &mut attributes).expect("the item was read before");
            self.item(context, &item, out);
        }
    }
}

/// Makes a copy of a writer whose type is not known.
pub(crate) trait CloneWriter {
    fn boxed(&self) -> Box<dyn Writer>;
}

impl<W: Writer + Clone + 'static> CloneWriter for W {
    fn boxed(&self) -> Box<dyn Writer> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Writer> {
    fn clone(&self) -> Self {
        (**self).boxed()
    }
}
