use super::made::model;
use super::{SHAPE, made, reference, sequence};
use chancery_encoder::{Objective, Quantized, Schedule, train};
use std::sync::Mutex;

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// Takes down the states that training shows.
#[derive(Default)]
struct Shown(Mutex<Vec<(usize, Vec<f32>)>>);

impl Objective for Shown {
    fn loss(&self, example: usize, states: &[f32], _: &mut [f32], _: &mut [f32], _: &[f32]) -> f64 {
        self.0.lock().unwrap().push((example, states.to_vec()));
        0.0
    }
}

#[test]
fn states_in_training_are_those_of_the_plainest_way() {
    let file = made::file();
    let examples: Vec<Vec<u32>> = [1, 2, 15, 16, 17, 40].map(|n| sequence(n, n)).into();
    let shown = Shown::default();
    let schedule = Schedule { epochs: 1, dropout: 0.0, ..Schedule::default() };
    train(&mut model(), &mut [], &examples, &shown, &schedule, |_| ()).unwrap();
    let shown = shown.0.into_inner().unwrap();
    assert_eq!(shown.len(), examples.len());
    for (example, states) in shown {
        let plain: Vec<f64> = reference::encode(&file, &examples[example]).concat();
        assert_eq!(states.len(), plain.len());
        for (x, y) in states.iter().zip(plain) {
            assert!((f64::from(*x) - y).abs() < 2e-5, "{example}: {x} {y}");
        }
    }
}

#[test]
fn eight_bits_are_close_to_the_plainest_way() {
    let file = made::file();
    let small = Quantized::round(&model());
    for n in [1, 7, 40] {
        let pieces = sequence(n, n + 1);
        let states: Vec<f64> = small.encode(&pieces).into_iter().map(f64::from).collect();
        assert_eq!(states.len(), n * SHAPE.width);
        for (a, b) in states.chunks(SHAPE.width).zip(reference::encode(&file, &pieces)) {
            assert!(cosine(a, &b) > 0.99, "{}", cosine(a, &b));
        }
    }
}

#[test]
fn odd_sequences_have_states() {
    let small = Quantized::round(&model());
    let long = sequence(99, 1);
    assert_eq!(small.encode(&long), small.encode(&long[..40]));
    assert_eq!(small.encode(&[7, u32::MAX]), small.encode(&[7, 0]));
    assert!(small.encode(&[]).is_empty());
}
