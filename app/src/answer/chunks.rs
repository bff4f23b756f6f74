use std::collections::VecDeque;

use axum::body::Bytes;

/// The chunks of an answer that some reader has not read yet.
#[derive(Default)]
pub(super) struct Chunks {
    kept: VecDeque<Chunk>,
    /// How many chunks all readers have read.
    gone: usize,
    size: usize,
}

struct Chunk {
    bytes: Bytes,
    /// How many readers have not read it yet.
    readers: usize,
}

impl Chunks {
    pub(super) fn push(&mut self, bytes: Bytes, readers: usize) {
        self.size += bytes.len();
        self.kept.push_back(Chunk { bytes, readers });
    }

    pub(super) fn get(&self, index: usize) -> Option<Bytes> {
        let chunk = self.kept.get(index - self.gone)?;
        Some(chunk.bytes.clone())
    }

    /// How many bytes are kept.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// How many chunks were written in all.
    pub(super) fn written(&self) -> usize {
        self.gone + self.kept.len()
    }

    /// One reader does not need the chunks from `from` to `to` any more. Returns how many bytes are
    /// freed.
    pub(super) fn pass(&mut self, from: usize, to: usize) -> usize {
        let before = self.size;
        for chunk in self.kept.range_mut(from - self.gone..to - self.gone) {
            chunk.readers -= 1;
        }
        while let Some(chunk) = self.kept.pop_front_if(|chunk| chunk.readers == 0) {
            self.size -= chunk.bytes.len();
            self.gone += 1;
        }
        before - self.size
    }
}
