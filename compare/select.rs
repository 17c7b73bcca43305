//! `--filter`: selects the rows and columns to measure.

use super::{
    boundaries::{self, BASELINE},
    operation::Operation,
};

/// The rows and columns to measure.
#[derive(Debug, PartialEq)]
pub struct Selection {
    /// The rows.
    pub operations: Vec<Operation>,
    /// The ids of the columns.
    pub boundaries: Vec<&'static str>,
    /// True when nothing is left out.
    pub whole: bool,
}

impl Selection {
    /// Selects the rows that any of `filters` matches, or all if none does, and likewise the
    /// columns, which always include [`BASELINE`].
    ///
    /// # Errors
    ///
    /// When a filter matches neither a row nor a column.
    pub fn new(filters: &[String]) -> Result<Self, String> {
        let rows = Operation::ALL.map(|row| (row, row.id(), row.name()));
        let columns = boundaries::ALL.iter().map(|column| (column.id, column.id, column.name));
        let columns: Vec<_> = columns.collect();
        for filter in filters {
            let row = rows.iter().any(|&(_, id, name)| matches(filter, (id, name)));
            if !row && !columns.iter().any(|&(_, id, name)| matches(filter, (id, name))) {
                return Err(format!(
                    "nothing matches --filter {filter:?}: the rows are {}; the columns are {}",
                    Operation::ALL.map(Operation::id).join(", "),
                    boundaries::ALL.iter().map(|it| it.id).collect::<Vec<_>>().join(", "),
                ));
            }
        }
        let boundaries = selected(filters, &columns);
        let baseline = Some(BASELINE).filter(|id| !boundaries.contains(id));
        Ok(Self {
            operations: selected(filters, &rows),
            boundaries: baseline.into_iter().chain(boundaries).collect(),
            whole: filters.is_empty(),
        })
    }
}

/// The items whose id or name any filter matches, or all items if none does.
fn selected<T: Copy>(filters: &[String], all: &[(T, &str, &str)]) -> Vec<T> {
    let wanted = |id, name| filters.iter().any(|filter| matches(filter, (id, name)));
    let some = all.iter().any(|&(_, id, name)| wanted(id, name));
    let chosen = all.iter().filter(|&&(_, id, name)| !some || wanted(id, name));
    chosen.map(|&(it, ..)| it).collect()
}

fn matches(filter: &str, (id, name): (&str, &str)) -> bool {
    let text = filter.to_lowercase();
    id.contains(&text) || name.to_lowercase().contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_add_up_and_the_baseline_stays() {
        let (rows, columns): (Vec<_>, Vec<_>) =
            (Operation::ALL.into(), boundaries::ALL.iter().map(|column| column.id).collect());
        for (filters, operations, boundaries) in [
            (&[][..], rows.clone(), columns.clone()),
            (&["greet"], vec![Operation::Greet], columns),
            (&["TCP"], rows, vec!["rust", "grpc-tcp", "grpc-tls"]),
            (
                &["16 mib", "tls", "add", "c-static"],
                vec![Operation::Add, Operation::Checksum16MiB],
                vec!["rust", "c-static", "grpc-tls"],
            ),
        ] {
            let whole = filters.is_empty();
            let filters: Vec<_> = filters.iter().map(|&filter| filter.to_owned()).collect();
            let expected = Selection { operations, boundaries, whole };
            assert_eq!(Selection::new(&filters), Ok(expected));
        }
    }
}
