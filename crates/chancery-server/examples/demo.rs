//! Serves an invented ledger, to look at the pages: `cargo run -p chancery-server --example demo [PORT [TIMES]]`.
//! `TIMES` makes the same small world as often, to see how the pages do with many rows.

#[path = "../../chancery-ledger/tests/fixture/mod.rs"]
mod fixture;

fn main() -> anyhow::Result<()> {
    let port = std::env::args().nth(1).map_or(Ok(8750), |p| p.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("invented.ledger");
    let times = std::env::args().nth(2).map_or(Ok(1), |t| t.parse())?;
    drop(fixture::fill_times(&path, times));
    chancery_server::serve(&path, ([127, 0, 0, 1], port).into())
}
