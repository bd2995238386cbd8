//! Serves an invented ledger, to look at the pages: `cargo run -p chancery-server --example demo [PORT [TIMES|LEDGER]]`.
//! `TIMES` makes the same small world as often, to see how the pages do with many rows; `LEDGER` is a file that exists.

#[path = "../../chancery-ledger/tests/fixture/mod.rs"]
mod fixture;

fn main() -> anyhow::Result<()> {
    let port = std::env::args().nth(1).map_or(Ok(8750), |p| p.parse())?;
    let what = std::env::args().nth(2).unwrap_or_else(|| "1".into());
    let folder = tempfile::tempdir()?;
    let path = match what.parse() {
        Ok(times) => {
            let path = folder.path().join("invented.ledger");
            drop(fixture::fill_times(&path, times));
            path
        }
        Err(_) => what.into(),
    };
    let setup =
        chancery_server::Setup { may_change: true, ..chancery_server::Setup::looking(chancery_data::Data::embedded()) };
    chancery_server::serve(&path, ([127, 0, 0, 1], port).into(), setup)
}
