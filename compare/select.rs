//! `--filter`: which rows and columns are measured.

use super::{
    boundary::{BASELINE, Known},
    operation::Operation,
};

/// What is measured.
#[derive(Debug, PartialEq)]
pub struct Selection {
    /// The rows.
    pub operations: Vec<Operation>,
    /// The ids of the columns.
    boundaries: Vec<&'static str>,
    /// Whether nothing is left out.
    pub whole: bool,
}

impl Selection {
    /// The rows that any of `filters` matches, or all if none does, and likewise the columns.
    ///
    /// # Errors
    ///
    /// When a filter matches neither a row nor a column.
    pub fn new(filters: &[String], known: &[Known]) -> Result<Self, String> {
        let mut operations = Vec::new();
        let mut boundaries = Vec::new();
        for filter in filters {
            let text = filter.to_lowercase();
            let matches =
                |id: &str, name: &str| id.contains(&text) || name.to_lowercase().contains(&text);
            let rows = Operation::ALL.iter().filter(|row| matches(row.id(), row.name()));
            let columns = known.iter().filter(|column| matches(column.id, column.name));
            let (before, rows) = (operations.len() + boundaries.len(), rows.copied());
            operations.extend(rows);
            boundaries.extend(columns.map(|column| column.id));
            if operations.len() + boundaries.len() == before {
                return Err(nothing(filter, known));
            }
        }
        if operations.is_empty() {
            operations = Operation::ALL.to_vec();
        }
        if boundaries.is_empty() {
            boundaries = known.iter().map(|column| column.id).collect();
        }
        let whole = filters.is_empty();
        let operations =
            Operation::ALL.into_iter().filter(|row| operations.contains(row)).collect();
        Ok(Self { operations, boundaries, whole })
    }

    /// Whether a column is among them. What all others are compared with always is.
    pub fn wants(&self, id: &str) -> bool {
        id == BASELINE || self.boundaries.contains(&id)
    }
}

fn nothing(filter: &str, known: &[Known]) -> String {
    let rows: Vec<_> = Operation::ALL.into_iter().map(Operation::id).collect();
    let columns: Vec<_> = known.iter().map(|column| column.id).collect();
    format!(
        "nothing matches --filter {filter:?}: the rows are {}; the columns are {}",
        rows.join(", "),
        columns.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Known; 4] = [
        Known { id: "rust", name: "Rust" },
        Known { id: "c-static", name: "C, static" },
        Known { id: "grpc-tcp", name: "gRPC, TCP" },
        Known { id: "grpc-tls", name: "gRPC, TCP and TLS" },
    ];

    fn select(filters: &[&str]) -> Result<(Vec<Operation>, Vec<&'static str>), String> {
        let filters: Vec<_> = filters.iter().map(|&filter| filter.to_owned()).collect();
        let selection = Selection::new(&filters, &KNOWN)?;
        assert_eq!(selection.whole, filters.is_empty());
        let columns = KNOWN.iter().map(|known| known.id).filter(|id| selection.wants(id)).collect();
        Ok((selection.operations, columns))
    }

    #[test]
    fn without_a_filter_everything_is_measured() {
        let all = KNOWN.iter().map(|known| known.id).collect();
        assert_eq!(select(&[]), Ok((Operation::ALL.to_vec(), all)));
    }

    #[test]
    fn a_filter_for_rows_leaves_the_columns_and_the_other_way_round() {
        let all: Vec<_> = KNOWN.iter().map(|known| known.id).collect();
        assert_eq!(select(&["greet"]), Ok((vec![Operation::Greet], all)));
        let some = vec!["rust", "grpc-tcp", "grpc-tls"];
        assert_eq!(select(&["TCP"]), Ok((Operation::ALL.to_vec(), some)));
    }

    #[test]
    fn filters_add_up_and_the_baseline_stays() {
        let rows = vec![Operation::Add, Operation::Checksum16MiB];
        let columns = vec!["rust", "c-static", "grpc-tls"];
        assert_eq!(select(&["16 mib", "tls", "add", "static"]), Ok((rows, columns)));
    }

    #[test]
    fn what_matches_nothing_is_told_what_there_is() {
        let error = select(&["add", "perl"]).unwrap_err();
        assert!(
            error.starts_with(r#"nothing matches --filter "perl": the rows are add, "#),
            "{error}"
        );
        assert!(error.ends_with("the columns are rust, c-static, grpc-tcp, grpc-tls"), "{error}");
    }
}
