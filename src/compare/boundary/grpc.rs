use super::Columns;

pub fn add_to(_columns: &mut Columns<'_>) {}
