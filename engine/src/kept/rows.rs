//! Rows in memory that are replaced by their id, or by their local day.
//!
//! Rows lie in chunks. A chunk that loses rows is copied without them: few chunks change at a time, because what
//! happens now mostly concerns what began lately, and rows that are read for the first time come in that order. Columns are of plain types, so that a copy holds on to nothing of
//! the rows that are gone.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch, not};
use arrow::datatypes::{Date32Type, SchemaRef};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use datafusion::common::Result;
use xxhash_rust::xxh3::xxh3_128;

use super::chunk::Chunk;
use super::hours::{Hours, of_rows};
use super::recent::{BYTES_MAX, Recent};

/// Rows in a chunk: small enough to copy for one row that changed, large enough to scan fast.
const CHUNK_ROWS: usize = 8192;

/// The rows of a view.
#[derive(Debug)]
pub(super) struct Rows {
    schema: SchemaRef,
    kept: Kept,
}

/// By what they are replaced.
#[derive(Debug)]
pub(super) enum Kept {
    Id(ById),
    Day(ByDay),
}

impl Rows {
    pub(super) fn of_ids(schema: &SchemaRef, rows: ById) -> Self {
        Self { schema: Arc::clone(schema), kept: Kept::Id(rows) }
    }

    pub(super) fn of_days(schema: &SchemaRef, rows: ByDay) -> Self {
        Self { schema: Arc::clone(schema), kept: Kept::Day(rows) }
    }

    pub(super) const fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) const fn kept(&mut self) -> &mut Kept {
        &mut self.kept
    }

    /// Forgets the events that rows were made of last.
    pub(super) fn forget_recent(&mut self) {
        if let Kept::Id(rows) = &mut self.kept {
            rows.recent.forget();
        }
    }

    pub(super) fn chunks(&self) -> Box<dyn Iterator<Item = &Arc<Chunk>> + '_> {
        match &self.kept {
            Kept::Id(kept) => Box::new(kept.chunks.iter().filter(|chunk| chunk.rows().num_rows() > 0)),
            Kept::Day(kept) => Box::new(kept.days.values()),
        }
    }

    pub(super) fn num_bytes(&self) -> usize {
        match &self.kept {
            Kept::Id(kept) => kept.num_bytes(),
            Kept::Day(kept) => num_bytes_of(kept.days.values()),
        }
    }
}

/// One row an id.
#[derive(Debug)]
pub(super) struct ById {
    schema: SchemaRef,
    /// The place of the column of ids.
    column: usize,
    /// The columns of events that rows are made of.
    pub(super) columns: Vec<String>,
    /// The events of ids that changed last.
    pub(super) recent: Recent,
    chunks: Vec<Arc<Chunk>>,
    /// In which chunk an id's row lies. Ids are told apart by 128 bits of hash: among a billion, the chance that two
    /// share one is below 1e-20.
    chunk_of: HashMap<u128, u32, BuildHasherDefault<Hashed>>,
}

impl ById {
    /// No rows yet of a view with this schema, which are made of these columns of events.
    ///
    /// # Errors
    /// The column of ids is missing.
    pub(super) fn new(schema: &SchemaRef, id: &str, columns: Vec<String>) -> Result<Self> {
        let (schema, column) = (Arc::clone(schema), schema.index_of(id)?);
        let recent = Recent::new(BYTES_MAX);
        Ok(Self { schema, column, columns, recent, chunks: vec![], chunk_of: HashMap::default() })
    }

    pub(super) const fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) fn num_bytes(&self) -> usize {
        self.chunk_of.capacity() * size_of::<(u128, u32)>() + num_bytes_of(self.chunks.iter())
    }

    /// The rows of those ids that are there.
    pub(super) fn find(&self, ids: &HashSet<&str>) -> Result<Vec<RecordBatch>, ArrowError> {
        let chunks: BTreeSet<u32> = ids.iter().filter_map(|id| self.chunk_of.get(&hash(id)).copied()).collect();
        chunks.into_iter().map(|chunk| filter_record_batch(self.chunk(chunk), &self.are_of(chunk, ids))).collect()
    }

    /// Puts rows in the place of those of the same ids; answers the hours of both.
    pub(super) fn replace(&mut self, ids: &HashSet<&str>, rows: &[RecordBatch]) -> Result<Hours> {
        let mut hours = Hours::new();
        let chunks: BTreeSet<u32> = ids.iter().filter_map(|id| self.chunk_of.get(&hash(id)).copied()).collect();
        for chunk in chunks {
            let (old, rest) = self.of(chunk, ids)?;
            hours.extend(of_rows(&old));
            self.chunks[chunk as usize] = Arc::new(Chunk::new(rest));
        }
        for id in ids {
            self.chunk_of.remove(&hash(id));
        }
        for rows in rows {
            hours.extend(of_rows(rows));
            self.add(rows)?;
        }
        Ok(hours)
    }

    /// A chunk's rows of these ids, and its others.
    fn of(&self, chunk: u32, ids: &HashSet<&str>) -> Result<(RecordBatch, RecordBatch), ArrowError> {
        let (wanted, chunk) = (self.are_of(chunk, ids), self.chunk(chunk));
        Ok((filter_record_batch(chunk, &wanted)?, filter_record_batch(chunk, &not(&wanted)?)?))
    }

    fn are_of(&self, chunk: u32, ids: &HashSet<&str>) -> BooleanArray {
        let known = self.chunk(chunk).column(self.column).as_string::<i32>();
        known.iter().map(|id| Some(id.is_some_and(|id| ids.contains(id)))).collect()
    }

    fn chunk(&self, number: u32) -> &RecordBatch {
        self.chunks[number as usize].rows()
    }

    fn add(&mut self, rows: &RecordBatch) -> Result<()> {
        let mut at = 0;
        while at < rows.num_rows() {
            let last_rows = self.chunks.last().map_or(CHUNK_ROWS, |last| last.rows().num_rows());
            let is_full = last_rows >= CHUNK_ROWS;
            let room = CHUNK_ROWS - if is_full { 0 } else { last_rows };
            let part = rows.slice(at, room.min(rows.num_rows() - at));
            at += part.num_rows();
            let chunk = match self.chunks.pop() {
                Some(last) if !is_full => concat_batches(&rows.schema(), [last.rows(), &part])?,
                last => {
                    self.chunks.extend(last);
                    part.clone()
                }
            };
            let number = u32::try_from(self.chunks.len()).unwrap_or(u32::MAX);
            for id in part.column(self.column).as_string::<i32>().iter().flatten() {
                self.chunk_of.insert(hash(id), number);
            }
            self.chunks.push(Arc::new(Chunk::new(chunk)));
        }
        Ok(())
    }
}

/// All rows of each local day.
#[derive(Debug)]
pub(super) struct ByDay {
    column: usize,
    days: BTreeMap<i32, Arc<Chunk>>,
}

impl ByDay {
    /// No rows yet of a view with this schema.
    ///
    /// # Errors
    /// The column of days is missing.
    pub(super) fn new(schema: &SchemaRef) -> Result<Self> {
        Ok(Self { column: schema.index_of("day")?, days: BTreeMap::new() })
    }

    /// The rows of those of these days, in days since 1970, that have some.
    pub(super) fn find(&self, days: &BTreeSet<i32>) -> Vec<RecordBatch> {
        days.iter().filter_map(|day| self.days.get(day)).map(|chunk| chunk.rows().clone()).collect()
    }

    /// Puts rows in the place of those of these days, in days since 1970; answers the hours of those that differ.
    pub(super) fn replace(&mut self, days: &BTreeSet<i32>, rows: &[RecordBatch]) -> Result<Hours> {
        let known = self.find(days);
        for day in days {
            self.days.remove(day);
        }
        for rows in rows {
            self.add(rows)?;
        }
        let (mut hours, gone) = (Hours::new(), differing(&known, rows)?);
        for rows in gone.into_iter().chain(differing(rows, &known)?) {
            hours.extend(of_rows(&rows));
        }
        Ok(hours)
    }

    /// Adds rows that are not there yet.
    pub(super) fn add(&mut self, rows: &RecordBatch) -> Result<()> {
        let column = rows.column(self.column).as_primitive::<Date32Type>().clone();
        let days: BTreeSet<i32> = column.iter().flatten().collect();
        for day in days {
            let is_of_day: BooleanArray = column.iter().map(|of| Some(of == Some(day))).collect();
            let part = filter_record_batch(rows, &is_of_day)?;
            let all = match self.days.remove(&day) {
                Some(known) => concat_batches(&rows.schema(), [known.rows(), &part])?,
                None => part,
            };
            self.days.insert(day, Arc::new(Chunk::new(all)));
        }
        Ok(())
    }
}

/// The rows that the others have not.
fn differing(rows: &[RecordBatch], others: &[RecordBatch]) -> Result<Vec<RecordBatch>, ArrowError> {
    let Some(first) = rows.first() else { return Ok(vec![]) };
    let fields = first.schema().fields().iter().map(|field| SortField::new(field.data_type().clone())).collect();
    let converter = RowConverter::new(fields)?;
    let mut known = HashSet::new();
    for others in others {
        known.extend(converter.convert_columns(others.columns())?.iter().map(|row| row.owned()));
    }
    let differs = |rows: &RecordBatch| {
        let is_other = converter.convert_columns(rows.columns())?;
        let is_other: BooleanArray = is_other.iter().map(|row| Some(!known.contains(&row.owned()))).collect();
        filter_record_batch(rows, &is_other)
    };
    rows.iter().map(differs).collect()
}

fn num_bytes_of<'a>(chunks: impl Iterator<Item = &'a Arc<Chunk>>) -> usize {
    chunks.map(|chunk| num_bytes(chunk.rows())).sum()
}

/// What the rows of a batch take, however large the buffers are that they were cut from.
pub(super) fn num_bytes(rows: &RecordBatch) -> usize {
    let of_column = |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or_default();
    rows.columns().iter().map(of_column).sum()
}

/// 128 bits that stand for an id.
pub(super) fn hash(id: &str) -> u128 {
    xxh3_128(id.as_bytes())
}

/// Takes a hash as it is.
#[derive(Debug, Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Date32Array, StringArray, TimestampMicrosecondArray};

    const HOUR: i64 = 3_600_000_000;

    fn batch(ids: &[&str], hours: &[i64], days: &[i32]) -> RecordBatch {
        let at = hours.iter().map(|hour| hour * HOUR + 1).collect::<Vec<_>>();
        RecordBatch::try_from_iter([
            ("id", Arc::new(StringArray::from(ids.to_vec())) as ArrayRef),
            ("at", Arc::new(TimestampMicrosecondArray::from(at).with_timezone("UTC"))),
            ("day", Arc::new(Date32Array::from(days.to_vec()))),
        ])
        .unwrap()
    }

    fn ids(rows: &Rows) -> Vec<String> {
        let of = |chunk: &Arc<Chunk>| {
            chunk.rows().column(0).as_string::<i32>().iter().flatten().map(str::to_owned).collect()
        };
        let mut ids: Vec<String> = rows.chunks().flat_map::<Vec<String>, _>(of).collect();
        ids.sort();
        ids
    }

    #[test]
    fn an_id_has_one_row_whatever_chunk_it_was_in() {
        let many: Vec<String> = (0..20_000).map(|id| format!("i{id:05}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let first = batch(&many, &vec![1; many.len()], &vec![1; many.len()]);
        let mut kept = ById::new(&first.schema(), "id", vec![]).unwrap();
        kept.add(&first).unwrap();
        assert_eq!(kept.chunks.len(), 3);
        let wanted = HashSet::from(["i00003", "i15000", "new"]);
        assert_eq!(kept.find(&wanted).unwrap().iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
        let hours = kept.replace(&wanted, &[batch(&["new", "i15000", "i00003"], &[7, 8, 9], &[1, 1, 1])]).unwrap();
        assert_eq!(hours, Hours::from([HOUR, 7 * HOUR, 8 * HOUR, 9 * HOUR]));
        let found = ids(&Rows::of_ids(&first.schema(), kept));
        assert_eq!(found.len(), 20_001);
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 20_001);
    }

    #[test]
    fn a_part_of_a_batch_is_not_counted_as_all_of_it() {
        let ids: Vec<String> = (0..10_000).map(|id| format!("i{id:05}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let all = batch(&ids, &vec![1; ids.len()], &vec![1; ids.len()]);
        let halves = num_bytes(&all.slice(0, 5_000)) + num_bytes(&all.slice(5_000, 5_000));
        assert!((num_bytes(&all)..num_bytes(&all) + 100).contains(&halves), "{} and {halves}", num_bytes(&all));
    }

    #[test]
    fn a_day_is_replaced_as_a_whole() {
        let first = batch(&["a", "b", "c"], &[1, 2, 30], &[0, 0, 1]);
        let mut kept = ByDay::new(&first.schema()).unwrap();
        kept.add(&first).unwrap();
        let hours = kept.replace(&BTreeSet::from([0]), &[batch(&["b", "d"], &[2, 3], &[0, 0])]).unwrap();
        assert_eq!(hours, Hours::from([HOUR, 3 * HOUR]), "b is as it was");
        assert_eq!(ids(&Rows::of_days(&first.schema(), kept)), ["b", "c", "d"]);
    }
}
