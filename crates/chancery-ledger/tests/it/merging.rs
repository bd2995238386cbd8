//! Ledgers laid together: the same as one read of all.

use crate::fixture;
use crate::joining::{export, inputs, joiner, store};
use chancery_ledger::{Ledger, LedgerError, MergeOutcome, RunManifest, StoredInput};
use proptest::prelude::*;
use std::path::Path;

fn ledger_of(path: &Path, inputs: &[StoredInput]) -> Ledger {
    let mut ledger = Ledger::open(path).unwrap();
    store(&mut ledger, inputs);
    ledger.join(&joiner()).unwrap();
    ledger
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn any_parts_in_any_order_are_the_whole(
        parts in Just((0..inputs().len()).collect::<Vec<_>>()).prop_shuffle()
            .prop_flat_map(|order| (Just(order), prop::collection::vec(1usize..20, 1..5))),
        again in 0usize..10,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let all = inputs();
        let whole = ledger_of(&folder.path().join("whole"), &all);
        let (order, sizes) = parts;
        let mut merged = Ledger::open(folder.path().join("merged")).unwrap();
        let mut begin = 0;
        for size in sizes.into_iter().chain([all.len()]) {
            // Some inputs are in two parts.
            let from = begin.min(order.len()).saturating_sub(again);
            let end = (begin + size).min(order.len());
            let some: Vec<StoredInput> = order[from..end].iter().map(|&i| all[i].clone()).collect();
            let path = folder.path().join(format!("part-{begin}"));
            drop(ledger_of(&path, &some));
            merged.take_in(&path).unwrap();
            begin = end;
        }
        merged.join(&joiner()).unwrap();
        merged.check().unwrap();
        prop_assert_eq!(export(&merged), export(&whole));
        prop_assert_eq!(merged.overview().unwrap(), whole.overview().unwrap());
    }
}

#[test]
fn the_ledger_named_first_is_believed() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    let mut silent = inputs();
    silent.iter_mut().flat_map(|i| &mut i.articles).for_each(|a| a.record.events.clear());
    let mut ledger = Ledger::open(&first).unwrap();
    let mut run = ledger.begin_run(&RunManifest { program_version: "9.0.0".into(), ..fixture::manifest() }).unwrap();
    for input in &silent {
        ledger.store_input(&mut run, input).unwrap();
    }
    drop(ledger);
    drop(ledger_of(&second, &inputs()));
    let mut merged = Ledger::open(folder.path().join("merged")).unwrap();
    let outcomes = [merged.take_in(&first).unwrap(), merged.take_in(&second).unwrap()];
    assert_eq!(outcomes[0], MergeOutcome { added: inputs().len(), ..MergeOutcome::default() });
    assert_eq!(outcomes[1], MergeOutcome { known: inputs().len(), ..MergeOutcome::default() });
    assert_eq!(merged.overview().unwrap().reports, 0);
}

#[test]
fn what_is_taken_in_is_not_changed_and_an_older_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part");
    let part = ledger_of(&path, &inputs()[..5]);
    let before = export(&part);
    drop(part);
    let mut merged = Ledger::open(folder.path().join("merged")).unwrap();
    merged.take_in(&path).unwrap();
    assert_eq!(export(&Ledger::open_read_only(&path).unwrap()), before);
    assert!(matches!(merged.take_in(folder.path().join("merged")), Err(LedgerError::Itself { .. })));
    assert!(matches!(merged.take_in(folder.path().join("missing")), Err(LedgerError::CannotOpen { .. })));
    // After a failure it can be used as before.
    assert_eq!(merged.take_in(&path).unwrap().known, 5);
}
